// urql with its normalized cache, which knows the schema, pages, persisted queries and subscriptions.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Client, fetchExchange, gql, subscriptionExchange } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import { persistedExchange } from '@urql/exchange-persisted';
import { minifyIntrospectionQuery } from '@urql/introspection';
import { getIntrospectionQuery } from 'graphql';
import {
  account,
  ask,
  bearer,
  CUSTOMERS_AT_ONCE,
  embedded,
  recorded,
  renameUntilHeard,
  SIGN_IN,
  sockets,
  unknown,
  until,
  url,
} from './desk.js';

const CARD = gql`
  fragment Card on Customer {
    id
    customerId
    name
    version
  }
`;

const CUSTOMERS = gql`
  query Customers($first: Int, $after: String) {
    customers(first: $first, after: $after) {
      totalCount
      edges {
        node {
          ...Card
          ticketCounts {
            open
          }
          customerUsers(first: 5) {
            edges {
              node {
                id
                login
              }
            }
          }
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
  ${CARD}
`;

const CUSTOMER = gql`
  query Customer($customerId: String!) {
    customer(customerId: $customerId) {
      ...Card
    }
  }
  ${CARD}
`;

const UPDATE = gql`
  mutation Update($customerId: String!, $input: CustomerUpdateInput!) {
    customerUpdate(customerId: $customerId, input: $input) {
      customer {
        ...Card
      }
      userErrors {
        code
        path
      }
    }
  }
  ${CARD}
`;

let token;
let introspected;
let socket;

function client({ authorization = bearer(token), exchanges = [], keys = {} } = {}) {
  const { requests, fetch } = recorded();
  const warnings = [];
  const urql = new Client({
    url,
    fetch,
    preferGetMethod: false,
    fetchOptions: () => ({ headers: authorization ? { authorization } : {} }),
    exchanges: [
      cacheExchange({
        schema: minifyIntrospectionQuery(introspected),
        keys: { ...Object.fromEntries(embedded(introspected).map((name) => [name, () => null])), ...keys },
        resolvers: { Query: { customers: relayPagination() } },
        logger: (severity, message) => severity !== 'debug' && warnings.push(message),
      }),
      ...exchanges,
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query, variables }) => ({
          subscribe: (sink) => ({ unsubscribe: socket.subscribe({ query, variables }, sink) }),
        }),
      }),
    ],
  });
  return { urql, requests, warnings };
}

// A query that is kept up to date from the cache.
function watch(urql, query, variables) {
  const results = [];
  const { unsubscribe } = urql.query(query, variables).subscribe((result) => results.push(result));
  return { data: () => results.at(-1)?.data, stop: unsubscribe };
}

const shape = ({ edges }) =>
  edges.map(({ node }) => [node.customerId, node.customerUsers.edges.map((edge) => edge.node.login)]);

before(async () => {
  introspected = await ask(getIntrospectionQuery());
  const { urql } = client({ authorization: null });
  const { data, error } = await urql.mutation(gql(SIGN_IN), account);
  assert.equal(error, undefined);
  token = data.login.accessToken;
  socket = sockets(token);
});

after(() => socket.dispose());

test('a wrong password is data, and a missing token an error with a code', async () => {
  const { urql } = client({ authorization: null });
  const { data } = await urql.mutation(gql(SIGN_IN), { ...account, login: randomUUID() });
  assert.equal(data.login.userErrors[0].code, 'BAD_CREDENTIALS');
  const { error } = await urql.query(CUSTOMERS, { first: 1 });
  assert.equal(error.graphQLErrors[0].extensions.code, 'UNAUTHENTICATED');
});

test('a token that is not good is an error with a code', async () => {
  const { urql } = client({ authorization: bearer('no') });
  const { error } = await urql.query(CUSTOMERS, { first: 1 });
  assert.equal(error.graphQLErrors[0]?.extensions.code, 'UNAUTHENTICATED', error);
});

