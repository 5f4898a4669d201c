// Backups, the check and what an export would hold, in the real program. Files are chosen in the system's dialogs, which no
// test can press: what follows them is tested in Go.
import { expect, test } from './support/app';

test('a backup is made, listed, and restored at the next start', async ({ app }) => {
  const { page } = app;
  await page.getByRole('button', { name: 'Try with demo models' }).click();
  await page.getByRole('textbox', { name: 'Prompt' }).fill('Is a backup a copy?');
  await page.getByRole('button', { name: /^Run \d/ }).click();
  await expect(page.getByRole('button', { name: 'Export', exact: true })).toBeVisible({ timeout: 40_000 });

  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Export one comparison' });
  await expect(dialog.getByText(/answers? with figures/)).toBeVisible();
  await expect(dialog.getByText('Keys, headers and the settings of Bakeoff')).toBeVisible();
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'History' }).click();
  await page.getByRole('button', { name: 'Backups, export, import' }).click();
  const data = page.getByRole('dialog', { name: 'Data' });
  await expect(data.getByText('None yet. Bakeoff makes one a day by itself.')).toBeVisible();
  await data.getByRole('button', { name: 'Back up now' }).click();
  await expect(data.getByText(/Last one today at/)).toBeVisible();
  await data.getByRole('button', { name: 'Check now' }).click();
  await expect(data.getByText('Checked just now: all is well.')).toBeVisible();
  await data.getByRole('button', { name: /Restore the backup of/ }).click();
  await data.getByRole('button', { name: 'Restore this one' }).click();
  await expect(data.getByText(/when Bakeoff starts again/)).toBeVisible();

  await app.restart();
  await expect(app.page.getByText(/The history was restored: one comparison/)).toBeVisible();
});
