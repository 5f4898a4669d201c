import { beforeEach, expect, test, vi } from 'vitest';

import { FakeBackend } from '../api/fake';
import { Toasts } from './toasts.svelte';
import { Transfer } from './transfer.svelte';

let backend: FakeBackend;
let transfer: Transfer;
let toasts: Toasts;
let imported: number;

beforeEach(() => {
  backend = new FakeBackend('finished');
  backend.files.stepMs = 0;
  toasts = new Toasts();
  imported = 0;
  transfer = new Transfer(backend, toasts, () => imported++);
});

test('an export is counted first, then written, then told', async () => {
  await transfer.openExport(['a', 'b']);
  expect(transfer.open).toBe('export');
  expect(transfer.extent?.comparisons).toBe(2);
  expect(transfer.exported).toBe(2);
  expect(backend.files.written).toEqual([]);
  transfer.format = 'csv';
  await transfer.export();
  expect(backend.files.written).toEqual(['bakeoff-2026-11-24.csv']);
  expect(transfer.open).toBeNull();
  expect(transfer.progress).toBeNull();
  expect(toasts.current?.text).toContain('Exported 2 comparisons to bakeoff-2026-11-24.csv');
});

test('a closed dialog of the system leaves ours open', async () => {
  await transfer.openExport([]);
  backend.files.chosen = '';
  await transfer.export();
  expect(transfer.open).toBe('export');
  expect(toasts.current).toBeNull();
  await transfer.openImport();
  expect(transfer.open).toBeNull();
});

test('a cancelled export says so and can be tried again', async () => {
  await transfer.openExport([]);
  backend.files.stepMs = 5;
  const going = transfer.export();
  await vi.waitFor(() => expect(transfer.progress?.done).toBeGreaterThan(0));
  transfer.close();
  expect(transfer.stopping).toBe(true);
  await going;
  expect(transfer.open).toBe('export');
  expect(transfer.problem?.message).toContain('nothing was written');
  expect(backend.files.written).toEqual([]);
  backend.files.stepMs = 0;
  await transfer.export();
  expect(backend.files.written).toHaveLength(1);
});

test('an import is looked at before it is written, and the history hears of it', async () => {
  await transfer.openImport();
  expect(transfer.found).toMatchObject({ name: 'history.jsonl', new: 214, same: 36 });
  expect(imported).toBe(0);
  await transfer.import();
  expect(imported).toBe(1);
  expect(transfer.open).toBeNull();
  expect(toasts.current?.text).toBe('Imported 214 comparisons from history.jsonl.');
});

test('a file that cannot be imported is told in a sentence', async () => {
  backend.files.chosen = 'photo.png';
  await transfer.openImport();
  expect(transfer.found).toBeNull();
  expect(transfer.problem?.message).toContain('Line 3');
});

test('backups are listed, made, and restored at the next start', async () => {
  await transfer.openData();
  const before = transfer.backups.length;
  await transfer.backUp();
  expect(transfer.backups).toHaveLength(before + 1);
  await transfer.check();
  expect(transfer.faults).toEqual([]);
  await transfer.restore(transfer.backups[0]!.name);
  expect(transfer.restoring).toBe(true);
});
