// The blocks of a difference: drawn as answers are, with the marks of their source, and as safe.
import { expect, type Page, test } from '@playwright/test';

import type { Part } from '../src/lib/markdown/marked';
import { PAYLOADS } from './payloads';
import { type HarnessServer, serveHarness } from './support/harness';
import { openHarness } from './support/page';

let server: HarnessServer;
let page: Page;

test.beforeAll(async ({ browser }) => {
  server = await serveHarness();
  page = await browser.newPage();
  await openHarness(page, await server.open());
});
test.afterAll(async () => {
  await page.close();
  server.close();
});

/** What stands between braces is marked: "one {two} three". */
function parts(text: string): Part[] {
  return text.split(/[{}]/).map((piece, i) => ({ text: piece, marked: i % 2 === 1 })).filter((part) => part.text !== '');
}

/** What is drawn, with marks as braces. */
async function drawn(given: string | Part[]): Promise<string> {
  const html = await page.evaluate((list) => {
    window.harness.marked(list);
    return document.getElementById('answer')!.innerHTML;
  }, typeof given === 'string' ? parts(given) : given);
  return braced(html.replace(/\n/g, ''));
}

const braced = (html: string) => html.replace(/<span class="md-only">(.*?)<\/span>/g, '{$1}');

for (const [what, text, want] of [
  ['words', 'Give every {checkout }attempt **one key**.', '<p>Give every {checkout} attempt <strong>one key</strong>.</p>'],
  ['words of two elements', 'a {b **c** d} e', '<p>a {b }<strong>{c}</strong>{ d} e</p>'],
  ['an item', '- the {second}', '<ul><li>the {second}</li></ul>'],
  ['an item of a nested list', '      - the {second}\n        line', '<ul><li>the {second}line</li></ul>'],
  ['a number of a list', '{2}. the second', '<ol start="2"><li>{the} second</li></ol>'],
  ['a heading', '## A {new} head', '<h4>A {new} head</h4>'],
  ['code', 'With `ba{se}` alone', '<p>With <code>{base}</code> alone</p>'],
  ['a sign that opens', 'the {**}one** key', '<p>the <strong>{one}</strong> key</p>'],
  ['a sign that closes', 'the **one{**} key', '<p>the <strong>{one}</strong> key</p>'],
  ['what follows an entity', 'a &lt; b {c}', '<p>a &lt; b {c}</p>'],
  ['what looks like HTML', 'the <b> {tag}', '<p>the &lt;b&gt; {tag}</p>'],
  ['a word that stands there twice', 'the end and the {end}', '<p>the end and the {end}</p>'],
  ['what follows an image', '![alt](https://a.test/the) and {the} rest', '<p><span class="md-image">image: alt (a.test)</span> and {the} rest</p>'],
] as const) {
  test(`a mark is shown on ${what}`, async () => expect(await drawn(text)).toBe(want));
}

test('a table has its cells marked', async () => {
  const html = await drawn('| Try | Wait |\n| --- | ---: |\n| 1 | {0.2 s} |\n{| 2 | 0.4 s |}\n');
  expect(html).toContain('<tr><td>1</td><td align="right">{0.2 s}</td></tr><tr><td>{2}</td><td align="right">{0.4 s}</td></tr>');
});

test('the mark on an address is at the text of its link, and the words behind it keep theirs', async () => {
  const html = await drawn('See [the page](https://{new}.test/the) and the rest');
  expect(html).toContain('the {page}<span class="md-host"> (new.test)</span></button> and the rest');
});

test('a formula is marked as a whole', async () => {
  await drawn('so $a + {b}$ is, and $c$ is not');
  expect(await page.locator('.md-math').evaluateAll((all) => all.map((one) => `${one.ariaLabel}: ${one.parentElement!.className}`))).toEqual(['a + b: md-only', 'c: ']);
});

test('what draws nothing is told', async () => {
  expect(await page.evaluate(() => [window.harness.marked([{ text: '[1]: https://a.test\n', marked: true }]), window.harness.marked([{ text: 'a', marked: false }])])).toEqual([false, true]);
});

test('among any signs a mark is kept somewhere', async () => {
  const lost = await page.evaluate(() => {
    const signs = ['**', '_', '`', '# ', '- ', '1. ', '> ', '|', '$', '\\', '&amp;', '~~', '<x>', '[a](b)', 'word', ' ', '\n'];
    let state = 7;
    const pick = () => signs[(state = (state * 1103515245 + 12345) % 2147483648) % signs.length]!;
    const found: string[] = [];
    for (let i = 0; i < 3000; i++) {
      const list = Array.from({ length: 8 }, (_, n) => ({ text: n === 3 ? 'changed' : pick(), marked: n === 3 }));
      const answer = document.getElementById('answer')!;
      if (window.harness.marked(list) && answer.textContent.includes('changed') && answer.querySelector('.md-only') === null) found.push(list.map((part) => part.text).join(''));
    }
    return found;
  });
  expect(lost).toEqual([]);
});

test('a line of code has its marks and its weight, and no letter changes', async () => {
  const code = (text: string, language: string) =>
    page.evaluate(([list, name]) => {
      window.harness.markedCode(list, name);
      return document.getElementById('answer')!.innerHTML;
    }, [parts(text), language] as const);
  expect(braced(await code('def f({x, y}): return x', 'python'))).toMatch(/<b>def ?<\/b> ?f\(\{x, y\}\): <b>return<\/b> x/);
  expect(await code('    <b>', '')).toBe('    &lt;b&gt;');
});

test('nothing that a model writes runs, asks for anything or leads away', async () => {
  server.strays.length = 0;
  const ran = await page.evaluate((texts) => {
    for (const text of texts) {
      const middle = Math.floor(text.length / 2);
      const list = [{ text: text.slice(0, middle), marked: false }, { text: text.slice(middle), marked: true }];
      window.harness.marked(list);
      window.harness.markedCode(list, 'xml');
    }
    return window.ran.length + document.querySelectorAll('#answer :is(script, img, iframe, a, style, svg, form, input)').length;
  }, PAYLOADS);
  expect(ran).toBe(0);
  expect(server.strays).toEqual([]);
  // The same harness counts when the walls are away.
  expect(await page.evaluate(() => {
    window.harness.raw('<img src=x>');
    return document.querySelectorAll('#answer img').length;
  })).toBe(1); // prettier-ignore
});
