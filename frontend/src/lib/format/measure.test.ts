import { expect, test } from 'vitest';

import type { CostView } from '../api';
import { cost, costWords, count, rate, seconds } from './measure';
import { total } from './money';

const known: CostView = { usd: '0.010912', source: 'computed', atLeast: false, priceDate: '2026-10-03', priceSource: 'the sheet', note: '' };

test.each([
  [null, '– '], [0, '0.00 s'], [612, '0.61 s'], [9994, '9.99 s'], [9996, '10.0 s'], [16_300, '16.3 s'], [125_000, '2:05 min'], [Number.NaN, '– '],
])('%s milliseconds', (ms, want) => expect(`${seconds(ms).value} ${seconds(ms).unit}`).toBe(want));

test('a rate says when its tokens are estimated, and is a dash when unknown', () => {
  expect(rate(38.44, 'reported')).toEqual({ value: '38.4', unit: 'tok/s' });
  expect(rate(38.44, 'estimated').value).toBe('≈ 38.4');
  expect(rate(null, '').value).toBe('–');
  expect(rate(0, 'reported').value).toBe('–');
});

// "≈ 0 reasoning" stood under every answer of which none had come yet.
test('an estimate of nothing is a dash', () => expect(count({ n: 0, source: 'estimated' })).toBe('–'));

test('an absent count is a dash, a zero is a zero', () => {
  expect([count(null), count({ n: 0, source: 'reported' }), count({ n: 12_345, source: 'estimated' })]).toEqual(['–', '0', '≈ 12,345']);
});

test('a cost shows whether it is exact, a bound or an estimate', () => {
  expect(cost(known)).toBe('$0.0109');
  expect(cost({ ...known, atLeast: true })).toBe('≥ $0.0109');
  expect(cost({ ...known, source: 'estimated' })).toBe('≈ $0.0109');
  expect(cost({ ...known, usd: null, source: 'unknown' })).toBe('–');
  expect(costWords(known)).toContain('2026-10-03');
});

test('sums of money are exact, and unknown when one part is', () => {
  expect(total(['0.1', '0.2', '0.000000000001'])).toBe('0.300000000001');
  expect(total(['1', null])).toBeNull();
  expect(total([])).toBe('0.000000000000');
});
