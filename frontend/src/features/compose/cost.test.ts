import { describe, expect, it } from 'vitest';

import { costOf } from './cost';

const words = (entries: [expected: string | null, worst: string | null][]) => {
  const sum = (at: 0 | 1) => String(entries.reduce((n, entry) => n + Number(entry[at] ?? 0), 0));
  const unknown = entries.filter(([expected]) => expected === null).length;
  const view = {
    entries: entries.map(([expectedUsd, worstUsd]) => ({ expectedUsd, worstUsd, why: worstUsd === null ? 'Not known.' : '' })),
    expectedUsd: sum(0), worstUsd: sum(1), unknown, worstUnknown: entries.filter(([, worst]) => worst === null).length,
  }; // prettier-ignore
  const { lead, amount, rest } = costOf({ view, names: ['a', 'b', 'c', 'd'].slice(0, entries.length) });
  return lead + amount + rest;
};

describe('what a run may cost', () => {
  it('is about so much, and at most so much', () => expect(words([['0.01', '0.2'], ['0.0031', '0.01']])).toBe('About $0.0131, at most $0.2100'));
  it('names what has no limit', () => expect(words([['0.01', null], ['0', '0']])).toBe('About $0.0100, no limit for a'));
  it('names what has no price', () => expect(words([['0.01', '0.02'], [null, null]])).toBe('About $0.0100 without b, of unknown cost'));
  it('is not known when nothing is', () => expect(words([[null, null], [null, null], [null, null]])).toBe('The cost of a, b and 1 more is not known'));
  it('is nothing for what is free', () => expect(words([['0', '0']])).toBe('$0'));
});
