// Markdown as it grows: the same in the end however it was cut, and finished blocks are never drawn again.
import { expect, type Page, test } from '@playwright/test';

import { type HarnessServer, serveHarness } from './support/harness';

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

test.beforeEach(async ({ page }) => {
  await page.goto(await server.open());
  await page.waitForFunction(() => 'harness' in window);
});

/** Calls the harness. */
function call(page: Page, name: string, ...args: unknown[]): Promise<string> {
  return page.evaluate(([n, a]) => (window as unknown as { harness: Record<string, (...x: unknown[]) => string> }).harness[n]!(...a), [name, args] as const);
}

async function grow(page: Page, ...pieces: string[]): Promise<void> {
  await call(page, 'begin');
  for (const piece of pieces) await call(page, 'grow', piece);
}

test('however a text was cut, it ends as if it had come whole', async ({ page }) => {
  await call(page, 'done', ANSWER);
  const whole = await call(page, 'seen');
  for (let seed = 1; seed <= 60; seed++) {
    let state = seed;
    const random = () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
    const pieces: string[] = [];
    for (let from = 0; from < ANSWER.length; ) {
      const to = from + 1 + Math.floor(random() * 30);
      pieces.push(ANSWER.slice(from, to));
      from = to;
    }
    await call(page, 'live', pieces);
    expect(await call(page, 'seen'), `cut with seed ${seed}`).toBe(whole);
  }
});

test('a finished block is never drawn again, and a selection in it stays', async ({ page }) => {
  await grow(page, 'First paragraph.\n\nSecond');
  await page.evaluate(() => {
    const first = document.querySelector('#answer p')!;
    Object.assign(window, { first });
    getSelection()!.selectAllChildren(first);
  });
  for (const word of [' paragraph', ' grows.\n\n', 'Third\n', '\n| a |\n', '|---|\n', '\n```js\nlet x\n']) await call(page, 'grow', word);
  await call(page, 'finish');
  expect(await page.evaluate(() => document.querySelector('#answer p') === (window as unknown as { first: Element }).first)).toBe(true);
  expect(await page.evaluate(() => String(getSelection()))).toBe('First paragraph.');
});

test('an open code block grows without being drawn again', async ({ page }) => {
  await grow(page, '```js\nlet a');
  await page.evaluate(() => Object.assign(window, { code: document.querySelector('#answer code') }));
  await call(page, 'grow', ' = 1;\n');
  await call(page, 'grow', 'let b;\n');
  expect(await page.evaluate(() => document.querySelector('#answer code') === (window as unknown as { code: Element }).code)).toBe(true);
  await expect(page.locator('#answer code')).toHaveText('let a = 1;\nlet b;\n');
  await call(page, 'grow', '```\n\nAfter');
  await call(page, 'finish');
  await expect(page.locator('#answer code')).toHaveText('let a = 1;\nlet b;\n');
  await expect(page.locator('#answer > p')).toHaveText('After');
});

test('what is open is already what it becomes: a table, a code block', async ({ page }) => {
  await grow(page, '| a | b |\n|--', '-|---|\n| 1 ');
  await expect(page.locator('#answer td').first()).toHaveText('1');
  await grow(page, '```py');
  await expect(page.locator('#answer pre')).toHaveCount(1);
});

test('a reference that is defined at the end is resolved there', async ({ page }) => {
  await grow(page, 'See [the page][1].\n\nMore text.\n\n', '[1]: https://a.test/x');
  await call(page, 'finish');
  await expect(page.getByRole('button', { name: 'the page (a.test)' })).toBeVisible();
});

test('a very long answer is shown plain', async ({ page }) => {
  await grow(page, '**x** '.repeat(45_000), 'end');
  await call(page, 'finish');
  await expect(page.locator('#answer strong')).toHaveCount(0);
  expect((await page.locator('#answer').innerText()).endsWith('end')).toBe(true);
});

test.describe('one text', () => {
  for (const [name, text, css, want] of [
    ['headings stand below those of the window', '# a', 'h3', 'a'],
    ['a table keeps the alignment of its columns', '|a|b|\n|---|--:|\n|1|2|', 'td[align=right]', '2'],
    ['HTML is text', '<b>x</b>', 'p', '<b>x</b>'],
    ['money is no maths', 'It costs $5 and $10 a month.', 'p', 'It costs $5 and $10 a month.'],
    ['maths is typeset', 'so $x^2$ holds', '.katex', 'x2'],
    ['TeX that cannot be read stays text', '$\\notacommand{x}$', '.md-raw', '\\notacommand{x}'],
    ['code names its language', '```python\nprint(1)\n```', '.md-head span', 'python'],
  ] as const) {
    test(name, async ({ page }) => {
      await call(page, 'done', text);
      await expect(page.locator(`#answer ${css}`).first()).toHaveText(want);
    });
  }
});
