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

test('a session that was ended elsewhere leads back to the sign-in', async ({ page, api, newPerson }) => {
  const login = await newPerson('Ended');
  await page.goto('/');
  await fillSignIn(page, login, 'password-1', 'customer');
  await expect(page.getByRole('heading', { name: 'Welcome' })).toBeVisible();
  await api(
    `mutation ($login: String!) {
      customerUserSetPassword(login: $login, password: "password-2") { userErrors { code } }
    }`,
    { login },
  );
  // The server closes the socket of the page within a few seconds, and its refresh token is good no more.
  await expect(page.getByRole('alert')).toContainText('Your session has ended', { timeout: 15_000 });
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
});

test('a request whose token is not taken any more is repeated with a new one', async ({ page, signIn }) => {
  await signIn('olga');
  const refusal = { errors: [{ message: 'No.', extensions: { code: 'UNAUTHENTICATED' } }] };
  await page.route('**/graphql', (route) => route.fulfill({ json: refusal }), { times: 1 });
  const refresh = page.waitForRequest((request) => Boolean(request.postData()?.includes('SessionRefresh')));
  await page.getByRole('link', { name: 'People' }).click();
  await refresh;
  await expect(page.getByRole('link', { name: 'Dr. Ann Archer' })).toBeVisible();
});
