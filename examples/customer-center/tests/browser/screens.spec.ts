import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './test';

const screens = {
  'root@localhost': {
    '/customers': 'Customers',
    '/customers/acme': 'Acme Corporation',
    '/customers/acme/edit': 'Edit Acme Corporation',
    '/customers/acme/groups': 'Groups of Acme Corporation',
    '/new/customer': 'New customer',
    '/new/person?customer=acme': 'New person',
    '/people/mia': 'Mia Mertens',
    '/people/mia/edit': 'Edit Mia Mertens',
    '/people/mia/groups': 'Groups of Mia Mertens',
    '/groups': 'Groups',
    '/groups/support': 'support',
    '/groups/support/customers': 'Customers of the group support',
    '/groups/support/people': 'People of the group support',
    '/nowhere': 'Not found',
  },
  ann: {
    '/': 'Welcome, Dr. Ann Archer',
    '/customers/acme': 'Acme Corporation',
    '/people/ann': 'Dr. Ann Archer',
  },
} as const;

async function open(page: Page, path: string, heading: string) {
  await page.goto(path);
  await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
  await expect(page.getByText('Loading…')).toHaveCount(0);
}

async function expectAccessible(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => ({ id, targets: nodes.map((node) => node.html) }))).toEqual([]);
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme} colours`, () => {
    test.use({ colorScheme });

    test('the sign-in is accessible', async ({ page }) => {
      await page.goto('/');
      await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
      await expectAccessible(page);
    });

    for (const [login, headings] of Object.entries(screens)) {
      test(`the screens of ${login} are accessible`, async ({ page, signIn }) => {
        test.setTimeout(60_000);
        await signIn(login as keyof typeof screens);
        for (const [path, heading] of Object.entries(headings)) {
          await test.step(path, async () => {
            await open(page, path, heading);
            await expectAccessible(page);
          });
        }
      });
    }

    test('cards, dialogs, tickets and errors are accessible', async ({ page, signIn }) => {
      await signIn('root@localhost');
      await page.getByRole('link', { name: 'Acme Corporation' }).focus();
      await expect(page.getByRole('tooltip')).toContainText('Desert Road');
      await expectAccessible(page);

      await open(page, '/customers/acme/groups', 'Groups of Acme Corporation');
      await page.getByLabel('access, ro').check();
      await page.getByRole('button', { name: 'Preview the change' }).click();
      await expect(page.getByRole('dialog')).toContainText('gaining');
      await expectAccessible(page);

      await open(page, '/new/customer', 'New customer');
      await page.getByRole('button', { name: 'Create customer' }).click();
      await expect(page.getByText('may not be empty').first()).toBeVisible();
      await expectAccessible(page);

      await open(page, '/customers/acme', 'Acme Corporation');
      await page.getByRole('link', { name: 'Giant magnet' }).click();
      await expect(page.getByRole('heading', { level: 1, name: 'Giant magnet' })).toBeFocused();
      await expectAccessible(page);
    });
  });
}

test.describe('on a phone', () => {
  test.use({ viewport: { width: 360, height: 740 } });

  for (const [login, headings] of Object.entries(screens)) {
    test(`the screens of ${login} are not wider than the display`, async ({ page, signIn }) => {
      await signIn(login as keyof typeof screens);
      for (const [path, heading] of Object.entries(headings)) {
        await test.step(path, async () => {
          await open(page, path, heading);
          const width = await page.evaluate(() => document.documentElement.scrollWidth);
          expect(width).toBeLessThanOrEqual(360);
        });
      }
    });
  }
});
