import { describe, expect, it, vi } from 'vitest';

import { AppError, type HistoryQuery } from '../api';
import { FakeBackend } from '../api/fake';
import { History } from './history.svelte';

async function opened(): Promise<{ backend: FakeBackend; history: History }> {
  const backend = new FakeBackend('finished');
  const history = new History(backend);
  await history.search();
  return { backend, history };
}

const ids = (history: History) => history.rows.map((row) => row.id);

describe('the list', () => {
  it('is read page by page to the end, each row once', async () => {
    const { history } = await opened();
    expect(history.rows).toHaveLength(50);
    while (history.more) await history.readMore();
    expect(history.rows).toHaveLength(130);
    expect(new Set(ids(history)).size).toBe(130);
    expect(history.total).toBe(130);
    await history.readMore();
    expect(history.rows).toHaveLength(130);
  });

  it('of 100,000 comparisons is read to its end, each row once', { timeout: 60_000 }, async () => {
    const history = new History(new FakeBackend('hundred-thousand'));
    await history.search();
    while (history.more) await history.readMore();
    expect(new Set(ids(history)).size).toBe(100_000);
    expect(history.indexOf('past-99999')).toBe(99_999);
  });

  it('asks for one page at a time', async () => {
    const { backend, history } = await opened();
    const search = vi.spyOn(backend.history, 'search');
    await Promise.all([history.readMore(), history.readMore()]);
    expect(search).toHaveBeenCalledTimes(1);
  });

  it('is read again as far as it was, and keeps the row that is pointed out', async () => {
    const { backend, history } = await opened();
    await history.readMore();
    const before = ids(history);
    history.select(before[120]!);
    await backend.history.delete([before[0]!]);
    await history.refresh();
    expect(ids(history)).toEqual(before.slice(1));
    expect(history.selected).toBe(before[120]);
  });

  it('steps through the rows and reads on at the end', async () => {
    const { history } = await opened();
    history.step(-1);
    expect(history.selected).toBe(history.rows[0]?.id);
    history.select(history.rows[48]?.id ?? '');
    history.step(1);
    await vi.waitFor(() => expect(history.rows).toHaveLength(130));
  });
});

describe('a search', () => {
  it('drops the late reply to older words', async () => {
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
    expect(history.text).toBe('German');
    expect(history.rows.length).toBeGreaterThan(0);
    expect(history.rows.every((row) => row.hit !== null)).toBe(true);
    expect([history.loading, history.problem]).toEqual([false, null]);
  });

  it('drops the late failure of older words', async () => {
    const { backend, history } = await opened();
    const search = backend.history.search;
    let fail: () => void = () => {};
    backend.history.search = async (query) => {
      if (query.text === 'bad') await new Promise<void>((_, reject) => (fail = () => reject(new AppError({ code: 'internal', message: 'No.' }))));
      return search(query);
    };
    const bad = history.search('bad');
    await history.search('German');
    fail();
    await bad;
    expect(history.problem).toBeNull();
    expect(history.rows.length).toBeGreaterThan(0);
  });

  it('that fails shows no rows of an older one, and says why until one succeeds', async () => {
    const { backend, history } = await opened();
    backend.history.failure = new AppError({ code: 'internal', message: 'The history cannot be read.' });
    await history.search('German');
    expect([history.rows.length, history.problem?.message]).toEqual([0, 'The history cannot be read.']);
    backend.history.failure = null;
    await history.search();
    expect(history.problem).toBeNull();
    expect(history.rows.length).toBeGreaterThan(0);
  });

  it('keeps the rows that are here when a later page fails', async () => {
    const { backend, history } = await opened();
    backend.history.failure = new AppError({ code: 'internal', message: 'The history cannot be read.' });
    await history.readMore();
    expect([history.rows.length, history.problem?.message]).toEqual([50, 'The history cannot be read.']);
  });

  it('without a hit tells how many fit the words alone', async () => {
    const { history } = await opened();
    await history.search('German');
    expect(history.wordsAlone).toBe(-1);
    await history.filter({ minStars: 5, category: 'nonsense' });
    expect(history.rows).toHaveLength(0);
    expect(history.wordsAlone).toBeGreaterThan(0);
    await history.clear();
    expect([history.text, history.filtered, history.total]).toEqual(['', false, 130]);
  });

  it('asks with all filters and the order', async () => {
    const { backend, history } = await opened();
    const asked: HistoryQuery[] = [];
    const search = backend.history.search;
    backend.history.search = (query) => (asked.push(query), search(query));
    await history.filter({ tags: ['payments'], verdict: 'any' });
    await history.filter({ minStars: 2 });
    await history.sortBy('cost');
    expect(asked.at(-1)).toMatchObject({ tags: ['payments'], verdict: 'any', minStars: 2, sort: 'cost', cursor: '' });
    const costs = history.rows.map((row) => Number(row.costUsd ?? 0));
    expect(costs).toEqual(costs.toSorted((a, b) => b - a));
  });
});

