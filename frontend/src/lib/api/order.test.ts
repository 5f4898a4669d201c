import { expect, it } from 'vitest';

import { inOrder } from './order';

it('runs work in the order it was given, also behind work that failed', async () => {
  const run = inOrder();
  const log: string[] = [];
  let finish: () => void = () => {};
  const slow = run(() => new Promise<void>((done) => (finish = done)).then(() => void log.push('stars')));
  const bad = run(() => Promise.reject(new Error('refused')));
  const vote = run(async () => void log.push('vote'));
  await Promise.resolve();
  expect(log).toEqual([]);
  finish();
  await expect(bad).rejects.toThrow('refused');
  await Promise.all([slow, vote]);
  expect(log).toEqual(['stars', 'vote']);
});
