import { describe, expect, it } from 'vitest';

import type { CostView, Status } from '../api';
import { spreadOf } from './spread';

function run(status: Status, totalMs: number | null, tokens: number | null, usd: string | null, more: Partial<CostView> & { contended?: boolean } = {}) {
  const { contended = false, ...cost } = more;
  return {
    status,
    metrics: {
      totalMs, contended, output: tokens === null ? null : { n: tokens, source: 'reported' },
      cost: { usd, source: 'computed' as const, atLeast: false, priceDate: '', priceSource: '', note: '', ...cost },
    },
  }; // prettier-ignore
}

describe('a spread', () => {
  it('is that of the answers that ended well', () => {
    const runs = [run('done', 4000, 10, '0.000000000007'), run('cut', 1000, 40, '0.000000000002'), run('failed', 1, 0, '0'), run('done', 2000, 20, '0.000000000004')];
    expect(spreadOf(runs)).toEqual({
      well: 3, contended: false,
      total: { median: '2.00 s', range: '1.00 to 4.00' }, output: { median: '20', range: '10 to 40' },
      cost: { median: '$0.000000000004', range: '$0.000000000002 to $0.000000000007' },
    }); // prettier-ignore
  });

  it('of an even number has its median between the two in the middle, money to the pico-dollar', () => {
    const spread = spreadOf([run('done', 1000, 10, '0.1'), run('done', 2000, 13, '0.3')]);
    expect([spread.total.median, spread.output.median, spread.cost.median]).toEqual(['1.50 s', '11', '$0.2000']);
    expect(spreadOf([run('done', 1, 1, '0.000000000001'), run('done', 1, 1, '0.000000000003')]).cost.median).toBe('$0.000000000002');
  });

  it('says what is an estimate, a lower bound, contended, or not known at all', () => {
    const spread = spreadOf([run('done', null, null, null, { contended: true }), run('done', null, null, '0.1', { source: 'estimated' })]);
    expect(spread).toMatchObject({ contended: true, total: { median: '', range: '' }, output: { median: '' }, cost: { median: '≈ $0.1000' } });
    expect(spreadOf([run('done', 1, 1, '0.1', { atLeast: true }), run('done', 1, 1, '0.1')]).cost.median).toBe('≥ $0.1000');
    expect(spreadOf([run('done', 1000, 7, '0'), run('done', 1000, 7, '0')])).toMatchObject({ total: { range: 'all alike' }, cost: { median: '$0', range: 'all alike' } });
    expect(spreadOf([]).well).toBe(0);
  });
});