test('pages are joined to the list that one large page is', async () => {
  const { urql, requests, warnings } = client();
  const { customers: whole } = await ask(CUSTOMERS_AT_ONCE, {}, token);
  let after;
  do {
    const { data, error } = await urql.query(CUSTOMERS, { first: 7, after });
    assert.equal(error, undefined);
    const { pageInfo } = data.customers;
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after);
  const { data } = await urql.query(CUSTOMERS, { first: 7 }, { requestPolicy: 'cache-only' });
  assert.deepEqual(shape(data.customers), shape(whole));
  assert.equal(data.customers.edges.length, whole.totalCount);
  assert.equal(requests.length, Math.ceil(whole.totalCount / 7));
  assert.deepEqual(warnings, []);
});

test('the cache warns of what the schema does not have', () => {
  const { warnings } = client({ keys: { Nobody: () => null } });
  assert.match(warnings.join(), /Nobody/);
});

test('what is wrong with a mutation is in its payload', async () => {
  const { urql } = client();
  const { data, error } = await urql.mutation(UPDATE, { customerId: 'initech', input: { name: '' } });
  assert.equal(error, undefined);
  assert.equal(data.customerUpdate.customer, null);
  assert.deepEqual(
    data.customerUpdate.userErrors.map(({ code, path }) => [code, path]),
    [['REQUIRED', ['input', 'name']]],
  );
});

test('a mutation changes lists and records that are shown, without another request', async () => {
  const { urql, requests, warnings } = client();
  const list = watch(urql, CUSTOMERS, { first: 100 });
  const detail = watch(urql, CUSTOMER, { customerId: 'initech' });
  await until(() => list.data() && detail.data(), 'list and detail');
  requests.length = 0;
  const name = 'Initech of urql';
  await urql.mutation(UPDATE, { customerId: 'initech', input: { name } });
  await until(() => detail.data().customer.name === name, 'the new name in the detail');
  const { node } = list.data().customers.edges.find((edge) => edge.node.customerId === 'initech');
  assert.equal(node.name, name);
  assert.equal(requests.length, 1);
  assert.deepEqual(warnings, []);
  list.stop();
  detail.stop();
});

test('an event of a subscription changes what is shown', async () => {
  const { urql } = client();
  const detail = watch(urql, CUSTOMER, { customerId: 'initech' });
  await until(detail.data, 'the detail');
  const changed = gql`
    subscription Changed($customerId: String) {
      customerChanged(customerId: $customerId) {
        cursor
        customer {
          ...Card
        }
      }
    }
    ${CARD}
  `;
  const events = [];
  const { unsubscribe } = urql.subscription(changed, { customerId: 'initech' }).subscribe(({ data, error }) => {
    events.push(error ?? data.customerChanged);
  });
  const event = await renameUntilHeard('initech', events, token);
  assert.match(event.customer.name, /initech for the/);
  await until(() => detail.data().customer.name === event.customer.name, 'the new name');
  unsubscribe();
  detail.stop();
});

for (const preferGetForPersistedQueries of [false, true]) {
  const method = preferGetForPersistedQueries ? 'GET' : 'POST';
  test(`a document is sent once, and named by its hash then (${method})`, async () => {
    const { urql, requests } = client({ exchanges: [persistedExchange({ preferGetForPersistedQueries })] });
    const query = gql(unknown('customer(customerId: "acme") { id name }'));
    for (let time = 0; time < 2; time += 1) {
      const { data, error } = await urql.query(query, {}, { requestPolicy: 'network-only' });
      assert.equal(error, undefined);
      assert.equal(data.customer.name, 'Acme Corporation');
    }
    const texts = requests.map(({ address, body }) => body?.query ?? new URL(address).searchParams.get('query'));
    assert.deepEqual(texts.map(Boolean), [false, true, false]);
    assert.deepEqual([requests[0].method, requests[2].method], [method, method]);
  });
}
