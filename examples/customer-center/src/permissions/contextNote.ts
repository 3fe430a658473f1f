import type { PermissionContext, Validity } from '../gql/graphql';
import { validityNames } from '../shared/validityNames';

/** What is to be known of a place where permissions can be stored, besides its name. */
export function contextNote(context: PermissionContext, validity: Validity = 'VALID'): string {
  return [
    context === 'OTHER_CUSTOMERS' && 'tickets of other customers',
    validity !== 'VALID' && validityNames[validity],
  ]
    .filter(Boolean)
    .join(', ');
}
