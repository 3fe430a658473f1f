// Apollo Client with its normalized cache, pages, persisted queries and subscriptions.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { relayStylePagination } from '@apollo/client/utilities';
import { OperationTypeNode } from 'graphql';
import {
  account,
  ask,
  bearer,
  CUSTOMERS_AT_ONCE,
  embedded,
  recorded,
  renameUntilHeard,
  sha256,
  SIGN_IN,
  sockets,
  unknown,
  until,
  url,
} from './desk.js';

const TYPES = '{ __schema { types { kind name fields { name } possibleTypes { name } } } }';

const CARD = gql`
  fragment Card on Customer {
    id
    customerId
    name
    version
  }
`;

const CUSTOMERS = gql`
  query Customers($first: Int, $after: String, $last: Int, $before: String, $search: String) {
    customers(first: $first, after: $after, last: $last, before: $before, search: $search) {
      totalCount
      edges {
        node {
          ...Card
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
        hasPreviousPage
        startCursor
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
  mutation Update($customerId: String!, $input: CustomerUpdateInput!, $ifVersion: Version) {
    customerUpdate(customerId: $customerId, input: $input, ifVersion: $ifVersion) {
      customer {
        ...Card
      }
      userErrors {
        code
        message
        path
      }
    }
  }
  ${CARD}
`;

let token;
let possibleTypes;
let typePolicies;
let socket;

// As the documentation of Apollo Client makes them of an introspection.
function possible({ __schema }) {
  const abstract = __schema.types.filter(({ possibleTypes }) => possibleTypes);
  return Object.fromEntries(abstract.map(({ name, possibleTypes }) => [name, possibleTypes.map((type) => type.name)]));
}

function client({ authorization = bearer(token), persisted } = {}) {
  const { requests, fetch } = recorded();
  let link = new HttpLink({ uri: url, fetch, headers: authorization ? { authorization } : {} });
  if (persisted) {
    link = ApolloLink.from([new PersistedQueryLink({ sha256, ...persisted }), link]);
  }
  const apollo = new ApolloClient({
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(socket),
      link,
    ),
    cache: new InMemoryCache({ possibleTypes, typePolicies }),
  });
  return { apollo, requests };
}

// A query that is kept up to date from the cache.
function watch(apollo, query, variables) {
  const observable = apollo.watchQuery({ query, variables });
  const subscription = observable.subscribe(() => {});
  const data = () => observable.getCurrentResult().data;
  return { observable, data, stop: () => subscription.unsubscribe() };
}

// Reads a further page, and waits until it is shown.
async function more(observable, variables) {
  const shown = () => observable.getCurrentResult().data.customers.edges.length;
  const count = shown();
  await observable.fetchMore({ variables });
  await until(() => shown() > count, 'a further page');
}

const shape = ({ edges }) =>
  edges.map(({ node }) => [node.customerId, node.customerUsers.edges.map((edge) => edge.node.login)]);

before(async () => {
  const introspected = await ask(TYPES);
  possibleTypes = possible(introspected);
  // Two queries may ask for different fields of such a part.
  const merged = embedded(introspected).filter((name) => !['Query', 'Mutation', 'Subscription'].includes(name));
  typePolicies = {
    ...Object.fromEntries(merged.map((name) => [name, { merge: true }])),
    Query: { fields: { customers: relayStylePagination(['search', 'filter', 'orderBy']) } },
  };
  const { apollo } = client({ authorization: null });
  const { data } = await apollo.mutate({ mutation: gql(SIGN_IN), variables: account });
  assert.deepEqual(data.login.userErrors, []);
  token = data.login.accessToken;
  socket = sockets(token);
});

after(() => socket.dispose());

test('a wrong password is data, and a missing token an error with a code', async () => {
  const { apollo } = client({ authorization: null });
  const { data } = await apollo.mutate({ mutation: gql(SIGN_IN), variables: { ...account, login: randomUUID() } });
  assert.equal(data.login.userErrors[0].code, 'BAD_CREDENTIALS');
  await assert.rejects(apollo.query({ query: CUSTOMER, variables: { customerId: 'acme' } }), (error) => {
    assert.equal(error.errors[0].extensions.code, 'UNAUTHENTICATED');
    return true;
  });
});

test('a token that is not good is an error with a code', async () => {
  const { apollo } = client({ authorization: bearer('no') });
  await assert.rejects(apollo.query({ query: CUSTOMER, variables: { customerId: 'acme' } }), (error) => {
    assert.equal(error.errors?.[0].extensions.code, 'UNAUTHENTICATED', error);
    return true;
  });
});

test('fetchMore reads a list to its end, the same as one large page', async () => {
  const { apollo, requests } = client();
  const { customers: whole } = await ask(CUSTOMERS_AT_ONCE, {}, token);
  const { observable, data, stop } = watch(apollo, CUSTOMERS, { first: 7 });
  await until(() => data()?.customers, 'the first page');
  while (data().customers.pageInfo.hasNextPage) {
    await more(observable, { after: data().customers.pageInfo.endCursor });
  }
  assert.deepEqual(shape(data().customers), shape(whole));
  assert.equal(data().customers.edges.length, whole.totalCount);
  assert.equal(requests.length, Math.ceil(whole.totalCount / 7));
  stop();
});

