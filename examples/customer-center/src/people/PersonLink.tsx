import { Link } from 'react-router';
import { paths } from '../paths';
import { HoverCard } from '../shared/HoverCard';
import { PersonCard } from './PersonCard';

/** Leads to a person, and shows their business card when it is pointed at or has the focus. */
export function PersonLink({ person }: { person: { login: string; fullName: string } }) {
  return (
    <HoverCard card={<PersonCard login={person.login} />}>
      {(describedBy) => (
        <Link to={paths.person(person.login)} aria-describedby={describedBy}>
          {person.fullName}
        </Link>
      )}
    </HoverCard>
  );
}
