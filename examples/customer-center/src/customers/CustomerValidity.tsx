import { useMutation } from '@apollo/client/react';
import { graphql } from '../gql';
import type { CustomerValidityFragment } from '../gql/graphql';
import { ValidityButton } from '../shared/ValidityButton';

export const CUSTOMER_VALIDITY = graphql(`
  fragment CustomerValidity on Customer {
    id
    customerId
    validity
    version
  }
`);

const CUSTOMER_SET_VALIDITY = graphql(`
  mutation CustomerSetValidity($customerId: String!, $validity: Validity!, $ifVersion: Version) {
    customerSetValidity(customerId: $customerId, validity: $validity, ifVersion: $ifVersion) {
      customer {
        ...CustomerValidity
      }
      userErrors {
        ...FormError
      }
    }
  }
`);

export function CustomerValidity({ customer }: { customer: CustomerValidityFragment }) {
  const [setValidity] = useMutation(CUSTOMER_SET_VALIDITY);
  const { customerId, version, validity } = customer;
  return (
    <ValidityButton
      validity={validity}
      explanation="People and tickets of an invalid customer stay as they are; lists leave it out."
      store={async (next) => {
        const variables = { customerId, validity: next, ifVersion: version };
        const { data } = await setValidity({ variables });
        return data?.customerSetValidity.userErrors ?? [];
      }}
    />
  );
}
