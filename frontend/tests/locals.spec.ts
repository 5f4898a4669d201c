// Ollama's models with the real program and a scripted server: on disk, in memory, and on their way there.
import type { Page } from '@playwright/test';

import { expect, test } from './support/app';
import { OllamaServer } from './support/ollama';

const GB = 1_000_000_000;
const MIT = 'MIT License\n\nPermission is hereby granted, free of charge, to any person obtaining a copy of this software';

const ollama = await OllamaServer.start();
test.use({ env: { OLLAMA_HOST: ollama.address } });
test.beforeEach(() => {
  ollama.reset([{ name: 'clerk:1b', size: 1.3 * GB, license: MIT, capabilities: ['completion', 'tools'] }, { name: 'poet:latest', size: 0.4 * GB }], { 'baker:2b': 2 * GB });
});
test.afterAll(() => ollama.stop());

function row(page: Page, model: string) {
  return page.getByRole('table', { name: 'Models installed on Ollama' }).getByRole('row').filter({ hasText: model });
}

/** Opens a model's menu and chooses in it, by keyboard alone. */
async function choose(page: Page, model: string, what: string): Promise<void> {
  await page.getByRole('button', { name: `More for ${model}` }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: what }).focus();
  await page.keyboard.press('Enter');
}

test('what is on disk is listed, loads into memory, leaves it and shows its licence', async ({ app: { page } }) => {
  await page.keyboard.press('Control+5');
  await expect(page.getByText('Ollama 0.24.0')).toBeVisible();
  await expect(row(page, 'clerk:1b')).toContainText('1.3 GB');
  await expect(row(page, 'clerk:1b')).toContainText('MIT');
  await expect(row(page, 'clerk:1b')).toContainText('on disk');
  await expect(row(page, 'poet:latest')).toContainText('None given');

  await choose(page, 'clerk:1b', 'Load into memory');
  await expect(row(page, 'clerk:1b')).toContainText('1.4 GB');
  await expect(page.getByRole('img', { name: /clerk:1b 1\.4 GB/ })).toBeVisible();
  await expect(row(page, 'poet:latest')).toContainText('on disk');
  await choose(page, 'clerk:1b', 'Take out of memory');
  await expect(row(page, 'clerk:1b')).toContainText('on disk');
  expect(ollama.asked).toEqual(['POST /api/generate clerk:1b', 'POST /api/generate clerk:1b']);

  await choose(page, 'clerk:1b', 'Details and licence');
  const dialog = page.getByRole('dialog', { name: 'Details and licence of clerk:1b' });
  await expect(dialog.getByText('Licence: MIT')).toBeVisible();
  await expect(dialog.getByText('Allowed.')).toBeVisible();
  await expect(dialog.getByRole('region', { name: 'The licence’s whole text' })).toContainText('Permission is hereby granted');
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
});

test('a pull tells how far it is, is paused, goes on from there and is ready', async ({ app: { page } }) => {
  await page.keyboard.press('Control+5');
  await page.getByRole('textbox', { name: 'Pull a model' }).fill('baker:2b');
  await page.keyboard.press('Enter');
  const bar = page.getByRole('progressbar', { name: 'baker:2b' });
  await expect(bar).toBeVisible();
  await expect.poll(() => ollama.pulling).toBe(true);
  ollama.reach('baker:2b', 0.5 * GB);
  await expect(bar).toHaveAttribute('aria-valuenow', '25');
  await expect(page.getByText(/^0\.5 of 2\.0 GB/)).toBeVisible();

  await page.getByRole('button', { name: 'Pause baker:2b' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByText('0.5 of 2.0 GB, paused')).toBeVisible();
  await expect.poll(() => ollama.pulling).toBe(false); // the server is left alone
  await expect(page.getByRole('button', { name: 'Go on with baker:2b' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect.poll(() => ollama.pulling).toBe(true);
  ollama.reach('baker:2b', 1.5 * GB);
  await expect(bar).toHaveAttribute('aria-valuenow', '75');
  ollama.reach('baker:2b', 2 * GB);
  await expect(page.getByText('baker:2b is ready on Ollama.')).toBeVisible();
  await expect(row(page, 'baker:2b')).toContainText('2.0 GB');
  await expect(bar).toHaveCount(0);
  expect(ollama.asked).toEqual(['POST /api/pull baker:2b', 'POST /api/pull baker:2b']);
});

test('a pull of what the library lacks says so and can be tried again or dismissed', async ({ app: { page } }) => {
  await page.keyboard.press('Control+5');
  await page.getByRole('textbox', { name: 'Pull a model' }).fill('nope:1b');
  await page.keyboard.press('Enter');
  await expect(page.getByText(/library has no model nope:1b/)).toBeVisible();
  await page.getByRole('button', { name: 'Try again: nope:1b' }).focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => ollama.asked.length).toBe(2);
  await expect(page.getByText(/library has no model nope:1b/)).toBeVisible();
  await page.getByRole('button', { name: 'Dismiss nope:1b' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByText(/library has no model nope:1b/)).toHaveCount(0);
});

test('a model is deleted after a question, and kept when the answer is no', async ({ app: { page } }) => {
  await page.keyboard.press('Control+5');
  await choose(page, 'poet:latest', 'Delete from disk');
  const dialog = page.getByRole('dialog', { name: 'Delete poet:latest' });
  await expect(dialog.getByRole('button', { name: 'Keep it' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(dialog).toHaveCount(0);
  expect(ollama.asked).toEqual([]);
  await choose(page, 'poet:latest', 'Delete from disk');
  await dialog.getByRole('button', { name: 'Delete', exact: true }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByText('poet:latest is deleted from Ollama.')).toBeVisible();
  await expect(row(page, 'poet:latest')).toHaveCount(0);
  await expect(row(page, 'clerk:1b')).toBeVisible();
  expect(ollama.asked).toEqual(['POST /api/generate poet:latest', 'DELETE /api/delete poet:latest']); // out of memory first
});
