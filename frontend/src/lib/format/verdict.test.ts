import { expect, test } from 'vitest';

import type { RunView, VerdictKind } from '../api';
import { aside, found, ordinal } from './verdict';

const run = (seat: number, model: string) => ({ id: `r${seat}`, seat, model, place: 'local', metrics: { cost: { usd: '0', source: 'free' } } }) as RunView;
const runs = [run(0, 'one'), run(1, 'two'), run(2, 'three')];
const judged = (kind: VerdictKind, ranks: number[], letters: string[] = []) => ({
  verdict: { id: 'v', kind, standings: ranks.map((rank, seat) => ({ runId: `r${seat}`, rank })), blind: letters.length > 0, atMs: 0 },
  runs, letters,
}); // prettier-ignore

test.each([
  ['an order', judged('ranked', [2, 1, 2]), 'Ranked: two, then one and three.'],
  ['an order of some', judged('ranked', [0, 2, 1]), 'Ranked: three, then two.'],
  ['a blind order', judged('ranked', [2, 1, 0], ['C', 'A', 'B']), 'You ranked A first. It was two, running here, at $0.'],
  ['a blind order with two at its top', judged('ranked', [1, 1, 2], ['C', 'A', 'B']), 'You ranked A and C first: two and one.'],
  ['a best one', judged('best', [2, 1, 2]), 'two is best.'],
  ['a blind best one', judged('best', [2, 1, 2], ['C', 'A', 'B']), 'You chose A. It was two, running here, at $0.'],
  ['a tie', judged('tie', [1, 1, 2]), 'A tie: one and two.'],
  ['none', judged('none', [0, 0, 0]), 'No answer was good enough.'],
])('a sentence tells %s', (_, given, want) => expect(found(given)).toBe(want));

test('after a blind order the rest of it is told by letter and name', () => {
  expect(aside(judged('ranked', [2, 1, 3], ['C', 'A', 'B']))).toBe('A (two), then C (one), then B (three).');
});

test('places are numbered as one says them', () => expect([1, 2, 3, 4, 8].map(ordinal)).toEqual(['1st', '2nd', '3rd', '4th', '8th']));
