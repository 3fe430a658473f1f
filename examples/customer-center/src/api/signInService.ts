import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import { graphql } from '../gql';
import type { SignedInFragment } from '../gql/graphql';
import type { SignInResult, SignInService } from './session';

const LOGIN = graphql(`
  mutation Login($realm: Realm!, $login: String!, $password: String!) {
    login(realm: $realm, login: $login, password: $password) {
      ...SignedIn
    }
  }

  fragment SignedIn on LoginPayload {
    accessToken
    expiresAt
    refreshToken
    userErrors {
      code
      message
    }
  }
`);

const SESSION_REFRESH = graphql(`
  mutation SessionRefresh($refreshToken: String!) {
    sessionRefresh(refreshToken: $refreshToken) {
      ...SignedIn
    }
  }
`);

const LOGOUT = graphql(`
  mutation Logout {
    logout {
      userErrors {
        message
      }
    }
  }
`);

// A client of its own, without the link that adds an access token: that of a session which has ended would be refused.
const client = new ApolloClient({ link: new HttpLink({ uri: '/graphql' }), cache: new InMemoryCache() });

function toResult({ accessToken, expiresAt, refreshToken, userErrors }: SignedInFragment): SignInResult {
  if (accessToken == null || expiresAt == null) return { refusals: userErrors };
  return { tokens: { accessToken, expiresAt, refreshToken: refreshToken ?? null } };
}

function answered<T>(data: T | undefined): T {
  if (data === undefined) throw new Error('The server gave no answer.');
  return data;
}

export const signInService: SignInService = {
  async login(realm, login, password) {
    const { data } = await client.mutate({ mutation: LOGIN, variables: { realm, login, password } });
    return toResult(answered(data).login);
  },

  async refresh(refreshToken) {
    const { data } = await client.mutate({ mutation: SESSION_REFRESH, variables: { refreshToken } });
    return toResult(answered(data).sessionRefresh);
  },

  async logout(accessToken) {
    await client.mutate({
      mutation: LOGOUT,
      context: { headers: { authorization: `Bearer ${accessToken}` } },
    });
  },
};
