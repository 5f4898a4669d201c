import { describe, expect, it } from 'vitest';

import { bytes, contextLength } from './bytes';
import { clockTime, dayName } from './dates';
import { inOut } from './price';

describe('sizes', () => {
  it.each([
    [67_400_000_000, '67 GB'],
    [9_000_000_000, '9.0 GB'],
    [3_100, '3.1 KB'],
    [999_600, '1.0 MB'],
    [12, '12 B'],
    [0, '–'],
    [NaN, '–'],
  ])('%d bytes are %s', (size, want) => expect(bytes(size)).toBe(want));

  it.each([
    [131_072, '128K'],
    [128_000, '128K'],
    [1_048_576, '1M'],
    [400_000, '400K'],
    [2_048, '2K'],
    [0, '–'],
  ])('a context of %d is %s', (tokens, want) => expect(contextLength(tokens)).toBe(want));
});

describe('prices', () => {
  it.each([
    ['whole and broken amounts', { input: '1.25', output: '10' }, '1.25 / 10'],
    ['small amounts', { input: '0.075', output: '0.3' }, '0.075 / 0.30'],
    ['one side unknown', { input: '', output: '10' }, '– / 10'],
    ['both unknown', { input: '', output: '' }, '–'],
  ])('%s', (_, price, want) => expect(inOut(price)).toBe(want));
  it('no price at all is a dash', () => expect(inOut(null)).toBe('–'));
});

describe('days', () => {
  const now = new Date(2026, 10, 24, 0, 30).getTime();
  it.each([
    ['a minute ago, today', new Date(2026, 10, 24, 0, 29), 'Today'],
    ['an hour ago, across midnight', new Date(2026, 10, 23, 23, 30), 'Yesterday'],
    ['in this year', new Date(2026, 2, 3, 9), '3 March'],
    ['in another year', new Date(2025, 10, 24, 9), '24 November 2025'],
  ])('%s', (_, date, want) => expect(dayName(date.getTime(), now)).toBe(want));
  it('shows the time with two digits each', () => expect(clockTime(new Date(2026, 10, 24, 9, 5).getTime())).toBe('09:05'));
});
