import { expect, test } from './test';

test('everything works by keyboard alone', async ({ page }) => {
  await page.goto('/');
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };

  // Sign in.
  await press('Tab', 'Tab');
  await expect(page.getByLabel('Username')).toBeFocused();
  await page.keyboard.type('root@localhost');
  await press('Tab');
  await page.keyboard.type('deskgraph-demo');
  await press('Enter');
  await expect(page.getByRole('heading', { name: 'Customers' })).toBeFocused();

  // Over the search to the first customer with its card.
  await press('Tab', 'Tab', 'Tab', 'Tab', 'Tab');
  const customer = page.getByRole('link', { name: 'Acme Corporation' });
  await expect(customer).toBeFocused();
  const card = page.getByRole('tooltip');
  await expect(card).toContainText('1 Desert Road');
  await expect(customer).toHaveAccessibleDescription(/1 Desert Road/);
  await press('Escape');
  await expect(card).toBeHidden();

  // The customer: the heading has the focus, and the arrow keys go through the lists.
  await press('Enter');
  await expect(page.getByRole('heading', { name: 'Acme Corporation' })).toBeFocused();
  await press('Tab');
  await expect(page.getByRole('link', { name: 'Edit' })).toBeFocused();
  await press('Tab');
  await expect(page.getByRole('button', { name: 'Validity' })).toBeFocused();

  // A dialog keeps the focus inside and gives it back.
  await press('Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  await press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(page.getByRole('button', { name: 'Validity' })).toBeFocused();

  await press('Tab', 'Tab');
  await expect(page.getByRole('tab', { name: 'Open' })).toBeFocused();
  await press('ArrowRight');
  await expect(page.getByRole('tab', { name: 'Escalated' })).toBeFocused();
  await press('End');
  const all = page.getByRole('tab', { name: 'All' });
  await expect(all).toBeFocused();
  await expect(all).toHaveAttribute('aria-selected', 'true');

  // Focus can be seen.
  await expect(all).toHaveCSS('outline-style', 'solid');

  // After a reload the header can be skipped.
  await page.reload();
  await expect(page.getByRole('tab', { name: 'Open' })).toBeVisible();
  await press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
  await press('Enter', 'Tab');
  await expect(page.getByRole('main').getByRole('link', { name: 'Customers' })).toBeFocused();
});
