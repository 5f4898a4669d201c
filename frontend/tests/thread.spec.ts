import type { Page } from '@playwright/test';

import { type App, expect, test } from './support/app';

const prompt = (page: Page) => page.getByRole('textbox', { name: 'Prompt' });
const done = (page: Page, n: number) => expect(page.getByText('Done', { exact: true })).toHaveCount(n, { timeout: 40_000 });

test.use({
  scripts: {
    one: { chunks: ['The sky is **blue**.\n\n', 'It scatters short waves.'] },
    two: { chunks: ['The sky is **red**.\n\n', 'It scatters short waves. <b>No element.</b>'] },
  },
});

/** Asks two models of the scripted provider. */
async function ask({ page }: App, text: string): Promise<void> {
  await page.getByRole('button', { name: 'Try with demo models' }).click();
  for (const name of ['quick', 'thinker', 'priced']) await page.getByRole('button', { name: new RegExp(`Remove .*${name}`) }).click();
  await page.keyboard.press('Control+m');
  const search = page.getByRole('combobox', { name: 'Find a model' });
  for (const name of ['one', 'two']) {
    await search.fill(name);
    await expect(page.getByRole('option', { name: new RegExp(name) }).first()).toBeVisible();
    await search.press('Enter');
  }
  await page.keyboard.press('Escape');
  await prompt(page).fill(text);
  await page.getByRole('button', { name: /^Run \d/ }).click();
  await done(page, 2);
  await expect(page.getByRole('button', { name: 'Run again' })).toBeVisible(); // the last frame came: nothing goes on
}

test('two answers are told apart by word, and an answer stays text', async ({ app }) => {
  const { page } = app;
  await ask(app, 'Why?');
  await page.keyboard.press('Escape'); // out of the prompt
  await page.keyboard.press('d');
  await expect(page.getByRole('region', { name: 'Differences' })).toBeVisible();
  await expect(page.locator('.left .md-only')).toHaveText(/blue/);
  await expect(page.locator('.right .md-only').first()).toHaveText(/red/);
  await expect(page.getByText('<b>No element.</b>', { exact: false })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('region', { name: 'Differences' })).toBeHidden();
});

test('a follow-up sends each model its own answer, and the thread is shown', async ({ app }) => {
  const { page, upstream } = app;
  await ask(app, 'Why?');
  await page.keyboard.press('Control+Shift+F');
  await expect(page.getByText('All models, each with its own answers')).toBeVisible();
  await prompt(page).fill('And at night?');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'And at night?' })).toBeVisible();
  await done(page, 2);
  const sent = upstream.requests.slice(-2).sort((a, b) => (a.model < b.model ? -1 : 1));
  const said = sent.map((r) => (r.body['messages'] as { role: string; content: string }[]).find((m) => m.role === 'assistant')?.content);
  expect(said.map((text) => /red|blue/.exec(text ?? '')?.[0])).toEqual(['blue', 'red']);
  await expect(page.getByText('Turn 2 of 2')).toBeVisible();
  await page.getByRole('button', { name: 'Previous turn' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Why?' })).toBeVisible();
  await expect(page.getByText('Turn 1 of 2')).toBeVisible();
});

test('run again asks the same, beside what it was', async ({ app }) => {
  const { page, upstream } = app;
  await ask(app, 'Why?');
  const before = upstream.requests.map((r) => r.body);
  await page.keyboard.press('Control+Shift+R');
  await expect(page.getByText(/^Run all again\?/)).toBeVisible();
  await page.keyboard.press('Control+Shift+R');
  const panel = page.getByRole('region', { name: 'Old against new' });
  await expect(panel.getByText('All 2 answers are the same.')).toBeVisible();
  const key = (body: unknown) => JSON.stringify(body);
  expect(upstream.requests.slice(2).map((r) => key(r.body)).sort()).toEqual(before.map(key).sort());
  await panel.getByRole('button', { name: 'Side by side' }).click();
  await expect(page.getByRole('region', { name: 'Answers side by side' })).toBeVisible();
  await page.keyboard.press('Escape');
  await panel.getByRole('button', { name: 'Original' }).click();
  await expect(page.getByRole('button', { name: 'Old against new' })).toBeVisible();
});
