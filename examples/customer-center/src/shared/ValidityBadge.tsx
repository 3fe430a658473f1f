import type { Validity } from '../gql/graphql';
import { validityNames } from './validityNames';

/** Marks a record that is not in use. */
export function ValidityBadge({ validity }: { validity: Validity }) {
  if (validity === 'VALID') return null;
  return <span className="badge badge-warn">{validityNames[validity]}</span>;
}
