import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink } from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { ErrorLink } from '@apollo/client/link/error';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { OperationTypeNode } from 'graphql';
import { CloseCode, createClient } from 'graphql-ws';
import { createCache } from './cache';
import { Session } from './session';
import { signInService } from './signInService';

export const session = new Session(signInService, window.sessionStorage);

const authorization = async () => `Bearer ${await session.accessToken()}`;

const addToken = new SetContextLink(async ({ headers }) => ({
  headers: { ...(headers as Record<string, string> | undefined), authorization: await authorization() },
}));

/** Sends an operation once more, with a new access token, when the server did not take the old one. */
const renewToken = new ErrorLink(({ error, operation, forward }) => {
  if (!isUnauthenticated(error) || operation.getContext().isRepeated === true) return;
  session.discardAccessToken();
  operation.setContext({ isRepeated: true });
  return forward(operation);
});

function isUnauthenticated(error: unknown): boolean {
  return (
    CombinedGraphQLErrors.is(error) &&
    error.errors.some(({ extensions }) => extensions?.code === 'UNAUTHENTICATED')
  );
}

/** A time of about so many seconds, so that not all clients come back at the same moment. */
function wait(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * (500 + Math.random() * 1000)));
}

/** The WebSocket for subscriptions. It is open while anything is subscribed to, and comes back by itself. */
export const socket = createClient({
  url: `${window.location.origin.replace(/^http/, 'ws')}/graphql`,
  connectionParams: async () => ({ Authorization: await authorization() }),
  retryAttempts: Infinity,
  // Also when there is nobody at the other end at all.
  shouldRetry: () => true,
  retryWait: (retries) => wait(Math.min(2 ** retries, 30)),
  on: {
    connected: (_socket, _payload, isRetry) => {
      // What happened while there was no connection is in no event: ask anew for what is shown.
      if (isRetry) void client.refetchObservableQueries();
    },
    closed: (event) => {
      if ((event as CloseEvent).code === Number(CloseCode.Forbidden)) session.discardAccessToken();
    },
  },
});

export const client = new ApolloClient({
  link: ApolloLink.split(
    ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
    new GraphQLWsLink(socket),
    ApolloLink.from([renewToken, addToken, new HttpLink({ uri: '/graphql' })]),
  ),
  cache: createCache(),
  defaultOptions: {
    // What was read before is shown at once, and asked for anew.
    watchQuery: { fetchPolicy: 'cache-and-network', nextFetchPolicy: 'cache-first' },
  },
});

session.subscribe(() => {
  if (session.getState().status === 'signed-out') void client.clearStore();
});
