// Judging by the keyboard alone: the rating queue, the veil and the reveal, in the page with its fake backend.
import { expect, type Page, test } from '@playwright/test';

import { type FakeServer, serveFake } from './support/fake';

let server: FakeServer;
test.beforeAll(async () => {
  test.setTimeout(120_000);
  server = await serveFake();
});
test.afterAll(() => server.close());

/** What the models, their providers and their numbers are called. */
const NAMES = /llama|scout|deepseek|qwen|mistral|gpt-|claude|opus|gemini|openai|anthropic|ollama|google|sha256|\$\d|tok\/s/i;

const place = (page: Page) => page.getByRole('region', { name: 'Rating queue' }).getByRole('status');
const column = (page: Page, name: string) => page.getByRole('article', { name });

async function open(page: Page, scene: string): Promise<void> {
  // No pointer: whoever rates thirty comparisons has their hands on the keys.
  await page.addInitScript(() => addEventListener('pointerdown', () => document.body.append('a pointer was used'), true));
  await page.goto(server.scene(scene));
}

test('thirty saved comparisons are rated with the keyboard alone', async ({ page }) => {
  await open(page, 'queue');
  await expect(place(page)).toHaveText(/^1 of \d+$/);
  const total = Number((await place(page).textContent())!.split(' ')[2]);
  expect(total).toBeGreaterThanOrEqual(30);
  const keys = ['a', 'b', '0', 't'];
  for (let i = 0; i < 30; i++) {
    await expect(place(page)).toHaveText(`${i + 1} of ${total}`);
    await expect(page.getByRole('button', { name: /^A is best/ })).toBeEnabled();
    expect(await page.locator('main').innerText()).not.toMatch(NAMES);
    if (i % 5 === 0) {
      await page.keyboard.press('4');
      await expect(column(page, 'Model A').getByRole('radio', { name: '4 of 5' })).toBeChecked();
    }
    const key = keys[i % keys.length]!;
    await page.keyboard.press(key);
    // More than two can tie in several ways: the second press means all of them.
    if (key === 't' && (await page.getByRole('dialog', { name: 'Tie' }).isVisible())) await page.keyboard.press('t');
    await expect(page.getByText(/^(You chose|No answer was good enough|A tie of)/)).toBeVisible();
  }
  await expect(place(page)).toHaveText(`31 of ${total}`);
  expect(await page.locator('body').innerText()).not.toContain('a pointer was used');
});

test('a vote goes on at once, can be undone, and is blind again', async ({ page }) => {
  await open(page, 'queue');
  await expect(place(page)).toHaveText(/^1 of/);
  const prompt = await page.getByRole('heading', { level: 1 }).textContent();
  await page.keyboard.press('b');
  await expect(place(page)).toHaveText(/^2 of/);
  await expect(page.getByText(/^You chose B\. It was .+\.$/)).toBeVisible();
  await page.keyboard.press('u');
  await expect(place(page)).toHaveText(/^1 of/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(prompt!);
  await expect(page.getByRole('button', { name: /^B is best/ })).toBeVisible();
  expect(await page.locator('main').innerText()).not.toMatch(NAMES);
});

test('the queue is skipped through, left, and ends with a sentence', async ({ page }) => {
  await open(page, 'queue');
  await expect(place(page)).toHaveText(/^1 of/);
  const total = Number((await place(page).textContent())!.split(' ')[2]);
  for (let i = 1; i <= total; i++) {
    await expect(place(page)).toHaveText(`${i} of ${total}`);
    await page.keyboard.press('s');
  }
  await expect(page.getByRole('heading', { name: 'The end of the queue' })).toBeVisible();
  await expect(page.getByText(`0 rated, ${total} skipped.`)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('region', { name: 'Lineup' })).toBeVisible();
});

test('the veil shows letters alone; the vote reveals in place', async ({ page }) => {
  await open(page, 'blind');
  await expect(page.getByText('Which answer would you send?')).toBeVisible();
  await expect(page.getByText('An answer may name itself', { exact: false })).toBeVisible();
  // What the month has cost leaves out what is still blind: the one sum that may stand there.
  expect((await page.locator('body').innerText()).replace(/^\$12\.04$/m, '')).not.toMatch(NAMES);
  const text = column(page, 'Model B').locator('.body');
  // Until the text is drawn there is nothing to scroll.
  await expect.poll(() => text.evaluate((body) => (body.scrollTop = 200) && body.scrollTop)).toBe(200);
  await page.keyboard.press('b');
  await expect(page.getByRole('heading', { name: /You chose B\. It was llama4:scout, running here, at \$0\./ })).toBeVisible();
  await expect(column(page, 'llama4:scout').getByText('Your vote')).toBeVisible();
  await expect.poll(() => column(page, 'llama4:scout').locator('.body').evaluate((body) => body.scrollTop)).toBe(200);
  await page.keyboard.press('Enter');
  await expect(place(page)).toHaveText(/^1 of/);
});

test('a tie of some is chosen with letters', async ({ page }) => {
  await open(page, 'blind');
  await expect(page.getByRole('button', { name: /^Tie/ })).toBeVisible();
  await page.keyboard.press('t');
  await expect(page.getByRole('dialog', { name: 'Tie' })).toBeVisible();
  await page.keyboard.press('b');
  await page.keyboard.press('d');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'A tie of A and C: claude-opus-4 and deepseek-r1:14b.' })).toBeVisible();
});

