import { expect, idOf, test } from './test';

test.beforeEach(async ({ signIn, newPerson }) => {
  await newPerson('Related');
  await signIn('root@localhost');
});

test('a customer gets a group after a look at who gains', async ({ page }) => {
  const id = idOf(test.info());
  await page.goto(`/customers/${id}/groups`);
  await page.getByLabel('training, rw').check();
  await expect(page.getByLabel('training, ro')).toBeChecked();
  await page.getByRole('button', { name: 'Preview the change' }).click();

  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('1 person gaining');
  await expect(dialog.getByRole('row', { name: `Pat ${id}` })).toContainText('training');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog).toBeHidden();

  await page.getByRole('button', { name: 'Preview the change' }).click();
  await dialog.getByRole('button', { name: 'Store' }).click();
  await expect(page.getByRole('heading', { name: `Related ${id}`, exact: true })).toBeVisible();
  await page.goto(`/people/pat-${id}`);
  await expect(page.getByRole('row', { name: 'training' })).toContainText(`through Related ${id}`);
});

test('a person gets a group of their own', async ({ page }) => {
  const id = idOf(test.info());
  await page.goto(`/people/pat-${id}/groups`);
  await page.getByLabel('sales, ro').check();
  await page.getByRole('button', { name: 'Preview the change' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Store' }).click();
  await expect(page.getByRole('heading', { name: `Pat ${id}`, exact: true })).toBeVisible();
  await expect(page.getByRole('row', { name: 'sales' })).toContainText('given to the person');
});

test('a group gets a customer', async ({ page }) => {
  const id = idOf(test.info());
  await page.goto('/groups/facility');
  await page.getByRole('link', { name: 'Change customers' }).click();
  await page.getByLabel('Add a customer').fill(id);
  await page.getByRole('button', { name: `Add Related ${id}` }).click();
  await page.getByLabel(`Related ${id}, ro`).check();
  await page.getByRole('button', { name: 'Preview the change' }).click();
  await expect(page.getByRole('dialog')).toContainText('1 person gaining');
  await page.getByRole('dialog').getByRole('button', { name: 'Store' }).click();
  await expect(page.getByRole('link', { name: `Related ${id}` })).toBeVisible();
});

test('a group gets a person and loses them again', async ({ page }) => {
  const id = idOf(test.info());
  await page.goto('/groups/telephony/people');
  await page.getByLabel('Add a person').fill(id);
  await page.getByRole('button', { name: `Add Pat ${id}` }).click();
  await page.getByLabel(`Pat ${id}, pat-${id}, rw`).check();
  await page.getByRole('button', { name: 'Preview the change' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Store' }).click();

  await page.getByRole('link', { name: 'Change people' }).click();
  await page.getByLabel(`Pat ${id}, pat-${id}, rw`).uncheck();
  await page.getByRole('button', { name: 'Preview the change' }).click();
  await expect(page.getByRole('dialog')).toContainText('1 person losing');
});
