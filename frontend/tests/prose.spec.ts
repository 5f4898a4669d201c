// Markdown as it grows: the same in the end however it was cut, and finished blocks are never drawn again.
import { expect, type Page, test } from '@playwright/test';
import { tests as commonmark } from 'commonmark-spec';

import { PAYLOADS } from './payloads';
import { type HarnessServer, serveHarness } from './support/harness';
import { openHarness } from './support/page';

const ANSWER = `# Title

A paragraph with **bold**, \`code\` and $x^2$ maths.
It goes on in a second line.

Setext heading
---

1. one

2. two
   - nested

   still two

> quoted
lazy

| a | b |
|---|--:|
| 1 | 2 |

\`\`\`go
func main() {

	println("~~~")
}
\`\`\`

$$
a = b_1

+ c_2
$$

- [ ] task
- last ~~gone~~ item

para

    indented code

    after a blank line

The end: \\(y\\) and \\[z\\].`;

let server: HarnessServer;

test.beforeAll(async () => {
  server = await serveHarness();
});
test.afterAll(() => server.close());

test.beforeEach(async ({ page }) => openHarness(page, await server.open()));

async function grow(page: Page, ...pieces: string[]): Promise<void> {
  await page.evaluate((all) => {
    window.harness.begin();
    for (const piece of all) window.harness.grow(piece);
  }, pieces);
}

const more = (page: Page, text: string) => page.evaluate((t) => window.harness.grow(t), text);
const finish = (page: Page) => page.evaluate(() => window.harness.finish());

const unlike = (page: Page, texts: string[], seeds: number[], most: number) =>
  page.evaluate(([t, s, m]) => window.harness.unlike(t, s, m), [texts, seeds, most] as const);

/** Where maths ends, or does not. */
const EDGES = ['\\[ x\n\ny \\]\n\nmore', '$$ x\n\ny $$\n\nmore', '- item\n\n  $$\n  x\n  $$\n\nafter', '1. item\n   $$\n   x\n\nafter $$ it', '$$\nx\n\ny\n$$\nend', '> $$\n> x\n\nafter\n$$'];

const corpus = [ANSWER, ANSWER.replaceAll('\n', '\r\n'), ANSWER.replaceAll('\n', '\r'), ...commonmark.map(({ markdown }) => markdown), ...PAYLOADS, ...EDGES];

/** Neighbours of the corpus in one text: where one example ends and the next begins. */
const mixed = Array.from({ length: 80 }, (_, i) => [0, 1, 2, 3, 4].map((k) => corpus[3 + ((i * 7 + k * 131) % (corpus.length - 3))]).join('\n\n'));

test('however a text was cut, it ends as if it had come whole', async ({ page }) => {
  test.setTimeout(180_000);
  expect(await unlike(page, [ANSWER], Array.from({ length: 60 }, (_, i) => i + 1), 30)).toEqual([]);
  expect(await unlike(page, corpus, [1], 6)).toEqual([]);
  expect(await unlike(page, mixed, [1, 2], 25)).toEqual([]);
});

test('on the way it looks as if its beginning had come whole', async ({ page }) => {
  test.setTimeout(180_000);
  // A link that is defined later is by nature shown otherwise until the end.
  const texts = [...corpus, ...mixed].filter((text) => !/^[ >\t*-]*\[[^\n]*\]:|^[ >\t*-]*\[[^\]]*\n[^\]]*\]:/m.test(text));
  expect(texts.length).toBeGreaterThan(500);
  expect(await page.evaluate((all) => window.harness.unlikeOnTheWay(all, 3, 12), texts)).toEqual([]);
});

test('a finished block is never drawn again, and a selection in it stays', async ({ page }) => {
  await grow(page, 'First paragraph.\n\nSecond');
  await page.evaluate(() => {
    const first = document.querySelector('#answer p')!;
    Object.assign(window, { first });
    getSelection()!.selectAllChildren(first);
  });
  for (const word of [' paragraph', ' grows.\n\n', 'Third\n', '\n| a |\n', '|---|\n', '\n```js\nlet x\n']) await more(page, word);
  await finish(page);
  expect(await page.evaluate(() => document.querySelector('#answer p') === (window as unknown as { first: Element }).first)).toBe(true);
  expect(await page.evaluate(() => String(getSelection()))).toBe('First paragraph.');
});

test('an open code block grows without being drawn again', async ({ page }) => {
  await grow(page, '```js\nlet a');
  await page.evaluate(() => Object.assign(window, { code: document.querySelector('#answer code') }));
  await more(page, ' = 1;\n');
  await more(page, 'let b;\n');
  expect(await page.evaluate(() => document.querySelector('#answer code') === (window as unknown as { code: Element }).code)).toBe(true);
  await expect(page.locator('#answer code')).toHaveText('let a = 1;\nlet b;\n');
  await more(page, '```\n\nAfter');
  await finish(page);
  await expect(page.locator('#answer code')).toHaveText('let a = 1;\nlet b;\n');
  await expect(page.locator('#answer p')).toHaveText('After');
});