test('answers are put in their order with keys, blind and with names', async ({ page }) => {
  await open(page, 'blind');
  await expect(page.getByRole('button', { name: /^Rank/ })).toBeVisible();
  await page.keyboard.press('o');
  const form = page.getByRole('dialog', { name: 'Rank' });
  await expect(form).toBeVisible();
  expect(await form.innerText()).not.toMatch(NAMES);
  // B, D and C in this order; then D ties with B, and A comes in from below.
  for (const key of ['b', 'd', '=', 'c', 'a', 'Shift+ArrowUp']) await page.keyboard.press(key);
  const places = form.getByRole('listitem').filter({ has: page.getByRole('button') });
  await expect(places.getByRole('button', { name: /^Model/ }).and(page.locator('.answer'))).toHaveCount(4);
  expect(await form.locator('.answer').evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label')))).toEqual([
    'Model B, 1st', 'Model D, 1st', 'Model C, 2nd', 'Model A, 2nd',
  ]); // prettier-ignore
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: /^You ranked B and D first: / })).toBeVisible();
  await expect(page.getByText('B (llama4:scout) and D (gpt-5), then A (claude-opus-4) and C (deepseek-r1:14b).')).toBeVisible();
  await expect(column(page, 'claude-opus-4').getByText('Your 2nd')).toBeVisible();
  // With the names in sight it is changed: the winner alone at the top.
  await page.keyboard.press('o');
  await expect(form).toBeVisible();
  await page.keyboard.press('Shift+ArrowUp');
  await page.keyboard.press('Enter');
  await expect(form).toBeHidden();
  await expect(page.getByRole('button', { name: 'Ranked' })).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByRole('button', { name: '1st' })).toHaveCount(1);
  expect(await page.locator('body').innerText()).not.toContain('a pointer was used');
});

test('answers are dragged into their order', async ({ page }) => {
  await page.goto(server.scene('finished'));
  await page.getByRole('button', { name: 'Rank', exact: true }).click();
  const form = page.getByRole('dialog', { name: 'Rank' });
  const row = (name: string) => form.getByRole('button', { name: new RegExp(`^${name}, `) });
  const drag = async (name: string, to: string, part: number) => {
    const [from, box] = [await row(name).boundingBox(), await row(to).boundingBox()];
    await page.mouse.move(from!.x + 20, from!.y + from!.height / 2);
    await page.mouse.down();
    await page.mouse.move(box!.x + 24, box!.y + box!.height / 2);
    await page.mouse.move(box!.x + 20, box!.y + box!.height * part);
    await page.mouse.up();
  };
  await expect(row('gpt-5')).toBeVisible();
  await drag('gpt-5', 'llama4:scout', 0.05);
  await drag('claude-opus-4', 'gpt-5', 0.95);
  await drag('llama4:scout', 'claude-opus-4', 0.5);
  expect(await form.locator('.answer').evaluateAll((rows) => rows.map((one) => one.getAttribute('aria-label')))).toEqual([
    'gpt-5, 1st', 'claude-opus-4, 2nd', 'llama4:scout, 2nd', 'deepseek-r1:14b, not ranked',
  ]); // prettier-ignore
  await form.getByRole('button', { name: /^Rank 3/ }).click();
  await expect(column(page, 'gpt-5').getByRole('button', { name: '1st' })).toHaveAttribute('aria-pressed', 'true');
  await expect(column(page, 'llama4:scout').getByRole('button', { name: '2nd' })).toBeVisible();
});

test('stars, reasons, note, task, tags and favourite go by keys, and single keys stay out of text', async ({ page }) => {
  await open(page, 'finished');
  const scout = column(page, 'llama4:scout');
  await expect(scout.getByRole('group', { name: 'Rating of llama4:scout' })).toBeVisible();
  await page.keyboard.press(']');
  await page.keyboard.press('5');
  await expect(scout.getByRole('radio', { name: '5 of 5' })).toBeChecked();
  await page.keyboard.press('b');
  await expect(scout.getByRole('button', { name: 'Best' })).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('n');
  await page.keyboard.type('b 1 t 0');
  await expect(scout.getByRole('textbox', { name: 'Note' })).toHaveValue('b 1 t 0');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Space');
  await page.keyboard.press('Escape');
  await expect(scout.getByText('unsafe: b 1 t 0')).toBeVisible();
  await page.keyboard.press('#');
  await page.keyboard.type('payments,');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Category, tags and note' })).toContainText('payments');
  await page.keyboard.press('*');
  await expect(page.getByRole('button', { name: 'Favourite' })).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('0');
  await expect(page.getByRole('button', { name: 'None' })).toHaveAttribute('aria-pressed', 'true');
  await expect(scout.getByRole('button', { name: 'Best' })).toHaveAttribute('aria-pressed', 'false');
});

test('what failed is said to be left out of the vote', async ({ page }) => {
  await open(page, 'blind-trouble');
  await expect(page.getByText(/[A-D] did not finish and is left out\./)).toBeVisible();
  await expect(page.getByText('No answer: left out of the vote')).toBeVisible();
  expect(await page.locator('main').innerText()).not.toMatch(NAMES);
});

test('nothing is animated for those who do not want it', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await open(page, 'blind');
  await expect(page.getByRole('button', { name: /^A is best/ })).toBeEnabled();
  await page.keyboard.press('a');
  await expect(page.getByText('Your vote').first()).toBeVisible();
  expect(await page.evaluate(() => document.getAnimations().filter((a) => Number(a.effect?.getComputedTiming().duration ?? 0) > 0).length)).toBe(0);
});
