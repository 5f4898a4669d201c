// Settings, repeats and files, with the real program behind the page: what is said before a prompt is sent, what is sent,
// and what is said after.
import { type Page } from '@playwright/test';

import { expect, test } from './support/app';

const PROMPT = 'Why is the sky blue?';

/** A PDF of one page that says "Bread rises." */
const LETTER = [
  '%PDF-1.4',
  '1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj',
  '2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj',
  '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>/Contents 4 0 R>>endobj',
  '4 0 obj<</Length 41>>stream\nBT /F 12 Tf 9 200 Td (Bread rises.) Tj ET\nendstream endobj',
  'trailer<</Root 1 0 R>>',
  '',
].join('\n');

const prompt = (page: Page) => page.getByRole('textbox', { name: 'Prompt', exact: true });

/** From the first run to a lineup of some models of the provider. */
async function begin(page: Page, ...models: string[]): Promise<void> {
  await page.getByRole('button', { name: 'Try with demo models' }).click();
  for (const voice of ['quick', 'thinker', 'priced']) await page.getByRole('button', { name: new RegExp(`^Remove .*${voice}`) }).click();
  await page.keyboard.press('Control+m');
  const find = page.getByRole('combobox', { name: 'Find a model' });
  for (const model of models) {
    await find.fill(model);
    await expect(page.getByRole('option', { name: new RegExp(model) }).first()).toBeVisible();
    await find.press('Enter');
  }
  await page.keyboard.press('Escape');
}

/** Drags a file over the window and lets it go, as the system would. */
async function drop(page: Page, name: string, content: string): Promise<void> {
  const files = await page.evaluateHandle(
    ({ name, content }) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([content], name));
      return transfer;
    },
    { name, content },
  );
  await page.dispatchEvent('body', 'dragenter', { dataTransfer: files });
  await page.dispatchEvent('[data-drop][role="region"]', 'drop', { dataTransfer: files });
}

