// Takes the pictures of docs/ from the real program with its demo models, in Chromium: `build/scripts/build dev`, then
// `xvfb-run -a node build/scripts/screenshots.mjs`. They look the same on every machine that has the fonts of the page.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const { chromium } = createRequire(join(root, 'frontend/package.json'))('@playwright/test');

const free = createServer();
await new Promise((done) => free.listen(0, '127.0.0.1', done));
const { port } = free.address();
await new Promise((done) => free.close(done));

const home = mkdtempSync(join(tmpdir(), 'bakeoff-shots-'));
const env = { PATH: process.env.PATH, DISPLAY: process.env.DISPLAY, XAUTHORITY: process.env.XAUTHORITY, HOME: home, NO_AT_BRIDGE: '1',
  XDG_DATA_HOME: home, XDG_CACHE_HOME: home, BAKEOFF_DATA_DIR: join(home, 'bakeoff'), OLLAMA_HOST: '127.0.0.1:1' };
const app = spawn(join(root, 'build/bin/bakeoff-dev'), ['-devserver', `127.0.0.1:${port}`, '-loglevel', 'Error'], { env, stdio: 'ignore' });
const url = `http://127.0.0.1:${port}/`;
while (!(await fetch(url).then((r) => r.ok, () => false))) await new Promise((done) => setTimeout(done, 100));

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: 'light' });
const shot = (name) => page.screenshot({ path: join(root, 'docs', `${name}.png`) });

await page.goto(url);
await page.getByText('One prompt.').waitFor();
await shot('first-run');
await page.getByRole('button', { name: 'Try with demo models' }).click();
const prompt = page.getByRole('textbox', { name: 'Prompt' });
await prompt.fill('When is a slow model worth the wait?');
await page.getByRole('button', { name: /^Run \d/ }).click();
await page.waitForTimeout(7500);
await shot('compare-light');
await page.getByText('Done', { exact: true }).nth(2).waitFor({ timeout: 60_000 });
await page.emulateMedia({ colorScheme: 'dark' });
await page.waitForTimeout(300);
await shot('compare-dark');
await page.emulateMedia({ colorScheme: 'light' });

// A history that has something to find: more comparisons, some rated and tagged.
await page.evaluate(async () => {
  const { Comparisons, History, Ratings } = window.go.app;
  const params = { temperature: null, topP: null, maxTokens: null, seed: null, effort: '', extra: '' };
  const lineup = (names) => names.map((model) => ({ endpoint: 'demo', model, params }));
  const common = { system: '', attachments: [], lanes: 'parallel', localOnly: false, blind: false, parentId: '', relation: '', baseRunId: '' };
  const asked = [
    ['Which of these models answers first, and does it matter?', ['quick', 'priced'], 0, ['latency']],
    ['Explain tokens per second to a colleague.', ['quick', 'thinker', 'priced'], 1, ['latency', 'writing']],
    ['What does an answer of 400 words cost?', ['priced', 'thinker'], null, ['money']],
    ['Write a haiku about waiting.', ['quick', 'thinker'], 0, []],
  ];
  for (const [prompt, names, best, tags] of asked) {
    const { id } = await Comparisons.Start({ ...common, prompt, lineup: lineup(names) });
    let view;
    do {
      await new Promise((done) => setTimeout(done, 250));
      view = await Comparisons.Get(id);
    } while (view.live);
    if (best !== null) await Ratings.Judge(id, { kind: 'best', standings: view.runs.map((run, i) => ({ run: run.id, rank: i === best ? 1 : 2 })) });
    if (tags.length > 0) await History.Tag([id], tags, []);
  }
});
await page.keyboard.press('Control+2');
await page.keyboard.type('first token');
await page.getByText('5 of 5').waitFor();
await page.getByRole('option').nth(2).click();
await page.waitForTimeout(1000);
await shot('history');

await page.keyboard.press('Control+5');
await page.getByText('No key').first().waitFor();
await page.waitForTimeout(500);
await shot('models');

// A blind comparison: every answer is here, and nobody knows whose it is.
await page.keyboard.press('Control+1');
await page.keyboard.press('Control+Shift+B');
await page.keyboard.press('Control+n');
await prompt.fill('When is a slow model worth the wait?');
await page.getByRole('button', { name: /^Run \d/ }).click();
await page.getByText('Which answer would you send?').waitFor({ timeout: 60_000 });
await page.keyboard.press('4');
await page.waitForTimeout(500);
await shot('blind');

await browser.close();
app.kill('SIGTERM');
await new Promise((done) => app.once('exit', done));
rmSync(home, { recursive: true, force: true, maxRetries: 20 }); // the window's own helpers write until they end
