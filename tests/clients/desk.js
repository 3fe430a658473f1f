// The server that `run` has started, and what all clients of it need.
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

export const url = process.env.DESKGRAPH_URL;
if (!url) {
  throw new Error('DESKGRAPH_URL is not set: start the tests by ./run');
}

// An administrator of the demo data.
export const account = { realm: 'AGENT', login: 'root@localhost', password: 'deskgraph-demo' };

export const SIGN_IN = `
  mutation SignIn($realm: Realm!, $login: String!, $password: String!) {
    login(realm: $realm, login: $login, password: $password) {
      accessToken
      userErrors { code path }
    }
  }
`;

export const bearer = (token) => `Bearer ${token}`;

export const sha256 = (text) => createHash('sha256').update(text).digest('hex');

// A document that the server does not know yet.
export const unknown = (selection) => `query Unknown_${randomUUID().replaceAll('-', '')} { ${selection} }`;

// Asks without any client.
export async function ask(query, variables, token) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: bearer(token) }) },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) {
    throw new Error(JSON.stringify(errors));
  }
  return data;
}

export const signIn = async () => (await ask(SIGN_IN, account)).login.accessToken;

// What an introspection tells of types without an id: parts of records, pages and payloads. Caches have to be told about them.
export function embedded({ __schema: { types } }) {
  const objects = types.filter(({ kind, name }) => kind === 'OBJECT' && !name.startsWith('__'));
  return objects.filter(({ fields }) => !fields.some(({ name }) => name === 'id')).map(({ name }) => name);
}

// A `fetch` that remembers what it sent.
export function recorded() {
  const requests = [];
  const recordedFetch = (address, options) => {
    requests.push({ method: options.method ?? 'GET', address: String(address), body: options.body && JSON.parse(options.body) });
    return fetch(address, options);
  };
  return { requests, fetch: recordedFetch };
}

export function sockets(token) {
  return createClient({
    url: url.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { Authorization: bearer(token) },
    retryAttempts: 0,
  });
}

// Waits until `condition` gives something.
export async function until(condition, what) {
  const end = Date.now() + 10_000;
  while (Date.now() < end) {
    const found = await condition();
    if (found) {
      return found;
    }
    await setTimeout(20);
  }
  throw new Error(`${what} did not come within 10 seconds`);
}

// Changes a customer until a subscriber has heard of it, because it is not told when a subscription has begun. Gives the first event.
export async function renameUntilHeard(customerId, events, token) {
  const rename = `
    mutation ($customerId: String!, $name: String!) {
      customerUpdate(customerId: $customerId, input: { name: $name }) { userErrors { code } }
    }
  `;
  let count = 0;
  return until(async () => {
    count += 1;
    await ask(rename, { customerId, name: `${customerId} for the ${count}. time` }, token);
    // Changes are looked for twice a second.
    await setTimeout(600);
    return events[0];
  }, 'an event');
}

// Every customer with its first people, on one large page.
export const CUSTOMERS_AT_ONCE = `
  { customers(first: 200) { totalCount edges { node { customerId customerUsers(first: 5) { edges { node { login } } } } } } }
`;
