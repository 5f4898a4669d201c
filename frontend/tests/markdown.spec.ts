// Answers are untrusted: nothing in them may run, ask for anything or lead away, live or finished, with either wall alone.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';

import { expect, type Page, test } from '@playwright/test';
import { tests as commonmark } from 'commonmark-spec';
import { build } from 'vite';

import type { Harness } from './harness/main';
import { PAYLOADS } from './payloads';
import { root } from './support/app';

const policy = /contentSecurityPolicy = "([^"]+)"/.exec(readFileSync(join(root, 'app/assets.go'), 'utf8'))?.[1] ?? '';
const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };
const texts = [...PAYLOADS, ...commonmark.map((t) => t.markdown)];

let dist: string;
const servers: Server[] = [];

/** Serves the built harness, with or without the window's policy. */
async function serve(csp: boolean): Promise<string> {
  const server = createServer((req, res) => {
    const name = req.url === '/' ? '/index.html' : (req.url ?? '/').split('?')[0]!;
    try {
      const file = readFileSync(join(dist, name));
      if (csp) res.setHeader('Content-Security-Policy', policy);
      res.setHeader('Content-Type', TYPES[extname(name)] ?? 'application/octet-stream').end(file);
    } catch {
      res.writeHead(404).end();
    }
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

test.beforeAll(async () => {
  dist = mkdtempSync(join(tmpdir(), 'bakeoff-harness-'));
  await build({ configFile: false, root: join(root, 'frontend/tests/harness'), logLevel: 'error', build: { outDir: dist, emptyOutDir: true, assetsInlineLimit: 0, modulePreload: { polyfill: false } } });
});

test.afterAll(() => {
  for (const server of servers) server.close();
  rmSync(dist, { recursive: true, force: true });
});

interface Toll {
  ran: number;
  requests: string[];
  navigations: number;
}

type How = 'done' | 'live' | 'raw';

/** Renders every text one way and counts what ran, what was asked for, and how often the page was left. */
async function toll(page: Page, csp: boolean, how: How): Promise<Toll> {
  const url = await serve(csp);
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
  await page.goto(await serve(true));
  await page.waitForFunction(() => 'harness' in window);
  await page.evaluate(() => (window as unknown as { harness: Harness }).harness.done('[read](https://example.test/path?secret=1) ![cat](https://img.test/c.png)'));
  expect(await page.content()).not.toContain('secret=1');
  await expect(page.getByRole('button', { name: 'read (example.test)' })).toBeVisible();
  await expect(page.getByText('image: cat (img.test)')).toBeVisible();
  await page.getByRole('button', { name: /read/ }).click();
  expect(await page.evaluate(() => (window as unknown as { harness: Harness }).harness.opened)).toEqual(['https://example.test/path?secret=1']);
});

test('texts made to be slow do not hold up the window', async ({ page }) => {
  await page.goto(await serve(true));
  await page.waitForFunction(() => 'harness' in window);
  const slow = ['_a__', '**a *', '[', '![', '`', '> ', '- ', '| a ', '$a', '<a ', '\\(', '# '].map((unit) => unit.repeat(100_000 / unit.length));
  for (const text of slow) {
    const took = await page.evaluate((t) => {
      const begin = performance.now();
      (window as unknown as { harness: Harness }).harness.done(t);
      return performance.now() - begin;
    }, text);
    expect(took, `${text.slice(0, 8)}… × 100 kB`).toBeLessThan(10_000);
  }
});
