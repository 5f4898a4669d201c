import { describe, expect, it } from 'vitest';

import type { HistoryRowView } from '../../lib/api';
import { bars } from './glyph';
import { byDay, excerpt } from './rows';

describe('history rows', () => {
  it('are cut where the day changes', () => {
    const now = new Date(2026, 10, 24, 12).getTime();
    const at = (day: number, hour: number) => ({ startedAtMs: new Date(2026, 10, day, hour).getTime() }) as HistoryRowView;
    const days = byDay([at(24, 11), at(24, 0), at(23, 23), at(2, 9)], now);
    expect(days.map((day) => [day.name, day.rows.length])).toEqual([
      ['Today', 2],
      ['Yesterday', 1],
      ['2 November', 1],
    ]);
  });
});

describe('an excerpt', () => {
  it.each([
    ['drops headings, formulas, tables and code', '# Title\nUse **jitter**.\n\n$$x^2$$\n| a | b |\n```py\nprint(1)\n```\nThen `wait`.', 'Use jitter. Then wait.'],
    ['drops code that never closes', 'See:\n```\nx = 1', 'See:'],
    ['cuts with dots', 'aaaa bbbb cccc', 'aaaa…'],
    ['of nothing is nothing', '', ''],
  ])('%s', (_, answer, want) => expect(excerpt(answer, want.endsWith('…') ? 5 : 240)).toBe(want));
});

describe('the fingerprint', () => {
  it('draws a run against the slowest, and nothing for one without a total', () => {
    const runs = [
      { openness: 'open' as const, totalMs: 4000 },
      { openness: 'closed' as const, totalMs: 1000 },
      { openness: 'closed' as const, totalMs: null },
    ];
    expect(bars(runs, 56).map((bar) => bar.width)).toEqual([56, 14, 0]);
    expect(bars([{ openness: 'open', totalMs: null }], 56)).toEqual([{ openness: 'open', width: 0 }]);
  });
});
