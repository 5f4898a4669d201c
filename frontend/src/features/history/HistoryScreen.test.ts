import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';

import { AppError } from '../../lib/api';
import { FakeBackend } from '../../lib/api/fake';
import { History } from '../../lib/state/history.svelte';
import HistoryScreen from './HistoryScreen.svelte';

async function open(scene = 'history') {
  const backend = new FakeBackend(scene);
  const history = new History(backend);
  const does = { onopen: vi.fn(), onagain: vi.fn(), onuse: vi.fn(), ondelete: vi.fn(), onrate: vi.fn(), onexport: vi.fn(), oncompare: vi.fn(), onlink: vi.fn(), oncopy: vi.fn() };
  render(HistoryScreen, { history, mac: false, ...does });
  await waitFor(() => expect(history.loaded).toBe(true));
  return { backend, history, does, user: userEvent.setup() };
}

const row = (at: number) => screen.getAllByRole('option')[at]!;

describe('the history screen', () => {
  it('says in its place that a search failed, and asks again', async () => {
    const { backend, user } = await open();
    backend.history.failure = new AppError({ code: 'internal', message: 'The history cannot be read. Start Bakeoff again.' });
    await user.type(screen.getByRole('searchbox'), 'jitter');
    expect((await screen.findByRole('alert')).textContent).toContain('The history cannot be read.');
    expect(screen.queryAllByRole('option')).toHaveLength(0);
    backend.history.failure = null;
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(screen.getAllByRole('option').length).toBeGreaterThan(0));
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('offers to drop the filters when they leave nothing', async () => {
    const { history, user } = await open();
    await user.type(screen.getByRole('searchbox'), 'German');
    await history.filter({ category: 'nonsense', favourite: true });
    await screen.findByRole('heading', { name: 'Nothing matches “German” with these filters' });
    screen.getByText(/comparisons match the words alone/);
    await user.click(screen.getByRole('button', { name: 'Drop the 2 filters' }));
    await waitFor(() => expect(screen.getAllByRole('option').length).toBeGreaterThan(0));
    expect(screen.getByRole('searchbox')).toHaveProperty('value', 'German');
  });

  it('takes a filter by a press on its words, and says so in the bar', async () => {
    const { history, user } = await open();
    await user.click(screen.getByRole('button', { name: 'More' })); // the test's window is narrow
    await user.click(screen.getByRole('button', { name: 'Rating' }));
    await user.click(screen.getByText('3 or more'));
    expect(history.filters.minStars).toBe(3);
    expect(screen.queryByRole('dialog')).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Remove the filter Rating: 3 or more' }));
    expect(history.filtered).toBe(false);
    await user.click(screen.getByRole('button', { name: 'More' }));
    await user.click(screen.getByRole('button', { name: 'Ended' }));
    for (const words of ['Failed', 'Stopped']) await user.click(within(screen.getByRole('dialog')).getByText(words));
    expect(history.filters.status).toEqual(['failed', 'cancelled']);
  });

  it('takes back marks, words and filters with Esc, one after the other', async () => {
    const { history, user } = await open();
    await user.type(screen.getByRole('searchbox'), 'German');
    await history.filter({ verdict: 'any' });
    history.markAll();
    const state = () => [history.marked.size > 0, history.text !== '', history.filtered];
    const seen = [];
    for (let i = 0; i < 4; i++) {
      seen.push(state());
      await user.keyboard('{Escape}');
      await waitFor(() => expect(history.loading).toBe(false));
    }
    expect(seen).toEqual([[true, true, true], [false, true, true], [false, false, true], [false, false, false]]);
  });

  it('acts on what is marked with the mouse, or else on the one that is pointed out', async () => {
    const { does, history, user } = await open();
    const ids = history.rows.map((r) => r.id);
    await user.click(row(1));
    await fireEvent.click(row(3), { ctrlKey: true });
    await fireEvent.click(row(5), { shiftKey: true });
    screen.getByText('3 selected');
    await user.keyboard('e');
    (document.activeElement as HTMLElement).blur();
    await user.keyboard('{Delete}'); // also when nothing has the focus
    expect(does.onexport).toHaveBeenCalledWith([ids[3], ids[4], ids[5]]);
    expect(does.ondelete).toHaveBeenCalledWith([ids[3], ids[4], ids[5]]);
    await user.click(row(2));
    expect(history.marked.size).toBe(0);
    await user.dblClick(row(2));
    expect(does.onopen).toHaveBeenCalledWith(ids[2]);
  });

  it('lets a text field keep its keys', async () => {
    const { does, history, user } = await open();
    await user.type(screen.getByRole('searchbox'), 'x er# t');
    await user.keyboard('{Control>}a{/Control}');
    expect([history.marked.size, does.onexport.mock.calls.length, does.onagain.mock.calls.length]).toEqual([0, 0, 0]);
    expect(history.text).toBe('x er# t');
  });

  it('shows of a blind comparison no name, cost and time', async () => {
    const { history } = await open();
    const blind = history.rows.findIndex((r) => r.blind);
    history.select(history.rows[blind]!.id);
    const text = row(blind).textContent ?? '';
    expect(text).toContain('Blind');
    expect(text).not.toMatch(/\$|llama|gpt|claude|gemini|qwen|mistral/);
    await screen.findByRole('heading', { name: 'Answer A' });
    expect(document.querySelector('article')?.textContent).not.toMatch(/\$\d|tok\/s|llama|gpt|claude|gemini|qwen|mistral/);
    expect(screen.queryByRole('button', { name: /Run again/ })).toBeNull();
  });
});