describe('marks', () => {
  it('are what an action is meant for, in the order of the list', async () => {
    const { history } = await opened();
    const all = ids(history);
    expect(history.targets).toEqual([all[0]]);
    history.toggle(all[5]!);
    history.markTo(all[2]!);
    history.toggle(all[3]!);
    expect(history.targets).toEqual([all[2], all[4], all[5]]);
    history.markAll();
    expect(history.targets).toEqual(all);
    history.unmark();
    expect(history.targets).toEqual([history.selected]);
  });

  it('do not outlive the list that they were made in', async () => {
    const { history } = await opened();
    history.markAll();
    await history.search('German');
    expect(history.marked.size).toBe(0);
  });
});

describe('deleting', () => {
  it('is seen at once, points out the next row, and undo puts it back in its place', async () => {
    const { backend, history } = await opened();
    const before = ids(history);
    history.select(before[3] ?? '');
    const undo = await history.remove([before[3] ?? '']);
    expect(backend.history.deleted).toContain(before[3]);
    expect(ids(history)).toEqual(before.toSpliced(3, 1));
    expect([history.selected, history.total]).toEqual([before[4], 129]);
    await undo?.();
    expect(backend.history.deleted.size).toBe(0);
    expect(ids(history)).toEqual(before);
    expect([history.selected, history.total]).toEqual([before[3], 130]);
  });

  it('of many puts all back in their places, also after the list grew', async () => {
    const { history } = await opened();
    const before = ids(history);
    const gone = [0, 1, 7, 48, 49].map((at) => before[at]!);
    for (const id of gone) history.toggle(id);
    const undo = await history.remove(history.targets);
    expect(history.marked.size).toBe(0);
    await history.readMore();
    await undo?.();
    const after = ids(history);
    expect(after.slice(0, 48)).toEqual(before.slice(0, 48));
    expect(new Set(after).size).toBe(130);
  });

  it('that fails puts back what was there and says why', async () => {
    const { backend, history } = await opened();
    const before = ids(history);
    backend.history.delete = () => Promise.reject(new AppError({ code: 'internal', message: 'The history is read-only.' }));
    expect(await history.remove([before[0] ?? ''])).toBeNull();
    expect(ids(history)).toEqual(before);
    expect(history.problem?.message).toBe('The history is read-only.');
  });

  it('and a new search do not mix the lists when it is undone', async () => {
    const { history } = await opened();
    const undo = await history.remove([history.rows[0]?.id ?? '']);
    await history.search('German');
    await undo?.();
    await vi.waitFor(() => expect(history.loading).toBe(false));
    expect(history.rows.every((row) => row.hit !== null)).toBe(true);
  });
});

describe('tags', () => {
  it('are added to the marked rows and taken from them', async () => {
    const { backend, history } = await opened();
    const [first, second] = ids(history);
    expect(await history.tag([first!, second!], ['new'], ['payments'])).toBe(true);
    expect(history.rows.slice(0, 2).map((row) => [row.tags.includes('new'), row.tags.includes('payments')])).toEqual([[true, false], [true, false]]);
    expect(backend.history.row(second!)?.tags).toContain('new');
    await vi.waitFor(() => expect(history.facets.tags.find((tag) => tag.value === 'new')?.count).toBe(2));
  });

  it('that are refused leave the rows as they were, and say why', async () => {
    const { backend, history } = await opened();
    backend.history.tag = () => Promise.reject(new AppError({ code: 'invalid', message: 'A tag has at most 40 characters.' }));
    expect(await history.tag([ids(history)[0]!], ['x'.repeat(41)], [])).toBe(false);
    expect(history.rows[0]?.tags).not.toContain('x'.repeat(41));
    expect(history.problem?.message).toBe('A tag has at most 40 characters.');
  });
});

describe('the preview', () => {
  it('is of the row that is selected now', async () => {
    const { history } = await opened();
    const [first, second] = history.rows;
    history.select(first?.id ?? '');
    const late = history.look();
    history.select(second?.id ?? '');
    await Promise.all([late, history.look()]);
    expect(history.preview?.id).toBe(second?.id);
  });

  it('that fails says so in its own place', async () => {
    const { backend, history } = await opened();
    backend.comparisons.get = () => Promise.reject(new AppError({ code: 'internal', message: 'It cannot be read.' }));
    await history.look();
    expect([history.previewProblem?.message, history.problem]).toEqual(['It cannot be read.', null]);
  });
});
