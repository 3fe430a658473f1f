import { expect, test } from './test';

test.beforeEach(async ({ signIn }) => {
  await signIn('root@localhost');
});

test('a customer is made, after what is wrong was put right', async ({ page }) => {
  await page.getByRole('link', { name: 'New customer' }).click();
  await page.getByLabel('Name').fill('Umbrella Ltd');
  await page.getByRole('button', { name: 'Create customer' }).click();

  const id = page.getByLabel('Customer id');
  await expect(id).toBeFocused();
  await expect(id).toHaveAccessibleDescription(/may not be empty/);
  await id.fill('umbrella/1.0');
  await page.getByLabel('Country').selectOption('Norway');
  await page.getByRole('button', { name: 'Create customer' }).click();

  await expect(page.getByRole('heading', { name: 'Umbrella Ltd' })).toBeFocused();
  await expect(page.getByRole('region', { name: 'Customer', exact: true })).toContainText('Norway');
});

test('a customer is edited', async ({ page, newCustomer }) => {
  const customerId = await newCustomer('Edited');
  await page.goto(`/customers/${customerId}/edit`);
  await page.getByLabel('City').fill('Oslo');
  await page.getByLabel('Comment').fill('Moved.');
  await page.getByRole('button', { name: 'Store changes' }).click();
  const facts = page.getByRole('region', { name: 'Customer', exact: true });
  await expect(facts).toContainText('Oslo');
  await expect(facts).toContainText('Moved.');
});

test('an edit does not overwrite what someone else has stored meanwhile', async ({
  page,
  api,
  newCustomer,
}) => {
  const customerId = await newCustomer('Contested');
  await page.goto(`/customers/${customerId}/edit`);
  await page.getByLabel('City').fill('Oslo');
  await api(
    `mutation ($customerId: String!) {
      customerUpdate(customerId: $customerId, input: { comment: "Theirs", address: { city: "Bern" } }) {
        userErrors { code }
      }
    }`,
    { customerId },
  );
  await page.getByRole('button', { name: 'Store changes' }).click();

  const notice = page.getByRole('alert').filter({ hasText: 'Someone else has changed this record' });
  await expect(notice).toContainText('City: they stored “Bern”');
  await expect(page.getByLabel('City')).toHaveValue('Oslo');
  await expect(page.getByLabel('Comment')).toHaveValue('Theirs');

  await page.getByRole('button', { name: 'Store changes' }).click();
  const facts = page.getByRole('region', { name: 'Customer', exact: true });
  await expect(facts).toContainText('Oslo');
  await expect(facts).toContainText('Theirs');
});

test('a customer becomes invalid', async ({ page, newCustomer }) => {
  await page.goto(`/customers/${await newCustomer('Closing')}`);
  await page.getByRole('button', { name: 'Validity' }).click();
  await page.getByRole('dialog').getByLabel('invalid', { exact: true }).check();
  await page.getByRole('button', { name: 'Store' }).click();
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('invalid');
});

test('a person is made with a generated password, and edited', async ({ page, newCustomer }) => {
  const customerId = await newCustomer('Home of Zoe');
  await page.goto(`/customers/${customerId}`);
  await page.getByRole('link', { name: 'New person' }).click();
  await page.getByLabel('Username').fill(`zoe@${customerId}.test`);
  await page.getByLabel('First name').fill('Zoe');
  await page.getByLabel('E-mail').fill('zoe');
  await page.getByRole('button', { name: 'Create person' }).click();

  await expect(page.getByLabel('Last name')).toBeFocused();
  await expect(page.getByLabel('Last name')).toHaveAccessibleDescription(/may not be empty/);
  await expect(page.getByLabel('E-mail')).toHaveAccessibleDescription(/no e-mail address/);
  await page.getByLabel('Last name').fill('Zander');
  await page.getByLabel('E-mail').fill(`zoe@${customerId}.test`);
  await page.getByRole('button', { name: 'Create person' }).click();

  await expect(page.getByText('it is shown this once only')).toBeVisible();
  await page.getByRole('link', { name: 'Go on to Zoe Zander' }).click();
  await page.getByRole('link', { name: 'Edit' }).click();
  await page.getByLabel('Title').fill('Dr.');
  await page.getByRole('button', { name: 'Store changes' }).click();
  await expect(page.getByRole('heading', { name: 'Dr. Zoe Zander' })).toBeVisible();
});
