import type { Validity } from '../gql/graphql';

export const validityNames: Record<Validity, string> = {
  VALID: 'valid',
  INVALID_TEMPORARILY: 'invalid for some time',
  INVALID: 'invalid',
};

export const allValidities = Object.keys(validityNames) as Validity[];
