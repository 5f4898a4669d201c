/** Times, rates and counts as the window shows them: a number and its unit apart, a dash for what is not known. */
import type { CountView, CostView, RunningCostView } from '../api';
import { DASH, dollars } from './money';

export interface Figure {
  value: string;
  unit: string;
}

const unknown: Figure = { value: DASH, unit: '' };

/** Milliseconds as seconds: two decimals below ten, one above, whole minutes and seconds from two minutes on. */
export function seconds(ms: number | null): Figure {
  if (ms === null || !Number.isFinite(ms)) return unknown;
  const s = ms / 1000;
  if (s >= 120) return { value: `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, '0')}`, unit: 'min' };
  return { value: s.toFixed(s < 9.995 ? 2 : 1), unit: 's' };
}

/** Seconds with one decimal, for axes and running clocks. */
export function clock(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

export function rate(tokensPerSecond: number | null, source: string): Figure {
  if (tokensPerSecond === null || tokensPerSecond <= 0) return unknown;
  return { value: `${source === 'estimated' ? '≈ ' : ''}${tokensPerSecond.toFixed(tokensPerSecond < 1000 ? 1 : 0)}`, unit: 'tok/s' };
}

export function count(c: CountView | null): string {
  if (c === null || (c.n === 0 && c.source === 'estimated')) return DASH; // nothing was seen, which is no count
  return `${c.source === 'estimated' ? '≈ ' : ''}${c.n.toLocaleString('en-US')}`;
}

/** A cost with its mark: ≥ for a lower bound, ≈ for an estimate. */
export function cost(c: CostView): string {
  const amount = dollars(c.usd);
  if (amount === DASH) return DASH;
  if (c.atLeast) return `≥ ${amount}`;
  return c.source === 'estimated' ? `≈ ${amount}` : amount;
}

/** Where a cost comes from, in words. */
export function costWords(c: CostView): string {
  const from = c.priceDate === '' ? '' : ` Price of ${c.priceDate} from ${c.priceSource}.`;
  const words: Record<string, string> = {
    reported: 'The provider reported this charge.',
    computed: `Reported tokens times price.${from}`,
    estimated: `Estimated tokens times price.${from}`,
    free: 'Runs on this machine: no fee.',
    unknown: 'The cost is not known.',
  };
  const bound = c.atLeast ? ' The true cost may be higher.' : '';
  return `${words[c.source] ?? ''}${bound}${c.note === '' ? '' : ` ${c.note}`}`.trim();
}

/** What a local run cost to run, with its mark: ≤ where the machine was shared. */
export function running(r: RunningCostView): string {
  return `${r.atMost ? '≤ ' : ''}${dollars(r.usd)}`;
}