test('fetchMore reads a list backwards', async () => {
  const { apollo } = client();
  const { customers: whole } = await ask(CUSTOMERS_AT_ONCE, {}, token);
  const { observable, data, stop } = watch(apollo, CUSTOMERS, { last: 15 });
  await until(() => data()?.customers, 'the last page');
  while (data().customers.pageInfo.hasPreviousPage) {
    await more(observable, { before: data().customers.pageInfo.startCursor });
  }
  assert.deepEqual(shape(data().customers), shape(whole));
  stop();
});

test('a record is found by its id through the interface Node', async () => {
  const { apollo } = client();
  const { data } = await apollo.query({ query: CUSTOMER, variables: { customerId: 'ACME' } });
  const { id } = data.customer;
  const byId = gql`
    query ById($id: ID!) {
      node(id: $id) {
        ...Named
      }
    }
    fragment Named on Node {
      id
      ... on Customer {
        name
      }
    }
  `;
  const found = await apollo.query({ query: byId, variables: { id } });
  assert.equal(found.data.node.name, 'Acme Corporation');
  assert.ok(possibleTypes.Node.includes('Customer'));
  assert.equal(apollo.cache.readFragment({ id: `Customer:${id}`, fragment: CARD }).customerId, 'acme');
});

test('what two queries know of an address is joined', async () => {
  const { apollo } = client();
  const address = (fields) => gql(`query Address { customer(customerId: "acme") { id address { ${fields} } } }`);
  await apollo.query({ query: address('city') });
  await apollo.query({ query: address('country') });
  const { customer } = apollo.cache.readQuery({ query: address('city country') });
  assert.ok(customer.address.city && customer.address.country);
});

test('what is wrong with a mutation is in its payload', async () => {
  const { apollo } = client();
  const { data } = await apollo.mutate({ mutation: UPDATE, variables: { customerId: 'globex', input: { name: ' ' } } });
  assert.equal(data.customerUpdate.customer, null);
  assert.deepEqual(
    data.customerUpdate.userErrors.map(({ code, path }) => [code, path]),
    [['REQUIRED', ['input', 'name']]],
  );
});

test('a mutation changes lists and records that are shown, without another request', async () => {
  const { apollo, requests } = client();
  const list = watch(apollo, CUSTOMERS, { first: 100 });
  const detail = watch(apollo, CUSTOMER, { customerId: 'globex' });
  await until(() => list.data()?.customers && detail.data()?.customer, 'list and detail');
  const { version } = detail.data().customer;
  const name = 'Globex of Apollo';
  requests.length = 0;
  await apollo.mutate({ mutation: UPDATE, variables: { customerId: 'globex', input: { name }, ifVersion: version } });
  await until(() => detail.data().customer.name === name, 'the new name in the detail');
  const [edge] = list.data().customers.edges.filter(({ node }) => node.customerId === 'globex');
  assert.equal(edge.node.name, name);
  assert.notEqual(edge.node.version, version);
  assert.equal(requests.length, 1);
  const stale = await apollo.mutate({ mutation: UPDATE, variables: { customerId: 'globex', input: {}, ifVersion: version } });
  assert.equal(stale.data.customerUpdate.userErrors[0].code, 'VERSION_CONFLICT');
  list.stop();
  detail.stop();
});

test('an event of a subscription changes what is shown', async () => {
  const { apollo } = client();
  const detail = watch(apollo, CUSTOMER, { customerId: 'globex' });
  await until(() => detail.data()?.customer, 'the detail');
  const query = gql`
    subscription Changed($customerId: String) {
      customerChanged(customerId: $customerId) {
        cursor
        change {
          kind
          fields {
            field
            after
          }
        }
        customer {
          ...Card
        }
      }
    }
    ${CARD}
  `;
  const events = [];
  const subscription = apollo.subscribe({ query, variables: { customerId: 'globex' } }).subscribe(({ data, error }) => {
    events.push(error ?? data.customerChanged);
  });
  // By another client, so that only the event can tell.
  const event = await renameUntilHeard('globex', events, token);
  assert.equal(event.change.kind, 'UPDATED');
  assert.deepEqual(event.change.fields.map(({ field }) => field), ['name']);
  await until(() => detail.data().customer.name === event.customer.name, 'the new name');
  subscription.unsubscribe();
  detail.stop();
});

for (const [name, useGETForHashedQueries, methods] of [
  ['POST', false, ['POST', 'POST', 'POST']],
  ['GET', true, ['GET', 'POST', 'GET']],
]) {
  test(`a document is sent once, and named by its hash then (${name})`, async () => {
    const { apollo, requests } = client({ persisted: { useGETForHashedQueries } });
    const query = gql(unknown('customer(customerId: "acme") { id name }'));
    for (let time = 0; time < 2; time += 1) {
      const { data } = await apollo.query({ query, fetchPolicy: 'network-only' });
      assert.equal(data.customer.name, 'Acme Corporation');
    }
    const texts = requests.map(({ address, body }) => body?.query ?? new URL(address).searchParams.get('query'));
    assert.deepEqual(texts.map(Boolean), [false, true, false]);
    assert.deepEqual(requests.map(({ method }) => method), methods);
  });
}
