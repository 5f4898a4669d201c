import { expect, test } from 'vitest';

import { nudge, type Places, put, rankIn, tie, toggle } from './ranking';

/** "A BC D": B and C share the second place. */
const order = (text: string): Places<string> => text.split(' ').filter((place) => place !== '').map((place) => [...place]);
const text = (places: Places<string>) => places.map((place) => place.join('')).join(' ');

test.each([
  ['into a place', 'A B C', 'C', { into: 0 }, 'AC B'],
  ['before a place', 'A B C', 'C', { before: 0 }, 'C A B'],
  ['after the last place', 'A B', 'A', { before: 2 }, 'B A'],
  ['before the place that it leaves empty', 'A B', 'B', { before: 1 }, 'A B'],
  ['into its own place', 'A BC', 'B', { into: 1 }, 'A CB'],
  ['before the place that it shares', 'A BC', 'C', { before: 1 }, 'A C B'],
  ['a new one between', 'A B', 'X', { before: 1 }, 'A X B'],
  ['out', 'A B C', 'B', 'out', 'A C'],
] as const)('an answer is dropped %s', (_, from, one, target, want) => {
  expect(text(put(order(from), one, target))).toBe(want);
});

test('a press puts an answer last, and a second one takes it out', () => {
  const ranked = ['B', 'A', 'C'].reduce<Places<string>>(toggle, []);
  expect(text(ranked)).toBe('B A C');
  expect(text(toggle(ranked, 'A'))).toBe('B C');
  expect([rankIn(ranked, 'A'), rankIn(ranked, 'D')]).toEqual([2, 0]);
});

test('up and down go by half places, from the first to outside and back', () => {
  const steps = (from: string, one: string, by: 1 | -1, n: number) =>
    Array.from({ length: n }).reduce<string[]>((seen) => [...seen, text(nudge(order(seen.at(-1)!), one, by))], [from]).slice(1);
  expect(steps('X A B', 'X', 1, 5)).toEqual(['AX B', 'A X B', 'A BX', 'A B X', 'A B']);
  expect(steps('A B', 'X', -1, 6)).toEqual(['A B X', 'A BX', 'A X B', 'AX B', 'X A B', 'X A B']);
});

test('a tie joins the place above, and is undone', () => {
  expect(text(tie(order('A B C'), 'B'))).toBe('AB C');
  expect(text(tie(order('AB C'), 'B'))).toBe('A B C');
  expect(text(tie(order('A B'), 'A'))).toBe('A B');
  expect(text(tie(order('A B'), 'X'))).toBe('A B');
});