test('what is open is already what it becomes: a table, a code block', async ({ page }) => {
  await grow(page, '| a | b |\n|--', '-|---|\n| 1 ');
  await expect(page.locator('#answer td').first()).toHaveText('1');
  await grow(page, '```py');
  await expect(page.locator('#answer pre')).toHaveCount(1);
});

test('a reference that is defined at the end is resolved there', async ({ page }) => {
  await grow(page, 'See [the page][1].\n\nMore text.\n\n', '[1]: https://a.test/x');
  await finish(page);
  await expect(page.getByRole('button', { name: 'the page (a.test)' })).toBeVisible();
});

test('a very long answer is shown plain, until the reader wants it formatted', async ({ page }) => {
  const long = '**x** `y`\n\n'.repeat(30_000) + 'end';
  await grow(page, long.slice(0, 1000), long.slice(1000, 299_000), long.slice(299_000, -3), 'end');
  await finish(page);
  await expect(page.locator('#answer strong')).toHaveCount(0);
  expect(await page.evaluate(() => [...document.querySelectorAll('#answer p')].map((p) => p.textContent).join(''))).toBe(long);
  await page.getByRole('button', { name: 'Format it' }).click();
  await finish(page);
  await expect(page.locator('#answer strong')).toHaveCount(30_000);
  await expect(page.locator('#answer p').last()).toHaveText('end');
});

test('of very many formulas those out of sight are set when they are seen', async ({ page }) => {
  await page.evaluate((t) => window.harness.done(t), Array.from({ length: 400 }, (_, i) => `$x_{${i}}$`).join('\n\n'));
  await expect(page.locator('#answer .katex').first()).toBeVisible();
  expect(await page.locator('#answer .katex').count()).toBeLessThan(300);
  const last = page.locator('#answer p').last();
  await expect(last).toHaveText('x_{399}');
  await last.scrollIntoViewIfNeeded();
  await expect(last.locator('.katex')).toBeVisible();
});

test('a list, table or quotation that grows keeps the items it has', async ({ page }) => {
  for (const [begin, item, selector] of [
    ['- one **bold**\n', '- more\n', 'li'],
    ['1. one\n2. two\n', '3. more\n', 'li'],
    ['| a |\n|---|\n| one |\n', '| more |\n', 'td'],
    ['> one\n>\n', '> more\n>\n', 'blockquote p'],
  ] as const) {
    await grow(page, begin, item);
    await page.evaluate((s) => Object.assign(window, { first: document.querySelector(`#answer ${s}`) }), selector);
    for (let i = 0; i < 4; i++) await more(page, item);
    expect(await page.evaluate((s) => document.querySelector(`#answer ${s}`) === (window as unknown as { first: Element }).first, selector), begin).toBe(true);
  }
});

test('a growing text has one caret, at its end', async ({ page }) => {
  for (const [text, place] of [
    ['A word **bold', 'P'],
    ['- a\n  - b', 'LI'],
    ['```js\nlet', 'CODE'],
    ['| a | b |\n|---|---|\n| one |', 'TD'],
    ['> quoted', 'P'],
  ] as const) {
    await grow(page, text);
    expect(await page.evaluate(() => [...document.querySelectorAll('.md-caret')].map((e) => e.tagName)), text).toEqual([place]);
    await finish(page);
    await expect(page.locator('.md-caret')).toHaveCount(0);
  }
});

test.describe('one text', () => {
  for (const [name, text, css, want] of [
    ['headings stand below those of the window', '# a', 'h3', 'a'],
    ['a table keeps the alignment of its columns', '|a|b|\n|---|--:|\n|1|2|', 'td[align=right]', '2'],
    ['HTML is text', '<b>x</b>', 'p', '<b>x</b>'],
    ['money is no maths', 'It costs $5 and $10 a month.', 'p', 'It costs $5 and $10 a month.'],
    ['a price range is no maths', 'From $20 to 30$, or US$5–$7.', 'p', 'From $20 to 30$, or US$5–$7.'],
    ['maths is typeset', 'so $x^2$ holds', '.katex', 'x2'],
    ['TeX that cannot be read stays text', '$\\notacommand{x}$', '.md-raw', '\\notacommand{x}'],
    ['code names its language', '```python\nprint(1)\n```', '.md-head span', 'python'],
  ] as const) {
    test(name, async ({ page }) => {
      await page.evaluate((t) => window.harness.done(t), text);
      await expect(page.locator(`#answer ${css}`).first()).toHaveText(want);
    });
  }
});
