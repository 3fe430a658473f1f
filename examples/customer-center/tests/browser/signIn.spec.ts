import { expect, fillSignIn, test } from './test';

test('a wrong password is told in the words of the server', async ({ page }) => {
  await page.goto('/');
  await fillSignIn(page, 'olga', 'wrong');
  await expect(page.getByRole('alert')).toContainText('Login and password do not fit together');
});

test('a session outlives a reload and ends when one signs out', async ({ page, signIn }) => {
  await signIn('root@localhost');
  await expect(page.getByRole('heading', { name: 'Customers' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Customers' })).toBeVisible();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
});
