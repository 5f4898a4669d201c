import { expect, test } from 'vitest';

import type { CostView, Status } from '../../lib/api';
import { FakeBackend } from '../../lib/api/fake';
import { Run } from '../../lib/state/run.svelte';
import { marks } from './marks';

const fake = new FakeBackend('finished');
const [view] = (await fake.comparisons.get(fake.stage('finished'))).runs;

function run(id: string, status: Status, totalMs: number, usd: string | null, more: Partial<CostView> = {}): Run {
  const cost: CostView = { ...view!.metrics.cost, usd, source: usd === null ? 'unknown' : 'computed', ...more };
  return new Run({ ...view!, id, status, metrics: { ...view!.metrics, totalMs, ttftMs: totalMs / 10, rate: null, cost } });
}

test('the shortest total is fastest, the lowest cost cheapest', () => {
  const got = marks([run('a', 'done', 900, '0.002'), run('b', 'cut', 1200, '0.001')]);
  expect([...got.fastest]).toEqual(['a']);
  expect([...got.cheapest]).toEqual(['b']);
  expect([...got.ttft]).toEqual(['a']);
});

test('ties share the mark, but a mark that all have says nothing', () => {
  const [a, b, c] = [run('a', 'done', 900, '0'), run('b', 'done', 900, '0'), run('c', 'done', 1000, '0.01')];
  expect([...marks([a, b, c]).fastest]).toEqual(['a', 'b']);
  expect([...marks([a, b, c]).cheapest]).toEqual(['a', 'b']);
  expect([...marks([a, b]).fastest]).toEqual([]);
});

test('what failed, broke off or was stopped wins nothing', () => {
  const got = marks([run('a', 'failed', 10, '0'), run('b', 'cancelled', 20, '0'), run('c', 'truncated', 30, '0'), run('d', 'done', 900, '0.1'), run('e', 'done', 800, '0.2')]);
  expect([...got.fastest]).toEqual(['e']);
  expect([...got.cheapest]).toEqual(['d']);
});

test('a cost that is unknown or a lower bound is not the cheapest', () => {
  const got = marks([run('a', 'done', 1, null), run('b', 'done', 2, '0.001', { atLeast: true }), run('c', 'done', 3, '0.5'), run('d', 'done', 4, '0.4')]);
  expect([...got.cheapest]).toEqual(['d']);
});

test('one answer alone has no rival', () => {
  expect(marks([run('a', 'done', 1, '0.1'), run('b', 'failed', 1, null)]).fastest.size).toBe(0);
});
