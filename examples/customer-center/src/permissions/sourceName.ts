import type { EffectivePermissionFragment } from '../gql/graphql';

type Source = EffectivePermissionFragment['sources'][number];

/** By which way a permission is held, in words. */
export function sourceName({ kind, customer }: Source): string {
  switch (kind) {
    case 'CUSTOMER_USER':
      return 'given to the person';
    case 'CUSTOMER':
      return customer ? `through ${customer.name}` : 'through a customer';
    case 'ALWAYS_GROUP':
      return 'every person has it';
    case 'CUSTOMER_ALWAYS_GROUP':
      return 'every customer has it';
    case 'GROUP_SUPPORT_OFF':
      return 'groups do not count here';
  }
}
