import { expect, it, vi } from 'vitest';

import { AppError, type QueueView } from '../api';
import { FakeBackend } from '../api/fake';
import { Comparison } from './comparison.svelte';
import { Queue } from './queue.svelte';
import { Review } from './review.svelte';

function made() {
  const backend = new FakeBackend('queue');
  const comparison = new Comparison(backend);
  const review = new Review(backend, comparison);
  const queue = new Queue(backend, comparison);
  const best = (i = 0) => queue.vote(review.verdictOf('best', [[review.voters[i]!]]));
  return { backend, comparison, review, queue, best };
}

/** A promise that the test settles itself. */
function held<T>() {
  let settle: (value: T) => void = () => undefined;
  const promise = new Promise<T>((resolve) => (settle = resolve));
  return { promise, settle };
}

it('goes through all that waits, each once and blind, and then says so', async () => {
  const { backend, comparison, queue, best } = made();
  const all = await backend.ratings.waiting();
  await queue.begin();
  const seen = new Set<string>();
  for (let i = 1; !queue.ended; i++) {
    expect([queue.position, queue.total]).toEqual([i, all]);
    expect(comparison.veiled).toBe(true);
    seen.add(comparison.id);
    await best();
  }
  expect(seen.size).toBe(all);
  expect(all).toBeGreaterThan(30);
  expect(queue.done).toBe(all);
  expect(await backend.ratings.waiting()).toBe(0);
});

it('shows the next one at once, while the vote is still on its way', async () => {
  const { backend, comparison, queue, best } = made();
  await queue.begin();
  await vi.waitFor(() => expect(queue.total).toBeGreaterThan(1));
  const first = comparison.id;
  const vote = held<never>();
  vi.spyOn(backend.ratings, 'judge').mockReturnValue(vote.promise);
  void best();
  await vi.waitFor(() => expect(comparison.id).not.toBe(first));
  expect(queue.position).toBe(2);
});

it('does not bring back what was voted on while the vote is on its way', async () => {
  const { backend, comparison, queue, best } = made();
  await queue.begin();
  const first = comparison.id;
  const vote = held<never>();
  vi.spyOn(backend.ratings, 'judge').mockReturnValue(vote.promise);
  const next = vi.spyOn(backend.ratings, 'next');
  void best();
  await vi.waitFor(() => expect(next).toHaveBeenCalled());
  expect(next.mock.calls.every(([skip]) => skip.includes(first))).toBe(true);
});

it('tells why a vote was refused, and does not count it', async () => {
  const { backend, queue, best } = made();
  await queue.begin();
  vi.spyOn(backend.ratings, 'judge').mockRejectedValueOnce(new AppError({ code: 'internal', message: 'The disk is full.' }));
  expect(await best()).toBeNull();
  expect(queue.problem?.message).toBe('The disk is full.');
  expect(queue.done).toBe(0);
});

it('leaves out what is skipped, and takes it up again on demand', async () => {
  const { comparison, queue, best } = made();
  await queue.begin();
  const skipped = comparison.id;
  await queue.skip();
  expect(comparison.id).not.toBe(skipped);
  while (!queue.ended) await best();
  await queue.again();
  expect(comparison.id).toBe(skipped);
  expect([queue.ended, queue.position, queue.total]).toEqual([false, queue.total, queue.total]);
});

it('goes back to a vote that was taken back, blind again', async () => {
  const { backend, comparison, queue, best } = made();
  await queue.begin();
  const first = comparison.id;
  await best();
  const second = comparison.id;
  queue.back(await backend.ratings.withdraw(first));
  expect([comparison.id, comparison.veiled, queue.position]).toEqual([first, true, 1]);
  await best();
  expect(comparison.id).toBe(second);
});

it('brings back what was on the screen before', async () => {
  const { backend, comparison, queue } = made();
  const before = backend.stage('finished');
  await comparison.open(before);
  await queue.begin();
  expect(comparison.id).not.toBe(before);
  await queue.leave();
  expect([comparison.id, queue.active]).toEqual([before, false]);
});

it('drops a comparison that comes after the queue was left', async () => {
  const { backend, comparison, queue } = made();
  const late = held<QueueView>();
  vi.spyOn(backend.ratings, 'next').mockReturnValueOnce(late.promise);
  const begun = queue.begin();
  await queue.leave();
  late.settle({ comparison: await backend.ratings.blind('past-1'), remaining: 1 });
  await begun;
  expect(comparison.view).toBeNull();
});
