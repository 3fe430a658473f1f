import { expect, test } from './test';

test('people are found by a search', async ({ page, signIn }) => {
  await signIn('root@localhost');
  await page.getByRole('link', { name: 'People' }).click();
  await page.getByLabel('Search people').fill('mia+mertens');
  await page.getByRole('button', { name: 'Search' }).click();
  await expect(page.getByRole('row', { name: 'Mia Mertens' })).toContainText('of initech');
  await page.getByRole('link', { name: 'Mia Mertens' }).hover();
  await expect(page.getByRole('tooltip')).toContainText('mia@initech.example');
});

test('each permission of a person has its reasons', async ({ page, signIn }) => {
  await signIn('root@localhost');
  await page.goto('/people/mia');
  const matrix = page.getByRole('region', { name: 'Effective permissions' }).first();
  const cells = (group: string) => matrix.getByRole('row', { name: group }).getByRole('cell');

  await expect(cells('network').nth(0)).toContainText('through Initech Software LLC');
  await expect(cells('network').nth(0)).toContainText('through Globex International');
  await expect(cells('network').nth(1)).toContainText('through Globex International');
  await expect(cells('network').nth(1)).not.toContainText('Initech');
  await expect(cells('software').nth(1)).toContainText('given to the person');
  await expect(cells('users').nth(0)).toContainText('every person has it');
  await expect(cells('billing').nth(1).getByLabel('no')).toBeVisible();
});
