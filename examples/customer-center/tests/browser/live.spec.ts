import { expect, idOf, test } from './test';

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
  await api('mutation ($input: TicketCreateInput!) { ticketCreate(input: $input) { userErrors { code } } }', {
    input: ticket,
  });
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