test.describe('with two models, one of which reasons', () => {
  test.use({ scripts: { 'gpt-4.1': { chunks: [100, 'Blue light ', 100, 'scatters.'] }, 'gpt-5': { chunks: ['It scatters.'] } } });

  test('what a model does not take is said before and after, and every setting has its field', async ({ app: { page, upstream } }) => {
    await begin(page, 'gpt-4.1', 'gpt-5');
    await prompt(page).fill(PROMPT);
    await page.getByRole('button', { name: 'System and parameters' }).click();
    const form = page.getByRole('dialog', { name: 'System and parameters' });
    await form.getByRole('spinbutton', { name: 'Temperature' }).fill('0.5');
    await form.getByRole('button', { name: /^More/ }).click();
    await form.getByLabel('Stop').fill('END\n\\n\\n');
    await form.getByLabel('Context').fill('8192');
    await form.getByLabel('Answer').selectOption('json');
    await form.getByLabel('Extra, JSON').fill('{"user": "u1"}');
    await expect(form.getByText('gpt-5 does not take temperature, stop, context length: not applied.')).toBeVisible();
    await expect(form.getByText('gpt-4.1 does not take context length: not applied.')).toBeVisible();

    // What is out of range is said here, and refused before anything is saved or sent.
    await form.getByLabel('Keep-alive').fill('soon');
    await expect(form.getByText(/Keep-alive is neither a duration nor seconds/)).toBeVisible();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Run \d/ }).click();
    await expect(page.getByText(/Keep-alive is neither a duration nor seconds/).first()).toBeVisible();
    expect(upstream.requests).toHaveLength(0);
    await page.getByRole('button', { name: 'System and parameters' }).click();
    await form.getByLabel('Keep-alive').fill('');
    await page.keyboard.press('Escape');

    // An entry of its own settings, asked three times.
    await page.getByRole('button', { name: /^1\. .*gpt-4\.1/ }).click();
    await page.getByLabel('Asked').fill('3');
    await page.getByLabel('System', { exact: true }).fill('Rhyme.');
    await page.keyboard.press('Escape');
    await expect(page.getByRole('button', { name: /^2\. .*gpt-5.*Not applied: temperature, stop, context length/ })).toBeVisible();
    await expect(page.getByRole('article', { name: 'gpt-4.1' }).getByText('3 times')).toBeVisible();

    await page.getByRole('button', { name: /^Run \d/ }).click();
    const column = page.getByRole('article', { name: 'gpt-4.1' });
    await expect(page.getByRole('article', { name: 'gpt-5' }).getByText('Not applied: temperature, stop, num_ctx.')).toBeVisible();
    await expect(column.getByText('all alike').first()).toBeVisible(); // tokens and cost of all three
    await expect(page.getByRole('article')).toHaveCount(2);
    await column.getByRole('button', { name: 'Answer 3 of 3' }).click();
    await expect(column.getByText('3 of 3', { exact: true })).toBeVisible();
    await expect(column.getByText('Blue light scatters.')).toBeVisible();

    const bodies = (model: string) => upstream.requests.filter((r) => r.model === model).map((r) => r.body);
    const common = { response_format: { type: 'json_object' }, user: 'u1', stream: true, stream_options: { include_usage: true } };
    const own = { ...common, model: 'gpt-4.1', temperature: 0.5, stop: ['END', '\n\n'] };
    expect(bodies('gpt-4.1')).toEqual(Array(3).fill({ ...own, messages: [{ role: 'system', content: 'Rhyme.' }, { role: 'user', content: PROMPT }] }));
    expect(bodies('gpt-5')).toEqual([{ ...common, model: 'gpt-5', messages: [{ role: 'user', content: PROMPT }] }]);
  });

  test('a dropped PDF goes as its text, and what cannot be read is said', async ({ app: { page, upstream } }) => {
    await begin(page, 'gpt-4.1');
    await prompt(page).fill(PROMPT);
    await drop(page, 'noise.pdf', '%PDF-1.7 nothing');
    await expect(page.getByText('The PDF noise.pdf cannot be read. Save it anew, or attach its text.')).toBeVisible({ timeout: 30_000 });
    await drop(page, 'letter.pdf', LETTER);
    await expect(page.getByText('text of 1 page', { exact: false }).first()).toBeVisible({ timeout: 30_000 });
    await expect(page.getByText(/noise\.pdf/)).toBeHidden();
    await expect(page.getByRole('article', { name: 'gpt-4.1' }).getByText('letter.pdf')).toBeVisible();
    await page.getByRole('button', { name: /^Run \d/ }).click();
    await expect(page.getByText('Blue light scatters.')).toBeVisible();
    expect(upstream.requests[0]?.body['messages']).toEqual([{ role: 'user', content: `${PROMPT}\n\nFile letter.pdf:\n\`\`\`\nBread rises.\n\`\`\`` }]);
  });

  test('a retry and run again ask above the cap, as the first run does', async ({ app: { page, upstream } }) => {
    await begin(page, 'gpt-4.1');
    await prompt(page).fill(PROMPT);
    await page.getByRole('button', { name: /^Run \d/ }).click();
    await expect(page.getByText('Done', { exact: true })).toBeVisible();
    await page.evaluate(() => (window as unknown as { go: { app: { Budgets: { SetCaps: (c: unknown) => Promise<void> } } } }).go.app.Budgets.SetCaps({ runUsd: '0.000001', dayUsd: '', monthUsd: '' }));
    await page.getByRole('article', { name: 'gpt-4.1' }).hover();
    await page.getByRole('button', { name: 'Run this answer again' }).click();
    const question = page.getByRole('dialog', { name: 'Above the cap' });
    await expect(question.getByText(/more than the cap/)).toBeVisible();
    await question.getByRole('button', { name: 'Cancel' }).click();
    expect(upstream.requests).toHaveLength(1);
    await page.getByRole('button', { name: 'Run this answer again' }).click();
    await question.getByRole('button', { name: 'Run anyway' }).click();
    await expect(page.getByRole('button', { name: 'Attempt 2 of 2' })).toBeVisible();
    expect(upstream.requests).toHaveLength(2);
  });
});

test.describe('with a model that refuses a setting', () => {
  test.use({ scripts: { picky: { status: 400, error: "Unsupported value: 'temperature' does not support 0.5 with this model." } } });

  test('the sentence names it', async ({ app: { page } }) => {
    await begin(page, 'picky');
    await prompt(page).fill(PROMPT);
    await page.getByRole('button', { name: 'System and parameters' }).click();
    await page.getByRole('spinbutton', { name: 'Temperature' }).fill('0.5');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Run \d/ }).click();
    await expect(page.getByText(/does not accept this entry's temperature \(HTTP 400, Bad Request\)/)).toBeVisible();
  });
});
