// Prompts with variables: filled once, and asked once per row of a pasted table, with the real program behind the page.
import { expect, test } from './support/app';

const PROMPT = 'Name the capital of {{country}}.';

test.describe('with two models', () => {
  test.use({ scripts: { swift: { chunks: [200, 'A city.'] }, steady: { chunks: [600, 'The capital is ', 2400, 'a city.'] } } });

  test('a set runs row after row, pauses, is killed, goes on, and pays nothing twice', async ({ app: { page, upstream, restart } }) => {
    await page.getByRole('button', { name: 'Try with demo models' }).click();
    await page.keyboard.press('Control+m');
    const find = page.getByRole('combobox', { name: 'Find a model' });
    for (const model of ['swift', 'steady']) {
      await find.fill(model);
      await expect(page.getByRole('option').first()).toBeVisible();
      await find.press('Enter');
    }
    await page.keyboard.press('Escape');
    for (const voice of ['quick', 'thinker', 'priced']) await page.getByRole('button', { name: new RegExp(`^Remove .*${voice}`) }).click();

    // The library keeps the prompt; its variable has a field.
    const prompt = page.getByRole('textbox', { name: 'Prompt', exact: true });
    await prompt.fill(PROMPT);
    await expect(page.getByText('Fill in country.')).toBeVisible();
    await page.getByRole('button', { name: 'Prompts', exact: true }).click();
    await page.getByPlaceholder('Save this prompt as').fill('Capital');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('button', { name: /^Capital/ })).toBeVisible();
    await page.keyboard.press('Escape');
    await prompt.fill('');
    await page.getByRole('button', { name: 'Prompts', exact: true }).click();
    await page.getByRole('button', { name: /^Capital/ }).click();
    await expect(prompt).toHaveValue(PROMPT);

    // What is wrong with a table is said before anything is sent.
    await page.getByRole('button', { name: 'Run per row' }).click();
    const table = page.getByRole('textbox', { name: 'Table' });
    await table.fill('city\nOslo\n');
    await expect(page.getByText(/The table has no column for {{country}}/)).toBeVisible();
    await table.fill('country;note\n"Norway";x\nPeru;\nChad;\nMali;\n');
    await page.getByPlaceholder('Name, if it should have one').fill('Capitals');
    await page.getByRole('button', { name: 'Run 4 rows' }).click();
    expect(upstream.requests.length).toBeLessThanOrEqual(2);

    const rows = page.getByRole('table', { name: 'Rows of Capitals' });
    const row = (n: number) => rows.getByRole('row').nth(n);
    await expect(row(1)).toContainText('The capital is a city.', { timeout: 30_000 });
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await expect(page.getByText('Paused after 2 of 4 rows')).toBeVisible({ timeout: 30_000 });
    const asked = () => upstream.requests.map(({ model, body }) => `${model}: ${JSON.stringify(body['messages']).match(/capital of (\w+)/)?.[1]}`).sort();
    expect(asked()).toEqual(['steady: Norway', 'steady: Peru', 'swift: Norway', 'swift: Peru']);

    // Killed in the middle of the third row: the answer that was whole is not asked for again.
    await page.getByRole('button', { name: 'Resume' }).click();
    await expect.poll(() => upstream.requests.length).toBe(6);
    await expect(row(3).getByText('Streaming')).toHaveCount(1, { timeout: 20_000 });
    await expect(row(3).getByRole('img', { name: 'Done' })).toBeVisible();
    await restart('SIGKILL');
    await page.keyboard.press('Control+2');
    await page.getByRole('button', { name: 'Prompt sets' }).click();
    await page.getByRole('button', { name: /^Capitals/ }).click();
    await expect(page.getByText('Bakeoff ended while this set ran. Resume it to go on.')).toBeVisible();
    await page.getByRole('button', { name: 'Resume' }).click();
    await expect(page.getByText('4 rows, done')).toBeVisible({ timeout: 40_000 });
    const all = asked();
    for (const country of ['Norway', 'Peru', 'Chad', 'Mali']) {
      for (const model of ['swift', 'steady']) {
        const times = model === 'steady' && country === 'Chad' ? 2 : 1; // the one that was broken off
        expect(all.filter((a) => a === `${model}: ${country}`), `${model} on ${country}`).toHaveLength(times);
      }
    }

    // A row is a comparison like any other, and leads back.
    await row(2).getByRole('button', { name: 'Open row 2' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Name the capital of Peru.');
    await page.getByRole('button', { name: 'Row 2 of Capitals' }).click();
    await expect(rows).toBeVisible();
    await page.getByRole('button', { name: 'Its comparisons in the history' }).click();
    await expect(page.getByText(/^4 (of \d+|comparisons)$/)).toBeVisible();
  });
});

test('a prompt with a variable runs once with its value, and braces can be sent as they are', async ({ app: { page } }) => {
  await page.getByRole('button', { name: 'Try with demo models' }).click();
  const prompt = page.getByRole('textbox', { name: 'Prompt', exact: true });
  await prompt.fill('Say {{word}} twice.');
  await page.getByLabel('word', { exact: true }).fill('blue');
  await page.getByRole('button', { name: /^Run \d/ }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Say blue twice.');
  await expect(page.getByRole('button', { name: 'Stop all' })).toHaveCount(0, { timeout: 45_000 });
  await prompt.fill('What is {{x}} in a template?');
  await page.getByRole('button', { name: 'Send as text' }).click();
  await page.getByRole('button', { name: /^Run \d/ }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('What is {{x}} in a template?');
});
