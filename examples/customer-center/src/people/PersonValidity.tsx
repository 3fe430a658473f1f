import { useMutation } from '@apollo/client/react';
import { graphql } from '../gql';
import type { PersonValidityFragment } from '../gql/graphql';
import { ValidityButton } from '../shared/ValidityButton';

export const PERSON_VALIDITY = graphql(`
  fragment PersonValidity on CustomerUser {
    id
    login
    validity
    version
  }
`);

const CUSTOMER_USER_SET_VALIDITY = graphql(`
  mutation CustomerUserSetValidity($login: String!, $validity: Validity!, $ifVersion: Version) {
    customerUserSetValidity(login: $login, validity: $validity, ifVersion: $ifVersion) {
      customerUser {
        ...PersonValidity
      }
      userErrors {
        ...FormError
      }
    }
  }
`);

export function PersonValidity({ person }: { person: PersonValidityFragment }) {
  const [setValidity] = useMutation(CUSTOMER_USER_SET_VALIDITY);
  const { login, version, validity } = person;
  return (
    <ValidityButton
      validity={validity}
      explanation="Who is not valid cannot sign in. Their tickets stay as they are."
      store={async (next) => {
        const variables = { login, validity: next, ifVersion: version };
        const { data } = await setValidity({ variables });
        return data?.customerUserSetValidity.userErrors ?? [];
      }}
    />
  );
}
