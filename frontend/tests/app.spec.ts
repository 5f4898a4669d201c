import { type Page } from '@playwright/test';

import { emptyQuery } from '../src/lib/api/backend';
import { type App, expect, test } from './support/app';

const prompt = (page: Page) => page.getByRole('textbox', { name: 'Prompt' });
const run = (page: Page) => page.getByRole('button', { name: /^Run \d/ });

/** Adds models by their names to the lineup. */
async function choose(page: Page, ...names: string[]): Promise<void> {
  await page.keyboard.press('Control+m');
  const search = page.getByRole('combobox', { name: 'Find a model' });
  for (const name of names) {
    await search.fill(name);
    await expect(page.getByRole('option', { name: new RegExp(name) }).first()).toBeVisible();
    await search.press('Enter');
  }
  await page.keyboard.press('Escape');
}

async function startWithDemo(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Try with demo models' }).click();
  await expect(prompt(page)).toBeVisible();
}

async function ask(page: Page, text: string): Promise<void> {
  await prompt(page).fill(text);
  await run(page).click();
}

/** From the first run to a lineup of some models of the provider. */
async function begin({ page }: App, ...models: string[]): Promise<void> {
  await page.getByRole('button', { name: 'Try with demo models' }).click();
  for (const name of ['quick', 'thinker', 'priced']) await page.getByRole('button', { name: new RegExp(`Remove .*${name}`) }).click();
  await choose(page, ...models);
}

/** The id of the newest comparison, asked of the program itself. */
async function newest(page: Page): Promise<{ id: string; runs: { model: string; status: string }[] }> {
  return page.evaluate(async (query) => {
    const go = (window as unknown as { go: { app: { History: { Search: (q: unknown) => Promise<{ rows: never[] }> } } } }).go;
    return (await go.app.History.Search(query)).rows[0]!;
  }, emptyQuery());
}

test.describe('without anything configured', () => {
  test('the demo models answer, and are labelled as demo', async ({ app: { page } }) => {
    await expect(page.getByText('One prompt.')).toBeVisible();
    await startWithDemo(page);
    await ask(page, 'Why is the sky blue?');
    await expect(page.getByText('Done', { exact: true })).toHaveCount(3, { timeout: 40_000 });
    await expect(page.getByText('Demo', { exact: true }).first()).toBeVisible();
    await expect(page.getByRole('heading', { level: 1, name: 'Why is the sky blue?' })).toBeVisible();
    expect((await newest(page)).runs.map((r) => r.status)).toEqual(['done', 'done', 'done']);
  });

  test('the lineup, the draft and the theme come back after a restart', async ({ app }) => {
    const { page } = app;
    await startWithDemo(page);
    await prompt(page).fill('half a thought');
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('button', { name: 'Dark' }).click();
    await page.keyboard.press('Escape');
    await expect
      .poll(() =>
        page.evaluate(async () => {
          const { go } = window as unknown as { go: { app: { Settings: { Get: () => Promise<{ draft: string; theme: string }> } } } };
          const { draft, theme } = await go.app.Settings.Get();
          return { draft, theme };
        }),
      )
      .toEqual({ draft: 'half a thought', theme: 'dark' });
    await app.restart();
    await expect(prompt(page)).toHaveValue('half a thought');
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
    await expect(run(page)).toHaveText(/Run 3/);
  });
});

