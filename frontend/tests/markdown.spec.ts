// Answers are untrusted: nothing in them may run, ask for anything or lead away, live or finished, with either wall alone.
import { expect, type Page, test } from '@playwright/test';
import { tests as commonmark } from 'commonmark-spec';

import type { Harness } from './harness/main';
import { PAYLOADS } from './payloads';
import { type HarnessServer, policy, serveHarness } from './support/harness';

const texts = [...PAYLOADS, ...commonmark.map((t) => t.markdown)];

let server: HarnessServer;

test.beforeAll(async () => {
  server = await serveHarness();
});
test.afterAll(() => server.close());

interface Toll {
  ran: number;
  requests: string[];
  navigations: number;
}

type How = 'done' | 'live' | 'raw';

/** Renders every text one way and counts what ran, what was asked for, and how often the page was left. */
async function toll(page: Page, csp: boolean, how: How): Promise<Toll> {
  const url = await server.open(csp);
  const requests: string[] = [];
  let navigations = 0;
  await page.route('**/*', (route) => {
    const asked = route.request().url();
    if (asked.startsWith(url) && !asked.slice(url.length).startsWith('x')) return route.continue();
    requests.push(asked);
    return route.abort();
  });
  page.on('dialog', (dialog) => void dialog.dismiss());
  await page.goto(url);
  await page.waitForFunction(() => 'harness' in window);
  page.on('framenavigated', (frame) => {
    if (frame === page.mainFrame()) navigations++;
  });
  let ran = 0;
  for (let at = 0; at < texts.length; at += 40) {
    if (!(await page.evaluate(() => 'harness' in window))) {
      await page.goto(url);
      await page.waitForFunction(() => 'harness' in window);
    }
    ran += await page
      .evaluate(
        async ([batch, way, seed]) => {
          const { harness, ran } = window as unknown as { harness: Harness; ran: string[] };
          const before = ran.length;
          let state = seed as number;
          const random = () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
          for (const text of batch as string[]) {
            if (way === 'live') {
              const pieces: string[] = [];
              for (let from = 0; from < text.length; ) {
                const to = from + 1 + Math.floor(random() * 6);
                pieces.push(text.slice(from, to));
                from = to;
              }
              harness.live(pieces);
            } else {
              harness[way as 'done' | 'raw'](text);
            }
            await new Promise((done) => setTimeout(done, 4)); // what would run or load by itself begins now
          }
          await new Promise((done) => setTimeout(done, 50));
          return ran.length - before;
        },
        [texts.slice(at, at + 40), how, at + 1] as const,
      )
      .catch(() => 0); // the page was left: counted as a navigation
  }
  return { ran, requests, navigations };
}

test('there are payloads enough, and the policy was found', () => {
  expect(PAYLOADS.length).toBeGreaterThanOrEqual(150);
  expect(policy).toContain("script-src 'self'");
});

for (const how of ['done', 'live'] as const) {
  test(`${how}: nothing runs, nothing is asked for, nothing leads away`, async ({ page }) => {
    expect(await toll(page, true, how)).toEqual({ ran: 0, requests: [], navigations: 0 });
  });
}

test('without the policy the sanitiser holds alone', async ({ page }) => {
  expect(await toll(page, false, 'live')).toEqual({ ran: 0, requests: [], navigations: 0 });
});

test('without the sanitiser the policy lets no script run', async ({ page }) => {
  expect((await toll(page, true, 'raw')).ran).toBe(0);
});

test('control: without both, the payloads do run and do leak', async ({ page }) => {
  const { ran, requests } = await toll(page, false, 'raw');
  expect(ran).toBeGreaterThan(10);
  expect(requests.length).toBeGreaterThan(10);
});

test('a link keeps its address outside the page and tells it only on a click', async ({ page }) => {
  await page.goto(await server.open());
  await page.waitForFunction(() => 'harness' in window);
  await page.evaluate(() => (window as unknown as { harness: Harness }).harness.done('[read](https://example.test/path?secret=1) ![cat](https://img.test/c.png)'));
  expect(await page.content()).not.toContain('secret=1');
  await expect(page.getByRole('button', { name: 'read (example.test)' })).toBeVisible();
  await expect(page.getByText('image: cat (img.test)')).toBeVisible();
  await page.getByRole('button', { name: /read/ }).click();
  expect(await page.evaluate(() => (window as unknown as { harness: Harness }).harness.opened)).toEqual(['https://example.test/path?secret=1']);
});

test('texts made to be slow do not hold up the window', async ({ page }) => {
  await page.goto(await server.open());
  await page.waitForFunction(() => 'harness' in window);
  const slow = ['_a__', '**a *', '[', '![', '`', '> ', '- ', '| a ', '$a', '<a ', '\\(', '# '].map((unit) => unit.repeat(100_000 / unit.length));
  // No time is asserted: what hangs runs into the limit of the test.
  for (const text of slow) await page.evaluate((t) => (window as unknown as { harness: Harness }).harness.done(t), text);
  await page.evaluate(() => (window as unknown as { harness: Harness }).harness.done('**fine**'));
  await expect(page.locator('strong', { hasText: 'fine' })).toBeVisible();
});
