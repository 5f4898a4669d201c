import { describe, expect, it } from 'vitest';

import type { HistoryRowView } from '../../lib/api';
import { bars } from './glyph';
import { linesOf } from './lines';

const now = new Date(2026, 10, 24, 12).getTime();
const at = (day: number, hour: number) => ({ startedAtMs: new Date(2026, 10, day, hour).getTime() }) as HistoryRowView;

describe('the lines of the list', () => {
  it('have the name of each day above its rows, once', () => {
    const lines = linesOf([at(24, 11), at(24, 0), at(23, 23), at(2, 9)], true, now);
    expect(lines.map((line) => (typeof line === 'string' ? line : '·'))).toEqual(['Today', '·', '·', 'Yesterday', '·', '2 November', '·']);
  });

  it('name the days of a list that goes the other way', () => {
    const lines = linesOf([at(2, 9), at(23, 0), at(23, 23)], true, now);
    expect(lines.filter((line) => typeof line === 'string')).toEqual(['2 November', 'Yesterday']);
  });

  it('are the rows alone when the order is not of time', () => {
    expect(linesOf([at(2, 9), at(24, 1)], false, now)).toHaveLength(2);
  });
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
