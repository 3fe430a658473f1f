// The explorer as somebody sees it who opens it for the first time, on the demo data.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';

const address = `${process.env.SERVER_ADDRESS}/graphiql/`;
const password = 'deskgraph-demo';
let browser;

before(async () => {
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
});

after(() => browser.close());

/** A token of the administrator, as the command prints it. */
function token() {
  const { DESKGRAPH, SERVER_FOLDER } = process.env;
  return execFileSync(DESKGRAPH, ['token', 'root@localhost'], { cwd: SERVER_FOLDER, encoding: 'utf8' }).trim();
}

/** A page of its own, of which everything is noted that it complains of or asks elsewhere. */
async function open(options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints = [];
  page.on('console', (message) => message.type() === 'error' && !/status of 4/.test(message.text()) && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url());
    if (/^(http|ws)/.test(protocol) && host !== new URL(address).host) complaints.push(`asks ${request.url()}`);
  });
  await page.goto(address);
  await page.getByRole('button', { name: /^Execute query/ }).waitFor();
  return { page, complaints };
}

const run = (page) => page.getByRole('button', { name: /^Execute query/ }).click();
const answer = (page) => page.getByRole('region', { name: 'Result Window' });

/** Takes an example. GraphiQL looks a moment later at a document that was put into it. */
async function choose(page, name) {
  await page.getByLabel('Example').selectOption(name);
  await page.waitForTimeout(500);
}


async function expectAnswer(page, text) {
  await answer(page).getByText(text).first().waitFor();
}

async function signIn(page, { realm, login, secret = password }) {
  await page.getByRole('button', { name: 'Sign in' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(realm, { exact: true }).check();
  await dialog.getByLabel('Login').fill(login);
  await dialog.getByLabel('Password', { exact: true }).fill(secret);
  await dialog.getByRole('button', { name: 'Sign in' }).click();
}

test('the first query is answered after one click', async () => {
  const { page, complaints } = await open();
  await run(page);
  await expectAnswer(page, '"customerGroupSupport"');
  assert.deepEqual(complaints, []);
});

test('an agent signs in, takes an example, and is still there after a reload', async () => {
  const { page, complaints } = await open();
  await signIn(page, { realm: 'Agent', login: 'root@localhost' });
  await page.getByText('root@localhost (administrator)').waitFor();
  await choose(page, 'CustomerDetail');
  await run(page);
  await expectAnswer(page, '"Acme Corporation"');
  await page.reload();
  await page.getByText('root@localhost (administrator)').waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('Not signed in').waitFor();
  await choose(page, 'CustomerDetail');
  await run(page);
  await expectAnswer(page, '"UNAUTHENTICATED"');
  assert.deepEqual(complaints, []);
});

test('a wrong password is said, and nothing of it is kept', async () => {
  const { page, complaints } = await open();
  await signIn(page, { realm: 'Customer user', login: 'ann', secret: 'wrong' });
  await page.getByRole('alert').filter({ hasText: /\w/ }).waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('Not signed in').waitFor();
  assert.equal(await page.evaluate(() => sessionStorage.getItem('deskgraph-explorer')), null);
  assert.deepEqual(complaints, []);
});

test('a token can be pasted', async () => {
  const { page, complaints } = await open();
  await page.getByRole('button', { name: 'Sign in' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Access token or API token').fill('nothing');
  await dialog.getByRole('button', { name: 'Use the token' }).click();
  await page.getByRole('alert').filter({ hasText: /\w/ }).waitFor();
  await dialog.getByLabel('Access token or API token').fill(token());
  await dialog.getByRole('button', { name: 'Use the token' }).click();
  await page.getByText('root@localhost (administrator)').waitFor();
  assert.deepEqual(complaints, []);
});

test('a subscription tells of a ticket that somebody opens', async () => {
  const { page, complaints } = await open();
  await signIn(page, { realm: 'Customer user', login: 'ann' });
  await page.getByText('ann (customer user)').waitFor();
  await choose(page, 'TicketChanged');
  await run(page);
  await page.waitForTimeout(2_000);
  const ask = (query, token) =>
    fetch(new URL('../graphql', address), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ query }),
    }).then((response) => response.json());
  const { data } = await ask(`mutation { login(realm: CUSTOMER, login: "ann", password: "${password}") { accessToken } }`);
  const mutation = `mutation { ticketCreate(input: { queue: "Support", title: "The explorer listens", body: "Does it?" }) { userErrors { message } } }`;
  assert.deepEqual((await ask(mutation, data.login.accessToken)).data.ticketCreate.userErrors, []);
  await expectAnswer(page, '"The explorer listens"');
  assert.deepEqual(complaints, []);
});
