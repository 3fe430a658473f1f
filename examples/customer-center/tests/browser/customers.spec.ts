import { expect, test } from './test';

test.beforeEach(async ({ signIn }) => {
  await signIn('root@localhost');
});

test('customers are found by a search', async ({ page }) => {
  await page.getByLabel('Search customers').fill('acme+holding');
  await page.getByRole('button', { name: 'Search' }).click();
  await expect(page.getByText('1 customer for')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Acme Holding' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Acme Corporation' })).toBeHidden();
});

test('invalid customers are listed when asked for', async ({ page }) => {
  await page.getByLabel('Search customers').fill('oldco');
  await page.getByLabel('invalid ones too').check();
  await page.getByRole('button', { name: 'Search' }).click();
  await expect(page.getByRole('row', { name: /Oldco Trading Ltd invalid/ })).toBeVisible();
});

test('the list goes on to the next page and back, also by the browser', async ({ page }) => {
  const first = page.getByRole('link', { name: 'Acme Corporation' });
  await expect(first).toBeVisible();
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(first).toBeHidden();
  await page.getByRole('button', { name: 'Previous' }).click();
  await expect(first).toBeVisible();
  await page.goBack();
  await expect(first).toBeHidden();
});

test('a business card shows when a customer is pointed at', async ({ page }) => {
  await page.getByRole('link', { name: 'Acme Corporation' }).hover();
  const card = page.getByRole('tooltip');
  await expect(card).toContainText('1 Desert Road');
  await expect(card).toContainText('open');
  await page.keyboard.press('Escape');
  await expect(card).toBeHidden();
});

test('the detail view has master data, tickets and people', async ({ page }) => {
  await page.goto('/customers/globex');
  await expect(page.getByRole('heading', { name: 'Globex International' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Show on the map' })).toHaveAttribute(
    'href',
    /openstreetmap\.org/,
  );
  const people = page.getByRole('region', { name: /People/ });
  await expect(people.getByRole('row', { name: /Mia Mertens/ })).toContainText('of initech');
});

test('each count leads to its list of tickets', async ({ page }) => {
  await page.goto('/customers/gauthier-delacroix-transports');
  for (const name of ['Open', 'Escalated', 'Reminder', 'Closed', 'All']) {
    const tab = page.getByRole('tab', { name });
    await tab.click();
    const count = Math.min(Number.parseInt(await tab.innerText()), 10);
    await expect(page.getByRole('tabpanel').locator('tbody tr')).toHaveCount(count);
  }
  const panel = page.getByRole('tabpanel');
  const before = await panel.locator('tbody th').first().innerText();
  await panel.getByRole('button', { name: 'Next' }).click();
  await expect(panel.locator('tbody th').first()).not.toHaveText(before);
});

test('a ticket shows what was written', async ({ page }) => {
  await page.goto('/customers/acme');
  await page.getByRole('link', { name: 'Rocket skates do not brake' }).click();
  await expect(page.getByText('The canyon is near')).toBeVisible();
});

test('what is not there is not found', async ({ page }) => {
  await page.goto('/customers/nobody');
  await expect(page.getByText('There is no such customer')).toBeVisible();
});
