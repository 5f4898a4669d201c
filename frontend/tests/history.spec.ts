import { type Page } from '@playwright/test';

import { expect, test } from './support/app';
import { serveFake } from './support/harness';

interface Go {
  app: {
    Comparisons: { Start: (request: object) => Promise<{ id: string }>; Get: (id: string) => Promise<{ live: boolean }> };
    History: { Search: (query: object) => Promise<{ rows: { prompt: string; tags: string[] }[] }> };
  };
}
declare const window: Window & { go: Go };

const NO_PARAMS = { system: null, temperature: null, topP: null, maxTokens: null, seed: null, stop: [], effort: '', thinkingBudget: null, numCtx: null, keepAlive: '', responseFormat: '', extra: '' };

/** Saves a comparison: asks models of the scripted upstream and waits until all of it is kept. */
async function keep(page: Page, prompt: string, ...models: string[]): Promise<void> {
  const request = {
    system: '', prompt, attachments: [], lanes: 'parallel', localOnly: false, blind: false, parentId: '', relation: '', baseRunId: '',
    lineup: models.map((model) => ({ endpoint: 'openai', model, params: NO_PARAMS })),
  }; // prettier-ignore
  const id = await page.evaluate(async (r) => (await window.go.app.Comparisons.Start(r)).id, request);
  await expect.poll(() => page.evaluate(async (i) => (await window.go.app.Comparisons.Get(i)).live, id)).toBe(false);
}

const row = (page: Page, name: RegExp) => page.getByRole('option', { name });
const search = (page: Page) => page.getByRole('searchbox', { name: 'Search your comparisons' });

