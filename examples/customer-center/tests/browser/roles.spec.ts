import { expect, test } from './test';

test('a customer user sees the own company and tickets', async ({ page, signIn }) => {
  await signIn('ann');
  await expect(page.getByRole('heading', { name: 'Welcome, Dr. Ann Archer' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Rocket skates do not brake' })).toBeVisible();
  await page.getByRole('link', { name: 'Acme Corporation' }).click();
  await expect(page.getByRole('heading', { name: 'Acme Corporation' })).toBeFocused();
  await expect(page.getByRole('row', { name: 'Bob Baker' })).toBeVisible();
  await page.getByRole('link', { name: 'My account' }).click();
  await expect(page.getByRole('row', { name: 'billing' })).toContainText('through Acme Corporation');
});

test('a customer user is offered nothing that they may not do', async ({ page, signIn }) => {
  await signIn('ann');
  await expect(page.getByRole('link', { name: 'Groups' })).toBeHidden();
  await page.goto('/customers/acme');
  await expect(page.getByRole('heading', { name: 'Acme Corporation' })).toBeVisible();
  for (const name of ['Edit', 'Groups', 'New person']) {
    await expect(page.getByRole('link', { name })).toBeHidden();
  }
  await expect(page.getByRole('button', { name: 'Validity' })).toBeHidden();
  await page.goto('/people/bob');
  await expect(page.getByRole('heading', { name: 'Bob Baker' })).toBeVisible();
  await expect(page.getByText('Effective permissions')).toBeHidden();
  for (const path of ['/customers/globex', '/customers', '/people', '/groups', '/customers/acme/edit']) {
    await page.goto(path);
    await expect(page.getByRole('heading', { name: 'Not found' })).toBeVisible();
  }
});

test('an agent who is no administrator is offered no groups', async ({ page, signIn }) => {
  await signIn('olga');
  await expect(page.getByRole('heading', { name: 'Customers' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Groups' })).toBeHidden();
});

test('an agent is told what they may not store', async ({ page, signIn }) => {
  await signIn('olga');
  await page.goto('/customers/globex/edit');
  await page.getByLabel('City').fill('Oslo');
  await page.getByRole('button', { name: 'Store changes' }).click();
  await expect(page.getByText('this needs an agent with `rw` in the group')).toBeVisible();
});
