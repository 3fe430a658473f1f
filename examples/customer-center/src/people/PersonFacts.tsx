import { CustomerLink } from '../customers/CustomerLink';
import { graphql } from '../gql';
import type { PersonFactsFragment } from '../gql/graphql';
import { Address } from '../shared/Address';
import { addressLines } from '../shared/addressLines';
import { Facts } from '../shared/Facts';
import { LinkList } from '../shared/LinkList';
import { Time } from '../shared/Time';

export const PERSON_FACTS = graphql(`
  fragment PersonFacts on CustomerUser {
    email
    phone
    mobile
    fax
    comment
    address {
      ...Address
    }
    links {
      ...ExternalLink
    }
    dataSource {
      id
      name
    }
    lastLoginAt
    changedAt
    changedBy {
      id
      login
    }
    customers(first: 50) {
      nodes {
        id
        customerId
        name
      }
    }
  }
`);

/** The master data of a person. */
export function PersonFacts({ person }: { person: PersonFactsFragment }) {
  return (
    <section className="card" aria-labelledby="person-facts">
      <h2 id="person-facts">Person</h2>
      <Facts
        facts={{
          Customers: (
            <ul className="plain-list">
              {person.customers.nodes.map((customer) => (
                <li key={customer.id}>
                  <CustomerLink customer={customer} />
                </li>
              ))}
            </ul>
          ),
          'E-mail': person.email && <a href={`mailto:${person.email}`}>{person.email}</a>,
          Phone: person.phone && <a href={`tel:${person.phone}`}>{person.phone}</a>,
          Mobile: person.mobile && <a href={`tel:${person.mobile}`}>{person.mobile}</a>,
          Fax: person.fax,
          Address: addressLines(person.address).length > 0 && <Address address={person.address} />,
          Links: person.links.length > 0 && <LinkList links={person.links} />,
          Comment: person.comment,
          'Kept in': person.dataSource.name,
          'Last signed in': person.lastLoginAt && <Time at={person.lastLoginAt} />,
          Changed: person.changedAt && (
            <>
              <Time at={person.changedAt} />
              {person.changedBy && ` by ${person.changedBy.login}`}
            </>
          ),
        }}
      />
    </section>
  );
}
