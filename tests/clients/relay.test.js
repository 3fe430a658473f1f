// The documents of relay/, as relay-compiler has made them, run by Relay without React.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  commitMutation,
  createOperationDescriptor,
  Environment,
  fetchQuery,
  getSelector,
  Network,
  Observable,
  RecordSource,
  requestSubscription,
  Store,
} from 'relay-runtime';
import { ask, CUSTOMERS_AT_ONCE, renameUntilHeard, signIn, sockets, until } from './desk.js';

const compiled = async (name) => (await import(`./generated/relay/${name}.graphql.js`)).default;

const customerList = await compiled('documentsCustomerListQuery');
const customersPage = await compiled('documentsCustomersPaginationQuery');
const customersFragment = await compiled('documents_customers');
const customerDetail = await compiled('documentsCustomerDetailQuery');
const peoplePage = await compiled('documentsPeoplePaginationQuery');
const peopleFragment = await compiled('documents_people');
const cardFragment = await compiled('documents_card');
const update = await compiled('documentsUpdateMutation');
const changed = await compiled('documentsChangedSubscription');

let token;
let socket;

before(async () => {
  token = await signIn();
  socket = sockets(token);
});

after(() => socket.dispose());

function environment() {
  const network = Network.create(
    async ({ text }, variables) => ({ data: await ask(text, variables, token) }),
    ({ text }, variables) => Observable.create((sink) => socket.subscribe({ query: text, variables }, sink)),
  );
  return new Environment({ network, store: new Store(new RecordSource()) });
}

// Runs a query and gives a function that reads what the store has of it now.
async function load(relay, query, variables) {
  const operation = createOperationDescriptor(query, variables);
  relay.retain(operation);
  await fetchQuery(relay, query, variables).toPromise();
  return () => relay.lookup(operation.fragment).data;
}

const read = (relay, fragment, reference) => relay.lookup(getSelector(fragment, reference)).data;

// Reads the pages behind the first one, until there are no more, and gives the connection.
async function readToTheEnd(relay, list, page, variables) {
  while (list().pageInfo.hasNextPage) {
    const count = list().edges.length;
    await fetchQuery(relay, page, { ...variables, after: list().pageInfo.endCursor }).toPromise();
    assert.ok(list().edges.length > count, 'the page was joined to the connection');
  }
  return list();
}

test('a connection at the root is read page by page, the same as one large page', async () => {
  const relay = environment();
  const { customers: whole } = await ask(CUSTOMERS_AT_ONCE, {}, token);
  const root = await load(relay, customerList, { first: 7 });
  const list = () => read(relay, customersFragment, root()).customers;
  const { edges, totalCount } = await readToTheEnd(relay, list, customersPage, { first: 7 });
  assert.equal(totalCount, whole.totalCount);
  assert.deepEqual(
    edges.map(({ node }) => read(relay, cardFragment, node).customerId),
    whole.edges.map(({ node }) => node.customerId),
  );
});

test('a connection of a record is refetched through node', async () => {
  const relay = environment();
  const query = '{ customer(customerId: "K-00001") { id customerUsers(first: 100) { nodes { login } } } }';
  const { customer } = await ask(query, {}, token);
  const root = await load(relay, customerDetail, { id: customer.id, first: 5 });
  assert.equal(read(relay, cardFragment, root().node.card).customerId, 'K-00001');
  const list = () => read(relay, peopleFragment, root().node.people).customerUsers;
  const { edges } = await readToTheEnd(relay, list, peoplePage, { id: customer.id, first: 5 });
  assert.ok(edges.length > 5);
  assert.deepEqual(
    edges.map(({ node }) => node.login),
    customer.customerUsers.nodes.map(({ login }) => login),
  );
});

test('a mutation and an event change the record in the store', async () => {
  const relay = environment();
  const { customer } = await ask('{ customer(customerId: "zolw") { id } }', {}, token);
  const root = await load(relay, customerDetail, { id: customer.id, first: 1 });
  const name = () => read(relay, cardFragment, root().node.card).name;

  const input = { name: 'Zolw of Relay' };
  const { customerUpdate } = await new Promise((resolve, reject) => {
    commitMutation(relay, { mutation: update, variables: { customerId: 'zolw', input }, onCompleted: resolve, onError: reject });
  });
  assert.deepEqual(customerUpdate.userErrors, []);
  assert.equal(name(), input.name);

  const events = [];
  const subscription = requestSubscription(relay, {
    subscription: changed,
    variables: { customerId: 'zolw' },
    onNext: ({ customerChanged }) => events.push(customerChanged),
    onError: (error) => events.push(error),
  });
  await renameUntilHeard('zolw', events, token);
  await until(() => name().startsWith('zolw for the'), 'the new name');
  subscription.dispose();
});
