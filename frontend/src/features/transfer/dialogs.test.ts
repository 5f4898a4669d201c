import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';

import { FakeBackend } from '../../lib/api/fake';
import { Toasts } from '../../lib/state/toasts.svelte';
import { Transfer } from '../../lib/state/transfer.svelte';
import TransferDialogs from './TransferDialogs.svelte';
import { contents, leftOut } from './words';

function opened() {
  const backend = new FakeBackend('finished');
  backend.files.stepMs = 0;
  const transfer = new Transfer(backend, new Toasts(), () => undefined);
  let quits = 0;
  render(TransferDialogs, { transfer, onquit: () => quits++ });
  return { backend, transfer, quits: () => quits };
}

test('the export dialog says what is in the file and what is not', async () => {
  const { backend, transfer } = opened();
  await transfer.openExport(['x']);
  expect(await screen.findByRole('heading', { name: 'Export one comparison' })).toBeTruthy();
  expect(screen.getByText(/4 answers with figures/)).toBeTruthy();
  expect(screen.getByText(/Keys, headers/)).toBeTruthy();
  await userEvent.click(screen.getByRole('button', { name: 'JSON Lines' }));
  expect(screen.getByText(/Can be imported again/)).toBeTruthy();
  await userEvent.click(screen.getByRole('button', { name: 'Choose a file' }));
  await vi.waitFor(() => expect(backend.files.written).toEqual(['bakeoff-2026-11-24.jsonl']));
});

test('the import dialog counts before it writes', async () => {
  const { transfer } = opened();
  await transfer.openImport();
  expect(await screen.findByText('214 new comparisons with 842 answers and 97 votes')).toBeTruthy();
  expect(screen.getByText('36 comparisons you have already')).toBeTruthy();
  expect(screen.getByText(/another content: yours stays/)).toBeTruthy();
  await userEvent.click(screen.getByRole('button', { name: 'Import 214' }));
  await vi.waitFor(() => expect(transfer.open).toBeNull());
});

test('a backup is restored by a second press, and the window offers to close', async () => {
  const { transfer, quits } = opened();
  await transfer.openData();
  const first = (await screen.findAllByRole('button', { name: /Restore the backup of/ }))[0]!;
  await userEvent.click(first);
  expect(transfer.restoring).toBe(false);
  await userEvent.click(screen.getByRole('button', { name: 'Restore this one' }));
  await userEvent.click(await screen.findByRole('button', { name: 'Close Bakeoff now' }));
  expect(quits()).toBe(1);
});

test('words', () => {
  const extent = { comparisons: 3, runs: 1, attachments: 2, votes: 0, blind: 1, going: 2 };
  expect(contents(extent, 'csv')).toEqual(['one answer with figures and where these come from', '2 attached files, by name only']);
  expect(leftOut(extent)).toBe('Left out: one comparison still blind: vote or reveal first. 2 comparisons still going on.');
  expect(leftOut({ ...extent, blind: 0, going: 0 })).toBe('');
});