test.describe('with models of a provider', () => {
  const KEY = 'sk-canary-e2e-1234567890';
  const long = Array.from({ length: 400 }, (_, i) => [`word${i} `, 25] as const).flat();
  test.use({
    scripts: {
      fine: { chunks: ['The sky ', 'is **blue**', ' because of *scattering*.'] },
      thinker: { chunks: [{ reasoning: 'Consider the wavelengths.' }, 20, 'Short waves scatter more.'] },
      broken: { status: 401, error: `Incorrect API key provided: ${KEY}` },
      busy: { status: 429, error: 'Slow down' },
      cut: { chunks: ['This breaks '], cut: true },
      slow: { chunks: long },
      evil: { chunks: ['<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>[link](javascript:window.pwned=1) <iframe srcdoc="x"></iframe> **safe**'] },
    },
  });

  test('one fails, one breaks off, the others are whole', async ({ app }) => {
    const { page, upstream } = app;
    await begin(app, 'fine', 'broken', 'cut');
    await ask(page, 'Why?');
    await expect(page.getByText('Done', { exact: true })).toHaveCount(1);
    await expect(page.getByText('blue', { exact: true })).toBeVisible();
    await expect(page.getByText('The answer broke off', { exact: false }).first()).toBeVisible();
    await expect(page.getByText('OPENAI_API_KEY', { exact: false }).first()).toBeVisible();
    expect(upstream.requests.filter((r) => r.model === 'broken')).toHaveLength(1); // no hidden retry
    expect(upstream.requests[0]!.headers.authorization).toBe(`Bearer ${KEY}`);
    expect((await newest(page)).runs.map((r) => r.status)).toEqual(['done', 'failed', 'truncated']);
  });

  test('the key reaches neither the page nor what goes to it', async ({ app }) => {
    const { page } = app;
    const seen: string[] = [];
    page.on('websocket', (socket) => socket.on('framereceived', (f) => seen.push(String(f.payload))));
    await page.reload();
    await page.waitForFunction(() => 'go' in window);
    await begin(app, 'broken');
    await ask(page, 'Why?');
    await expect(page.getByText('OPENAI_API_KEY', { exact: false }).first()).toBeVisible();
    seen.push(await page.content());
    expect(seen.length).toBeGreaterThan(3);
    expect(seen.filter((text) => text.includes(KEY))).toEqual([]);
  });

  test('an answer is text: nothing in it runs', async ({ app }) => {
    const { page } = app;
    await begin(app, 'evil');
    await ask(page, 'Why?');
    await expect(page.getByText('Done', { exact: true })).toHaveCount(1);
    await expect(page.locator('strong', { hasText: 'safe' })).toBeVisible();
    expect(await page.evaluate(() => 'pwned' in window)).toBe(false);
    expect(await page.locator('iframe, main img, main a[href]').count()).toBe(0);
  });

  test('reasoning is kept apart from the answer', async ({ app }) => {
    const { page } = app;
    await begin(app, 'thinker');
    await ask(page, 'Why?');
    await expect(page.getByText('Short waves scatter more.')).toBeVisible();
    await expect(page.getByText(/^Thought/)).toBeVisible();
  });

  test('stop all keeps what came, and a retry is a new attempt', async ({ app }) => {
    const { page } = app;
    await begin(app, 'slow');
    await ask(page, 'Why?');
    await expect(page.getByText('word5', { exact: false })).toBeVisible();
    await page.getByRole('button', { name: /Stop all/ }).click();
    await expect(page.getByText('Stopped', { exact: true }).first()).toBeVisible();
    expect((await newest(page)).runs[0]!.status).toBe('cancelled');
    await page.keyboard.press('r');
    await expect(page.getByText('Run slow again? What it costs is not known. Press the key once more.')).toBeVisible();
    await page.keyboard.press('r');
    await expect(page.getByRole('button', { name: /Stop all/ })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('button', { name: /Stop all/ })).toBeHidden();
    await expect(page.getByText('2 of 2', { exact: false }).first()).toBeVisible();
  });

  test('a killed program loses nothing but the last moment', async ({ app }) => {
    const { page } = app;
    await begin(app, 'fine', 'slow');
    await ask(page, 'Why?');
    await expect(page.getByText('word40', { exact: false })).toBeVisible();
    await app.restart('SIGKILL');
    await expect.poll(async () => (await newest(page)).runs.map((r) => r.status)).toEqual(['done', 'interrupted']);
    const { id } = await newest(page);
    const text = await page.evaluate(async (comparison) => {
      const go = (window as unknown as { go: { app: { Comparisons: { Get: (id: string) => Promise<{ runs: { answer: string }[] }> } } } }).go;
      return (await go.app.Comparisons.Get(comparison)).runs[1]!.answer;
    }, id);
    expect(text).toContain('word10 ');
  });

  test('the history opens, deletes and brings back', async ({ app }) => {
    const { page } = app;
    await begin(app, 'fine');
    await ask(page, 'A question to keep');
    await expect(page.getByText('Done', { exact: true })).toHaveCount(1);
    await page.keyboard.press('Control+2');
    const row = page.getByRole('option', { name: /A question to keep/ });
    await expect(row).toBeVisible();
    await row.click();
    await page.keyboard.press('Delete');
    await expect(row).toBeHidden();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(row).toBeVisible();
    await row.dblclick();
    await expect(page.getByRole('heading', { level: 1, name: 'A question to keep' })).toBeVisible();
    await expect(page.getByText('blue', { exact: true })).toBeVisible();
  });

  test('a reload in the middle of an answer loses no word', async ({ app }) => {
    const { page } = app;
    await begin(app, 'slow');
    await ask(page, 'Why?');
    await expect(page.getByText('word20', { exact: false })).toBeVisible();
    await page.reload();
    await page.keyboard.press('Control+2');
    await page.getByRole('option', { name: /Why\?/ }).dblclick();
    await expect(page.getByText('word60', { exact: false })).toBeVisible();
    const words = (await page.locator('main').innerText()).match(/word\d+/g)!;
    expect(words).toEqual(words.map((_, i) => `word${i}`));
  });
});

