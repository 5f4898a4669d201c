import { describe, expect, it, vi } from 'vitest';

import { AppError } from '../api';
import { FakeBackend } from '../api/fake';
import { History } from './history.svelte';

async function opened(): Promise<{ backend: FakeBackend; history: History }> {
  const backend = new FakeBackend('finished');
  const history = new History(backend);
  await history.search();
  return { backend, history };
}

describe('history', () => {
  it('reads page by page to the end, each row once', async () => {
    const { history } = await opened();
    expect(history.rows).toHaveLength(50);
    while (history.more) await history.readMore();
    expect(history.rows).toHaveLength(130);
    expect(new Set(history.rows.map((row) => row.id)).size).toBe(130);
    await history.readMore();
    expect(history.rows).toHaveLength(130);
  });

  it('asks for one page at a time', async () => {
    const { backend, history } = await opened();
    const search = vi.spyOn(backend.history, 'search');
    await Promise.all([history.readMore(), history.readMore()]);
    expect(search).toHaveBeenCalledTimes(1);
  });

  it('drops the late reply to an older query', async () => {
    const { backend, history } = await opened();
    const search = backend.history.search;
    let answer: () => void = () => {};
    backend.history.search = async (query) => {
      if (query.text === 'slow') await new Promise<void>((resolve) => (answer = resolve));
      return search(query);
    };
    const slow = history.search('slow');
    await history.search('German');
    answer();
    await slow;
    expect(history.query).toBe('German');
    expect(history.rows.length).toBeGreaterThan(0);
    expect(history.rows.every((row) => row.prompt.includes('German'))).toBe(true);
  });

  it('deletes at once, points out the next row, and undo puts it back in its place', async () => {
    const { backend, history } = await opened();
    const before = history.rows.map((row) => row.id);
    history.selected = before[3] ?? '';
    const undo = await history.remove(before[3] ?? '');
    expect(backend.deleted).toContain(before[3]);
    expect(history.rows.map((row) => row.id)).toEqual(before.toSpliced(3, 1));
    expect(history.selected).toBe(before[4]);
    await undo?.();
    expect(backend.deleted.size).toBe(0);
    expect(history.rows.map((row) => row.id)).toEqual(before);
    expect(history.selected).toBe(before[3]);
  });

  it('puts back what could not be deleted and says why', async () => {
    const { backend, history } = await opened();
    const before = history.rows.map((row) => row.id);
    backend.history.delete = () => Promise.reject(new AppError({ code: 'internal', message: 'The history is read-only.' }));
    expect(await history.remove(before[0] ?? '')).toBeNull();
    expect(history.rows.map((row) => row.id)).toEqual(before);
    expect(history.problem?.message).toBe('The history is read-only.');
  });

  it('undo after a new search does not mix the lists', async () => {
    const { history } = await opened();
    const id = history.rows[0]?.id ?? '';
    const undo = await history.remove(id);
    await history.search('German');
    await undo?.();
    await vi.waitFor(() => expect(history.loading).toBe(false));
    expect(history.rows.every((row) => row.prompt.includes('German'))).toBe(true);
  });

  it('steps through the rows and reads on at the end', async () => {
    const { history } = await opened();
    history.step(-1);
    expect(history.selected).toBe(history.rows[0]?.id);
    history.selected = history.rows[48]?.id ?? '';
    history.step(1);
    await vi.waitFor(() => expect(history.rows).toHaveLength(100));
  });

  it('shows the preview of the row that is selected now', async () => {
    const { history } = await opened();
    const [first, second] = history.rows;
    history.selected = first?.id ?? '';
    const late = history.look();
    history.selected = second?.id ?? '';
    await Promise.all([late, history.look()]);
    expect(history.preview?.id).toBe(second?.id);
  });
});
