import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test, vi } from 'vitest';

import type { Layout } from '../../lib/api';
import { FakeBackend } from '../../lib/api/fake';
import { Comparison } from '../../lib/state/comparison.svelte';
import { Review } from '../../lib/state/review.svelte';
import { RunningCosts } from '../../lib/state/running.svelte';
import CompareScreen from './CompareScreen.svelte';

// The race is drawn on a canvas, which this document lacks; its words are not.
beforeEach(() => void vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null));

async function show(scene: string, layout: Layout = 'columns', hourlyUsd = '') {
  const backend = new FakeBackend(scene);
  if (hourlyUsd !== '') await backend.budgets.setRunning({ kind: 'hourly', watts: '', kwhUsd: '', hourlyUsd });
  const comparison = new Comparison(backend);
  await comparison.open(backend.stage(scene));
  const review = new Review(backend, comparison);
  const spies = { onlink: vi.fn(), oncopy: vi.fn(), onlayout: vi.fn(), onvote: vi.fn(), onbest: vi.fn(), onwithdraw: vi.fn(), onundo: vi.fn(), onnext: vi.fn(), onretry: vi.fn((id: string) => void comparison.retry(id)) };
  const { component, rerender } = render(CompareScreen, { comparison, review, layout, ...spies });
  return { backend, comparison, review, component, rerender, ...spies };
}

const column = (name: string) => within(screen.getByRole('article', { name }));

test('a finished comparison shows the prompt, the answers, their numbers and who was best', async () => {
  await show('finished');
  expect((screen.getByRole('heading', { level: 1 })).textContent).toContain('Design a retry policy');
  const gpt = column('gpt-5');
  gpt.getByText('Done');
  gpt.getByText('Closed');
  gpt.getByText('2025-08-07');
  gpt.getByText(/full jitter, five tries/);
  gpt.getByText('409 in');
  column('claude-opus-4').getByText('Fastest');
  column('llama4:scout').getByText('Cheapest');
});

test('each row of the race says in one sentence what happened', async () => {
  await show('trouble');
  const rows = within(screen.getByRole('region', { name: 'Race' })).getAllByRole('button').map((row) => row.getAttribute('aria-label'));
  expect(rows[0]).toMatch(/^llama4:scout: wait 0\.6 s, stream 10\.\d s, done after 11\.\d s; cost \$0\.$/);
  expect(rows[2]).toMatch(/stopped at 8\.1 s; cost ≥ \$/);
  expect(rows[3]).toBe('gemini-2.5-pro: wait 0.9 s, failed, 429 from Gemini; cost –.');
});

test('what failed says why and how to go on; the others keep their answers', async () => {
  await show('trouble');
  screen.getByText('1 done, 1 stopped, 2 failed');
  const failed = column('qwen2.5:72b');
  expect((failed.getByRole('alert')).textContent).toContain('it needs more memory than is free');
  failed.getByText('Details');
  expect(failed.getByRole('button', { name: 'Retry' }).hasAttribute('disabled')).toBe(false);
  expect(column('gemini-2.5-pro').getByRole('button', { name: /^Retry in \d+ s$/ }).hasAttribute('disabled')).toBe(true);
  column('llama4:scout').getByText(/one idempotency key/);
});

test('an answer without text offers no copy, by button or key', async () => {
  const { component, oncopy } = await show('trouble');
  expect(column('qwen2.5:72b').queryByRole('button', { name: 'Copy the answer' })).toBeNull();
  column('llama4:scout').getByRole('button', { name: 'Copy the answer' });
  component.step(1);
  component.copy();
  expect(oncopy).not.toHaveBeenCalled();
});

test('every head of the grid says in what state its answer is', async () => {
  await show('trouble', 'grid');
  column('llama4:scout').getByText('Done');
  column('qwen2.5:72b').getByText('Failed');
  column('claude-opus-4').getByText('Stopped');
});

test('a retry is a new attempt, and the one before can be looked at', async () => {
  const { comparison } = await show('trouble');
  const user = userEvent.setup();
  await user.click(column('qwen2.5:72b').getByRole('button', { name: 'Retry' }));
  const attempt = await column('qwen2.5:72b').findByRole('button', { name: 'Attempt 2 of 2' });
  expect(column('qwen2.5:72b').queryByRole('alert')).toBeNull();
  expect(comparison.seats[1]!.attempts).toHaveLength(2);
  await user.click(attempt);
  column('qwen2.5:72b').getByRole('button', { name: 'Attempt 1 of 2' });
  expect((column('qwen2.5:72b').getByRole('alert')).textContent).toContain('more memory');
});

test('another model than the one asked for, and what was not applied, stand before the answer', async () => {
  await show('odd');
  const odd = column('meta-llama/llama-4-maverick');
  odd.getByText('meta-llama/llama-4-scout answered, not meta-llama/llama-4-maverick.');
  odd.getByText('Not applied: seed.');
  odd.getByText('The usage counts do not add up.');
  expect(odd.getByText('Open').getAttribute('title')).toBe('Open, leaves this machine');
});

test('focus shows one answer beside the list, and keys step through them', async () => {
  const { component } = await show('focus', 'focus');
  expect(screen.getAllByRole('article')).toHaveLength(1);
  screen.getByRole('article', { name: 'llama4:scout' });
  component.step(1);
  await screen.findByRole('article', { name: 'deepseek-r1:14b' });
  await userEvent.click(within(screen.getByRole('navigation', { name: 'Answers' })).getByRole('button', { name: /claude-opus-4/ }));
  screen.getByRole('article', { name: 'claude-opus-4' });
});

test('a cell of the grid opens in focus', async () => {
  const { onlayout } = await show('eight', 'grid');
  expect(screen.getAllByRole('article')).toHaveLength(8);
  await userEvent.click(screen.getByRole('button', { name: 'Open gpt-4o in focus' }));
  expect(onlayout).toHaveBeenCalledWith('focus');
});

test('copy and a retry act on the answer that was picked', async () => {
  const { component, comparison, oncopy } = await show('finished');
  component.copy();
  expect(oncopy).toHaveBeenLastCalledWith(comparison.newest[0]!.answer, 'Answer');
  await userEvent.click(screen.getByRole('button', { name: /^gpt-5:/ }));
  component.copy();
  expect(oncopy).toHaveBeenLastCalledWith(comparison.newest[2]!.answer, 'Answer');
  expect(component.retryable()).toBe(comparison.newest[2]);
});

test('the request as it was sent can be read', async () => {
  await show('finished');
  await userEvent.click(column('gpt-5').getByRole('button', { name: 'The request as it was sent' }));
  expect((await screen.findByRole('dialog')).textContent).toContain('"model": "gpt-5"');
});

test('a local answer tells its running cost apart from its cost', async () => {
  await show('finished', 'columns', '3.6');
  const line = await column('llama4:scout').findByText(/^Running cost \$0\.0\d+$/);
  expect(line.parentElement!.title).toMatch(/^From send to end, load included: .* at \$3\.6 an hour; with the setting of today\.$/);
  column('llama4:scout').getByText('$0');
  expect(column('gpt-5').queryByText(/Running cost/)).toBeNull();
});

test('no running cost is asked for while the comparison is blind', async () => {
  const load = vi.spyOn(RunningCosts.prototype, 'load');
  const { comparison, review } = await show('blind', 'columns', '3.6');
  expect(load.mock.calls).toEqual([['']]);
  await review.reveal();
  await waitFor(() => expect(load).toHaveBeenLastCalledWith(comparison.id));
  expect((await screen.findAllByText(/^Running cost /)).length).toBeGreaterThan(0);
});