test.describe('judging', () => {
  const NAMES = ['zebra-9b', 'quokka-mini'];
  test.use({
    scripts: {
      'zebra-9b': { chunks: [{ reasoning: 'Stripes first.' }, 20, 'It scatters ', 'short waves.'] },
      'quokka-mini': { chunks: ['Because of ', 150, 'the air.'] },
    },
  });

  /** Asks both models; blind when Blind is on. */
  async function compare(page: Page, text: string): Promise<void> {
    await ask(page, text);
    await expect(page.getByText('short waves.')).toBeVisible();
    await expect(page.getByText('the air.')).toBeVisible();
    await expect(page.getByRole('button', { name: /^Run \d/ })).toBeVisible();
  }

  test('a blind run tells the page no name before the vote, and all of it after', async ({ app }) => {
    const { page, upstream } = app;
    const seen: string[] = [];
    page.on('websocket', (socket) => socket.on('framereceived', (f) => seen.push(String(f.payload))));
    await page.reload();
    await page.waitForFunction(() => 'go' in window);
    await begin(app, ...NAMES);
    await page.keyboard.press('Control+Shift+B');
    await expect(page.getByRole('switch', { name: 'Blind' })).toBeChecked();
    // What can be asked is no secret; who answered is. The list of endpoints comes by an event of its own, and what is
    // said of the draft, in the user's order and before it runs, by these two replies.
    const told = () => seen.filter((text) => !text.startsWith('n{"name":"endpoint"') && !/"callbackid":"app\.(Budgets\.Estimate|Comparisons\.Foresee)-\d+"/.test(text)).join('\n');
    const host = new URL(upstream.url).host;
    const secrets = [...NAMES, host, 'OpenAI', 'Stripes first', '"usd":"', '"n":'];
    seen.length = 0;
    await compare(page, 'Why is the sky blue?');
    await expect(page.getByText('Which answer would you send?')).toBeVisible();
    await page.keyboard.press('4');
    await page.keyboard.press('Control+2');
    await page.getByRole('option', { name: /Why is the sky blue/ }).dblclick();
    await expect(page.getByText('Which answer would you send?')).toBeVisible();
    expect(told()).toContain('short waves');
    const page1 = (await page.content()) + (await page.title());
    for (const secret of secrets) {
      expect(told(), `told ${secret} to the page`).not.toContain(secret);
      if (secret !== '"n":') expect(page1, `the page holds ${secret}`).not.toContain(secret);
    }
    await page.keyboard.press('a');
    await expect(page.getByRole('heading', { name: /^You chose A\. It was / })).toBeVisible();
    for (const secret of secrets.slice(0, 5)) expect(told()).toContain(secret);
    await page.keyboard.press('u');
    await expect(page.getByText('Which answer would you send?')).toBeVisible();
    expect(await page.locator('body').innerText()).not.toMatch(/zebra|quokka/);
  });

  test('the queue goes through what waits, and every vote is kept', async ({ app }) => {
    const { page } = app;
    await begin(app, ...NAMES);
    for (const text of ['First', 'Second', 'Third']) await compare(page, text);
    await expect(page.getByRole('button', { name: 'Rate 3 unrated' })).toBeVisible();
    await page.keyboard.press('Escape'); // from the prompt to the single keys
    await page.keyboard.press('Control+j');
    const place = page.getByRole('region', { name: 'Rating queue' }).getByRole('status');
    await expect(place).toHaveText('1 of 3');
    await expect(page.getByRole('heading', { level: 1, name: 'Third' })).toBeVisible();
    await page.keyboard.press('5');
    await page.keyboard.press('b');
    await expect(place).toHaveText('2 of 3');
    await page.keyboard.press('0');
    await expect(place).toHaveText('3 of 3');
    await page.keyboard.press('t');
    await expect(page.getByRole('heading', { name: 'Everything is rated' })).toBeVisible();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+2');
    await page.getByRole('option', { name: /Third/ }).dblclick();
    await expect(page.getByRole('radio', { name: '5 of 5', checked: true })).toHaveCount(1);
    await expect(page.getByText('Your vote').first()).toBeVisible();
    await page.keyboard.press('Control+2');
    await page.getByRole('option', { name: /Second/ }).dblclick();
    await expect(page.getByRole('button', { name: 'None', exact: true })).toHaveAttribute('aria-pressed', 'true');
  });
});

test('the page is served with its walls', async ({ app: { page } }) => {
  const response = await page.request.get(page.url());
  const policy = response.headers()['content-security-policy'] ?? '';
  for (const wall of ["default-src 'none'", "script-src 'self'", "frame-src 'none'", "object-src 'none'", "base-uri 'none'", "form-action 'none'"]) {
    expect(policy).toContain(wall);
  }
  expect(response.headers()['x-content-type-options']).toBe('nosniff');
});
