import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './test';

/** The screens, with their headings. */
const screens = [
  {
    login: 'root@localhost',
    what: 'shows an administrator',
    headings: {
      '/customers': 'Customers',
      '/customers/acme': 'Acme Corporation',
      '/people': 'People',
      '/people/mia': 'Mia Mertens',
      '/groups': 'Groups',
      '/groups/support': 'support',
      '/nowhere': 'Not found',
    },
  },
  {
    login: 'root@localhost',
    what: 'lets an administrator change',
    headings: {
      '/new/customer': 'New customer',
      '/customers/acme/edit': 'Edit Acme Corporation',
      '/customers/acme/groups': 'Groups of Acme Corporation',
      '/new/person?customer=acme': 'New person',
      '/people/mia/edit': 'Edit Mia Mertens',
      '/people/mia/groups': 'Groups of Mia Mertens',
      '/groups/support/customers': 'Customers of the group support',
      '/groups/support/people': 'People of the group support',
    },
  },
  {
    login: 'ann',
    what: 'shows a customer user',
    headings: {
      '/': 'Welcome, Dr. Ann Archer',
      '/customers/acme': 'Acme Corporation',
      '/people/ann': 'Dr. Ann Archer',
    },
  },
] as const;

async function open(page: Page, path: string, heading: string) {
  await page.goto(path);
  await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
  await expect(page.getByText('Loading…')).toHaveCount(0);
}

/** In light colours; and in dark ones for all that hangs on colours. */
async function expectAccessible(page: Page) {
  await page.emulateMedia({ colorScheme: 'light' });
  expect(violations(await new AxeBuilder({ page }).analyze())).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(violations(await new AxeBuilder({ page }).withRules('color-contrast').analyze())).toEqual([]);
}

function violations(results: Awaited<ReturnType<AxeBuilder['analyze']>>) {
  return results.violations.map(({ id, nodes }) => ({ id, html: nodes.map(({ html }) => html) }));
}

async function expectNotWider(page: Page) {
  const desktop = page.viewportSize();
  await page.setViewportSize({ width: 360, height: 740 });
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width, 'width on a phone').toBeLessThanOrEqual(360);
  if (desktop) await page.setViewportSize(desktop);
}

for (const { login, what, headings } of screens) {
  test(`what ${what} is accessible and fits on a phone`, async ({ page, signIn }) => {
    test.setTimeout(90_000);
    await signIn(login);
    for (const [path, heading] of Object.entries(headings)) {
      await test.step(path, async () => {
        await open(page, path, heading);
        await expectAccessible(page);
        await expectNotWider(page);
      });
    }
  });
}

test('the sign-in is accessible and fits on a phone', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
  await expectAccessible(page);
  await expectNotWider(page);
});

test('a business card is accessible', async ({ page, signIn }) => {
  await signIn('root@localhost');
  await page.getByRole('link', { name: 'Acme Corporation' }).focus();
  await expect(page.getByRole('tooltip')).toContainText('Desert Road');
  await expectAccessible(page);
});

test('the preview of a change is accessible and fits on a phone', async ({ page, signIn }) => {
  await signIn('root@localhost');
  await open(page, '/customers/acme/groups', 'Groups of Acme Corporation');
  await page.getByLabel('access, ro').check();
  await page.getByRole('button', { name: 'Preview the change' }).click();
  await expect(page.getByRole('dialog')).toContainText('gaining');
  await expectAccessible(page);
  await expectNotWider(page);
});

test('errors in a form are accessible and fit on a phone', async ({ page, signIn }) => {
  await signIn('root@localhost');
  await open(page, '/new/customer', 'New customer');
  await page.getByRole('button', { name: 'Create customer' }).click();
  await expect(page.getByText('may not be empty').first()).toBeVisible();
  await expectAccessible(page);
  await expectNotWider(page);
});

test('a ticket is accessible and fits on a phone', async ({ page, signIn }) => {
  await signIn('root@localhost');
  await open(page, '/customers/acme', 'Acme Corporation');
  await page.getByRole('link', { name: 'Giant magnet' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Giant magnet' })).toBeFocused();
  await expectAccessible(page);
  await expectNotWider(page);
});
