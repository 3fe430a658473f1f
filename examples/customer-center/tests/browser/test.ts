import { test as base, expect, type Page } from '@playwright/test';

export { expect };

const PASSWORD = 'deskgraph-demo';

interface Fixtures {
  /** Signs in on the page. */
  signIn: (login: 'root@localhost' | 'olga' | 'ann') => Promise<void>;
  /** Sends a document to the server, as the administrator, beside the page. */
  api: (query: string, variables?: object) => Promise<void>;
  /** Makes a customer that no other test knows; gives its id. */
  newCustomer: (name: string) => Promise<string>;
  /** Makes a person of a new customer of that name, with the password `password-1`; gives the login. */
  newPerson: (customerName: string) => Promise<string>;
}

interface Answer {
  data?: { login?: { accessToken: string } };
  errors?: object[];
}

export const test = base.extend<Fixtures>({
  // eslint-disable-next-line no-empty-pattern
  baseURL: async ({}, use) => {
    await use(process.env.CENTER_URL);
  },

  // Every test fails when the page has an error, such as what the Content-Security-Policy does not allow.
  page: async ({ page }, use) => {
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      // That a token does not count any more is told with this status.
      const isExpected = message.text().includes('status of 401');
      if (message.type() === 'error' && !isExpected) errors.push(message.text());
    });
    await use(page);
    expect(errors).toEqual([]);
  },

  signIn: async ({ page }, use) => {
    await use(async (login) => {
      await page.goto('/');
      await fillSignIn(page, login, PASSWORD, login === 'ann' ? 'customer' : 'agent');
      await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
    });
  },

  api: async ({ request }, use) => {
    const send = async (query: string, variables: object, headers: Record<string, string>) => {
      const response = await request.post('/graphql', { data: { query, variables }, headers });
      const answer = (await response.json()) as Answer;
      expect(answer.errors).toBeUndefined();
      return answer.data;
    };
    const login = `mutation ($password: String!) {
      login(realm: AGENT, login: "root@localhost", password: $password) { accessToken }
    }`;
    const token = (await send(login, { password: PASSWORD }, {}))?.login?.accessToken ?? '';
    await use(async (query, variables = {}) => {
      await send(query, variables, { authorization: `Bearer ${token}` });
    });
  },

  newCustomer: async ({ api }, use, { testId }) => {
    await use(async (name) => {
      const customerId = idOf({ testId });
      const input = { customerId, name: `${name} ${customerId}`, address: { city: 'Rome' } };
      await api(
        'mutation ($input: CustomerCreateInput!) { customerCreate(input: $input) { userErrors { code } } }',
        { input },
      );
      return customerId;
    });
  },

  newPerson: async ({ api, newCustomer }, use) => {
    await use(async (customerName) => {
      const customerId = await newCustomer(customerName);
      const login = `pat-${customerId}`;
      const name = { firstName: 'Pat', lastName: customerId };
      const input = { login, ...name, email: `${login}@desk.test`, customerId, password: 'password-1' };
      await api(
        'mutation ($input: CustomerUserCreateInput!) { customerUserCreate(input: $input) { userErrors { code } } }',
        { input },
      );
      return login;
    });
  },
});

/** The id of the customer that a test makes. */
export function idOf({ testId }: { testId: string }): string {
  return testId.slice(-12);
}

export async function fillSignIn(
  page: Page,
  login: string,
  password: string,
  realm: 'agent' | 'customer' = 'agent',
): Promise<void> {
  if (realm === 'customer') await page.getByLabel('a customer').check();
  await page.getByLabel('Username').fill(login);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}
