// Saved lineups and the palette, by keyboard alone, with the real program behind the page.
import type { Page } from '@playwright/test';

import { expect, test } from './support/app';

const press = async (page: Page, ...keys: string[]) => {
  for (const key of keys) await page.keyboard.press(key);
};

/** Finds something in the palette and takes it, once it is the one that is pointed out. */
async function run(page: Page, text: string, name: RegExp): Promise<void> {
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('combobox', { name: 'Search or run a command' })).toBeFocused();
  await page.keyboard.type(text);
  await expect(page.getByRole('option', { name, selected: true })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Command palette' })).toBeHidden();
}

test('a lineup is saved, outlives a restart, and is used, by keyboard alone', async ({ app: { page, restart } }) => {
  const bar = page.getByRole('region', { name: 'Lineup' });
  const chips = bar.getByRole('listitem');
  await page.getByRole('button', { name: 'Try with demo models' }).press('Enter');
  await expect(chips).toHaveCount(3);

  // One is taken out by its chip, the order is changed, and what is left gets a name.
  await chips.first().getByRole('button').first().focus();
  const names = () => chips.allInnerTexts();
  const [first] = await names();
  await press(page, 'Alt+ArrowRight');
  await expect.poll(async () => (await names())[1]).toBe(first);
  await press(page, 'Delete');
  await expect(chips).toHaveCount(2);
  const kept = await names();
  await run(page, '> save this', /^Save this lineup/);
  await expect(page.getByRole('textbox', { name: 'Name of this lineup' })).toBeFocused();
  await page.keyboard.type('Two of three');
  await press(page, 'Enter');
  await expect(page.getByRole('button', { name: 'Use Two of three, 2 models' })).toBeVisible();
  await press(page, 'Escape');
  await expect(page.getByRole('button', { name: 'Two of three', exact: true })).toBeVisible();

  // A model of the palette joins: it is no longer the saved one.
  await run(page, '@quick', /quick/);
  await expect(chips).toHaveCount(3);
  await expect(page.getByRole('button', { name: /^Two of three.*changed/ })).toBeVisible();

  await restart();
  await expect(chips).not.toHaveCount(0);
  await run(page, '@thinker', /thinker/); // whatever was there before: it is another lineup now
  await expect.poll(names).not.toEqual(kept);
  await run(page, 'two of', /^Two of three/);
  await expect(chips).toHaveCount(2);
  await expect.poll(names).toEqual(kept);

  // The name is taken; then it is renamed, and deleted, and had back.
  await press(page, 'Control+m');
  await expect(page.getByRole('combobox', { name: 'Find a model' })).toBeFocused();
  const saved = page.getByRole('button', { name: 'Use Two of three, 2 models' });
  await saved.focus();
  await press(page, 'F2');
  await expect(page.getByRole('textbox', { name: 'New name of Two of three' })).toBeFocused();
  await press(page, 'Control+a');
  await page.keyboard.type('Everyday');
  await press(page, 'Enter');
  const renamed = page.getByRole('button', { name: 'Use Everyday, 2 models' });
  await renamed.focus();
  await press(page, 'Delete');
  await expect(renamed).toBeHidden();
  await page.getByRole('button', { name: 'Undo' }).press('Enter');
  await press(page, 'Control+m');
  await expect(renamed).toBeVisible();
});
