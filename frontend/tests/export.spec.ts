// A report is sent to others: nothing that a model or a user wrote may run or ask for anything when it is opened.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { type Browser, expect, test } from '@playwright/test';
import { tests as commonmark } from 'commonmark-spec';
import MarkdownIt from 'markdown-it';

import { PAYLOADS } from './payloads';
import { Home, root } from './support/app';
import { record } from './support/recorder';

const texts = [...PAYLOADS, ...commonmark.map((t) => t.markdown)].filter((text) => text.trim() !== '');
const dir = mkdtempSync(join(tmpdir(), 'bakeoff-export-'));
const home = new Home();
const file = (name: string) => join(dir, name);

const FIRST = '01930000-0000-7000-8000-000000000000';

/** A history in which every text stands wherever a text can stand. */
function history(): string {
  const uuid = (kind: number, n: number) => `01930000-0000-7000-8${kind.toString().padStart(3, '0')}-${n.toString(16).padStart(12, '0')}`;
  const at = '2026-11-24T10:00:00.000Z';
  const lines = texts.map((text, n) => {
    const name = text.slice(0, 1000);
    const entry = { endpoint: name, model: name, params: { effort: name, extra: { x: JSON.stringify(name) } } };
    const run = {
      id: uuid(1, n), seat: 0, attempt: 1, entry, endpoint_host: name, resolved_model: name, digest: name, quantization: name, status: 'failed',
      finish_reason: name, answer: text, reasoning: text, warnings: [text], not_applied: [name], error: { code: 'provider', message: text, detail: text }, sent_at: at,
      place: 'cloud', cost: { pusd: 1, source: 'computed', price_date: name, price_source: name, note: name },
    };
    const review = { answers: [{ run: run.id, reasons: [[...name].slice(0, 40).join('')], note: text, at }], tags: [[...name].slice(0, 40).join('')], category: [...name].slice(0, 40).join(''), note: text };
    return { id: uuid(0, n), started_at: at, app_version: name, lanes: 'parallel', system: text, prompt: text, lineup: [entry], earlier: [[{ user: text, answer: text }]], runs: [run], review };
  });
  return [{ format: 'bakeoff', version: 1 }, ...lines, { end: true, comparisons: lines.length }].map((line) => JSON.stringify(line)).join('\n') + '\n';
}

/** Opens a page of the disk and counts what ran and what was asked for. */
async function toll(browser: Browser, path: string): Promise<{ ran: number; asked: string[] }> {
  const recorder = await record();
  const context = await browser.newContext({ proxy: { server: recorder.url } });
  const page = await context.newPage();
  let ran = 0;
  const asked: string[] = [];
  page.on('dialog', (dialog) => {
    ran++;
    void dialog.dismiss();
  });
  const own = pathToFileURL(path).href;
  page.on('request', (request) => {
    if (request.url() !== own && !request.url().startsWith('data:')) asked.push(request.url());
  });
  await page.goto(own, { waitUntil: 'load' }).catch(() => undefined); // the control leads away
  await page.waitForTimeout(1500);
  await context.close();
  asked.push(...recorder.asked);
  recorder.close();
  return { ran, asked };
}

test.beforeAll(() => {
  const program = file('bakeoff');
  execFileSync('go', ['build', '-o', program, '.'], { cwd: root });
  writeFileSync(file('in.jsonl'), history());
  const run = (...args: string[]) => execFileSync(program, args, { env: home.env(), encoding: 'utf8' });
  expect(run('import', file('in.jsonl'))).toContain(`Imported ${texts.length} of ${texts.length}`);
  for (const format of ['html', 'md', 'csv', 'jsonl']) run('export', '--all', '-o', file(`out.${format}`));
  run('export', FIRST, '-o', file('one.html'));
});
test.afterAll(() => {
  home.remove();
  rmSync(dir, { recursive: true, force: true });
});

test('a report runs nothing and asks for nothing', async ({ browser }) => {
  expect(await toll(browser, file('out.html'))).toEqual({ ran: 0, asked: [] });
});

test('and neither without its policy', async ({ browser }) => {
  const report = readFileSync(file('out.html'), 'utf8');
  const bare = report.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '');
  expect(bare).not.toBe(report);
  writeFileSync(file('bare.html'), bare);
  expect(await toll(browser, file('bare.html'))).toEqual({ ran: 0, asked: [] });
});

test('a document runs nothing, whatever shows it', async ({ browser }) => {
  writeFileSync(file('md.html'), `<!doctype html><meta charset="utf-8">${new MarkdownIt({ html: true, linkify: true }).render(readFileSync(file('out.md'), 'utf8'))}`);
  expect(await toll(browser, file('md.html'))).toEqual({ ran: 0, asked: [] });
});

test('the same texts, raw, run and ask', async ({ browser }) => {
  writeFileSync(file('raw.html'), `<!doctype html>${PAYLOADS.slice(0, 20).map((text) => `<div>${text}</div>`).join('')}<img src="https://leak.test/x">`);
  const found = await toll(browser, file('raw.html'));
  expect(found.ran).toBeGreaterThan(5);
  expect(found.asked.length).toBeGreaterThan(0);
});

test('a report is readable without scripts, in light and dark', async ({ browser }) => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({ colorScheme, javaScriptEnabled: false, viewport: { width: 900, height: 700 } });
    await page.goto(pathToFileURL(file('one.html')).href);
    await expect(page.locator('h1')).toHaveText('Bakeoff report');
    const ground = await page.locator('body').evaluate((body) => getComputedStyle(body).backgroundColor);
    expect(ground).toBe(colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(20, 22, 26)');
    await page.close();
  }
});
