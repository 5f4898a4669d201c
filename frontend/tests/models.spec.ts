// Providers, keys, cost and the receipt, with the real bindings and a scripted server on this machine.
import { type Page } from '@playwright/test';

import { expect, test } from './support/app';
import { Upstream } from './support/upstream';

const KEY = 'sk-canary-window-0123456789wxyz';
const HEADER = 'header-canary-9876543210';

/** Everything that Go says from now on: replies and events. */
async function listen(page: Page): Promise<() => string> {
  let said = '';
  page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => (said += String(payload))));
  page.on('console', (message) => (said += message.text()));
  await page.reload();
  await page.waitForFunction(() => 'go' in window && 'runtime' in window);
  return () => said;
}

test('an endpoint of one’s own takes a key that is nowhere to be found afterwards', async ({ app: { page } }) => {
  const upstream = await Upstream.start({ blue: { chunks: ['The sky ', 'is blue.'] }, red: { chunks: ['It is red.'] } });
  try {
    const said = await listen(page);
    await page.getByRole('button', { name: 'Try with demo models' }).click();
    await page.keyboard.press('Control+5');
    await page.getByRole('button', { name: 'Endpoint', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'New endpoint' });
    await dialog.getByLabel('Name', { exact: true }).fill('Lab vLLM');
    await dialog.getByLabel('Address').fill(upstream.url);
    // Where no keychain answers, the form asks where keys are kept before it takes one.
    await dialog.getByRole('radio', { name: /This session only/ }).or(dialog.getByLabel('Key', { exact: true })).first().waitFor();
    const session = dialog.getByRole('radio', { name: /This session only/ });
    if (await session.isVisible()) await session.click(); // and it is gone, so it cannot be seen checked
    await dialog.getByLabel('Key', { exact: true }).fill(KEY);
    await dialog.getByRole('button', { name: 'Header', exact: true }).click();
    await dialog.getByLabel('Name of a header').fill('X-Lab');
    await dialog.getByLabel('Value of a header').fill(HEADER);
    await dialog.getByRole('button', { name: 'Save and test' }).click();
    await expect(page.getByText(/^Works: answered in \d+ ms with 2 models\.$/)).toBeVisible();
    await expect(page.getByText(/key …wxyz/)).toBeVisible();

    await page.keyboard.press('Control+1');
    await page.keyboard.press('Control+m');
    await page.getByRole('combobox', { name: 'Find a model' }).fill('blue lab');
    await page.getByRole('combobox', { name: 'Find a model' }).press('Enter');
    await page.keyboard.press('Escape');
    await page.getByRole('textbox', { name: 'Prompt' }).fill('Why is the sky blue?');
    await page.getByRole('button', { name: /^Run \d/ }).click();
    await expect(page.getByText('The sky is blue.')).toBeVisible();
    await expect(page.getByText('Done', { exact: true })).toHaveCount(4, { timeout: 45_000 });
    expect(upstream.requests[0]?.headers['authorization']).toBe(`Bearer ${KEY}`);
    expect(upstream.requests[0]?.headers['x-lab']).toBe(HEADER);

    await page.getByRole('button', { name: 'What left this machine' }).click();
    const receipt = page.getByRole('dialog', { name: 'What left this machine' });
    await expect(receipt.getByText(new URL(upstream.url).host)).toBeVisible();
    await expect(receipt.getByText('lab-vllm/blue')).toBeVisible();
    await expect(receipt.getByText(/Nothing left this machine/)).toBeVisible();

    const html = await page.content();
    const values = await page.evaluate(() => [...document.querySelectorAll('input, textarea')].map((field) => (field as HTMLInputElement).value).join());
    expect(said()).toContain('lab-vllm'); // it does listen
    for (const secret of [KEY, HEADER]) for (const text of [html, values, said()]) expect(text).not.toContain(secret);
  } finally {
    await upstream.stop();
  }
});

test('a test of the connection says what is wrong, and an endpoint can be switched off, edited and removed', async ({ app: { page } }) => {
  await page.keyboard.press('Control+5');
  await page.getByRole('button', { name: 'Test the connection to Ollama' }).click();
  await expect(page.getByText(/Ollama does not answer at 127\.0\.0\.1:1/)).toBeVisible();
  await page.getByRole('button', { name: 'Endpoint', exact: true }).click();
  await page.getByLabel('Name', { exact: true }).fill('Second Ollama');
  await page.getByRole('button', { name: 'Ollama', exact: true }).click();
  await page.getByLabel('Address').fill('http://127.0.0.1:2');
  await page.getByRole('button', { name: 'Save and test' }).click();
  await expect(page.getByText(/Second Ollama does not answer at 127\.0\.0\.1:2/)).toBeVisible();
  await page.getByRole('switch', { name: 'Use Second Ollama' }).click(); // it turns when the program says so
  await expect(page.getByText('Off: nothing is sent there')).toBeVisible();
  await page.getByRole('button', { name: 'Edit Second Ollama' }).click();
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByRole('button', { name: 'Remove it and its key' }).click();
  await expect(page.getByRole('button', { name: 'Edit Second Ollama' })).toHaveCount(0);
});

test.describe('with a priced model', () => {
  test.use({ scripts: { 'gpt-4o': { chunks: ['It scatters.'] } } });

  test('the cost is said before, asked about above the cap for one, and refused above the cap of a day', async ({ app: { page, upstream } }) => {
    await page.getByRole('button', { name: 'Try with demo models' }).click();
    await page.keyboard.press('Control+m');
    await page.getByRole('combobox', { name: 'Find a model' }).fill('gpt-4o');
    await expect(page.getByRole('option').first()).toBeVisible();
    await page.getByRole('combobox', { name: 'Find a model' }).press('Enter');
    await page.keyboard.press('Escape');
    await page.getByRole('textbox', { name: 'Prompt' }).fill('Why is the sky blue?');
    await expect(page.getByText(/About \$0\.\d+/)).toBeVisible();

    await page.keyboard.press('Control+,');
    await page.getByLabel('Cap for one comparison, in US dollars').fill('0.000001');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+1');
    await page.getByRole('button', { name: /^Run \d/ }).click();
    await expect(page.getByText(/more than the cap of .* for one/)).toBeVisible();
    expect(upstream.requests).toHaveLength(0);
    await page.getByRole('button', { name: 'Run anyway' }).click();
    await expect(page.getByText('It scatters.')).toBeVisible();

    await expect(page.getByText('Done', { exact: true })).toHaveCount(4, { timeout: 45_000 });
    await page.keyboard.press('Control+,');
    await page.getByLabel('Cap for a day, in US dollars').fill('0.000001');
    await page.keyboard.press('Enter');
    await page.getByLabel('Cap for one comparison, in US dollars').fill('');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+1');
    await page.getByRole('textbox', { name: 'Prompt' }).fill('And at night?');
    await page.getByRole('button', { name: /^Run \d/ }).click();
    await expect(page.getByText(/over the cap of .* a day/).first()).toBeVisible();
    await expect(page.getByRole('button', { name: 'Run anyway' })).toHaveCount(0);
    expect(upstream.requests).toHaveLength(1);
  });
});