test.describe('the history', () => {
  test.use({
    scripts: {
      fine: { chunks: ['The sky ', 'is **blue**', ' because of *Rayleigh scattering*.'] },
      other: { chunks: ['Wavelength decides: 短波 is scattered more.'] },
      broken: { status: 401, error: 'Incorrect API key provided' },
    },
  });

  test.beforeEach(async ({ app: { page } }) => {
    await keep(page, 'Why is the sky blue?', 'fine', 'other');
    await keep(page, 'Name three kinds of bread.', 'other');
    await keep(page, 'Translate the invoice.', 'broken', 'other');
    await page.keyboard.press('Control+2');
    await expect(page.getByText('3 comparisons')).toBeVisible();
  });

  test('finds words of prompts and answers while one types, and points them out', async ({ app: { page } }) => {
    await search(page).pressSequentially('rayl');
    await expect(row(page, /sky blue/)).toBeVisible();
    await expect(page.getByText('1 of 3')).toBeVisible();
    await expect(row(page, /sky blue/).locator('mark')).toHaveText('Rayl', { ignoreCase: true });
    await search(page).fill('短波');
    await expect(page.getByText('3 of 3')).toBeVisible();
    await search(page).fill('scattered -bread -invoice');
    await expect(page.getByText('1 of 3')).toBeVisible();
    for (const hostile of ['"', '-', 'a" OR 1=1 --', '* NEAR(', "';--", '()^:{}']) {
      await search(page).fill(hostile);
      await expect(page.getByRole('alert')).toHaveCount(0);
    }
    await search(page).fill('nowhere to be found');
    await expect(page.getByRole('heading', { name: /Nothing matches/ })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByText('3 comparisons')).toBeVisible();
  });

  test('is narrowed by filters that say what they do and can be taken off', async ({ app: { page } }) => {
    await page.getByRole('button', { name: 'Model', exact: true }).click();
    await page.getByRole('checkbox', { name: /^fine/ }).check();
    await page.keyboard.press('Escape');
    await expect(page.getByText('1 of 3')).toBeVisible();
    await expect(row(page, /sky blue/)).toBeVisible();
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('button', { name: 'Ended', exact: true }).click();
    await page.getByRole('checkbox', { name: /^Failed/ }).check();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('heading', { name: 'Nothing fits these filters' })).toBeVisible();
    await page.getByRole('button', { name: /Remove the filter Model/ }).click();
    await expect(row(page, /invoice/)).toBeVisible();
    await expect(page.getByText('1 of 3')).toBeVisible();
    await search(page).fill('bread');
    await page.getByRole('button', { name: 'Drop the filter' }).click();
    await expect(row(page, /kinds of bread/)).toBeVisible();
  });

  test('works by keyboard alone: search, look, mark, tag, delete, undo, open', async ({ app }) => {
    const { page } = app;
    await expect(search(page)).toBeFocused();
    await page.keyboard.press('ArrowDown'); // from the first row to the second
    await page.keyboard.press('Space');
    const look = page.getByRole('dialog', { name: 'Quick look' });
    await expect(look.getByText('kinds of bread')).toBeVisible();
    await page.keyboard.press('ArrowDown');
    await expect(look.getByText('Rayleigh scattering')).toBeVisible();
    await page.keyboard.press('Space');
    await expect(look).toBeHidden();
    await page.keyboard.press('x');
    await page.keyboard.press('Shift+ArrowUp');
    await expect(page.getByText('2 selected')).toBeVisible();
    await page.keyboard.press('#');
    await page.getByRole('textbox', { name: 'Add or find a tag' }).fill('kept');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await expect(row(page, /kept/)).toHaveCount(2);
    await page.keyboard.press('Escape'); // the marks
    await expect(page.getByText('2 selected')).toBeHidden();
    await page.keyboard.press('Delete');
    await expect(row(page, /kinds of bread/)).toBeHidden();
    await page.getByRole('button', { name: 'Undo' }).press('Enter');
    await expect(row(page, /kinds of bread/)).toBeVisible();
    await page.keyboard.press('/');
    await page.keyboard.type('kept');
    await expect(page.getByText('2 of 3')).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1, name: /bread/ })).toBeVisible();
    await app.restart();
    const kept = await page.evaluate(async () => {
      const empty = { models: [], providers: [], openness: [], places: [], category: '', minStars: 0, verdict: '', favourite: false, status: [] };
      const rest = { text: '', tags: ['kept'], fromMs: 0, toMs: 0, minCostUsd: '', maxCostUsd: '', relation: '', sort: 'newest', cursor: '', limit: 50 };
      return (await window.go.app.History.Search({ ...empty, ...rest })).rows.map((r) => r.prompt);
    });
    expect(kept).toEqual(['Name three kinds of bread.', 'Why is the sky blue?']);
  });

  test('shows an answer as text: nothing in it runs', async ({ app: { page } }) => {
    await keep(page, '<img src=x onerror="window.pwned=1"> markup', 'fine');
    await search(page).fill('onerror');
    await expect(row(page, /markup/).locator('mark').first()).toBeVisible();
    expect(await page.evaluate(() => 'pwned' in window)).toBe(false);
    expect(await page.locator('main img').count()).toBe(0);
  });
});

test('a list of 100,000 rows is read on as one scrolls, and the page holds no more of it than is in sight', async ({ page }) => {
  test.setTimeout(180_000);
  const server = await serveFake();
  await page.goto(`${await server.open()}?fake=hundred-thousand`);
  await page.keyboard.press('Control+2');
  await expect(page.getByText('100,000 comparisons')).toBeVisible();
  const list = page.getByRole('listbox', { name: 'Comparisons' });
  const seen = await list.evaluate(async (box) => {
    const places = () => [...box.querySelectorAll('[role=option]')].map((option) => Number(option.getAttribute('aria-posinset')));
    let [nodes, options, last] = [0, 0, 0];
    while (last < 10_000) {
      box.scrollTop = box.scrollHeight;
      await new Promise(requestAnimationFrame);
      nodes = Math.max(nodes, document.querySelectorAll('*').length);
      options = Math.max(options, places().length);
      last = Math.max(last, ...places());
    }
    return { nodes, options };
  });
  expect(seen.options).toBeLessThan(40);
  expect(seen.nodes).toBeLessThan(3000);
  // The way back needs no page: any place is there at once.
  await list.press('Home');
  await expect(page.getByRole('option').first()).toHaveAttribute('aria-posinset', '1');
  await list.press('End');
  await expect(page.getByRole('option', { selected: true })).toBeVisible();
  expect(server.strays).toEqual([]);
  server.close();
});
