import type { WebSocketRoute } from '@playwright/test';
import { expect, idOf, test } from './test';

const TICKET_CREATE =
  'mutation ($input: TicketCreateInput!) { ticketCreate(input: $input) { userErrors { code } } }';

test('a ticket that is opened and closed elsewhere shows at once', async ({
  page,
  signIn,
  api,
  newPerson,
}) => {
  const login = await newPerson('Lively');
  await signIn('root@localhost');
  await page.goto(`/customers/${idOf(test.info())}`);
  const status = page
    .getByRole('region', { name: 'Tickets' })
    .getByRole('status')
    .filter({ hasText: 'Live' });
  await expect(status).toHaveText('Live');

  const ticket = { title: 'It smokes', body: 'Help!', queue: 'Misc', customerUserLogin: login };
  await api(TICKET_CREATE, { input: ticket });
  await expect(status).toContainText('“It smokes” changed: open');
  await expect(page.getByRole('tab', { name: '1 Open' })).toBeVisible();
  const number = /\d{16}/.exec(await status.innerText())?.[0];

  await api(
    `mutation ($number: String!) {
      ticketSetState(number: $number, state: "closed successful") { userErrors { code } }
    }`,
    { number },
  );
  await expect(status).toContainText('changed: closed successful');
  await expect(page.getByRole('tab', { name: '0 Open' })).toBeVisible();
  await expect(page.getByRole('tab', { name: '1 Closed' })).toBeVisible();
  await expect(page.getByRole('tabpanel')).toContainText('There are no tickets in this list');
  await expect(page.getByRole('row', { name: login }).getByRole('cell').nth(2)).toHaveText('1');
});

test('what happened while there was no connection shows afterwards', async ({
  page,
  signIn,
  api,
  newPerson,
}) => {
  let connection: WebSocketRoute | undefined;
  await page.routeWebSocket('/graphql', (socket) => {
    connection = socket;
    socket.connectToServer();
  });
  const login = await newPerson('Offline');
  await signIn('root@localhost');
  await page.goto(`/customers/${idOf(test.info())}`);
  await expect(page.getByText('Live', { exact: true })).toBeVisible();

  await connection?.close({ code: 1012 });
  const ticket = { title: 'Missed', body: 'Help!', queue: 'Misc', customerUserLogin: login };
  await api(TICKET_CREATE, { input: ticket });
  await expect(page.getByRole('tab', { name: '1 Open' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Missed' })).toBeVisible();
});
