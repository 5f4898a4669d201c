/** How far the answers of an entry that was asked several times lie apart: median, least and most. */
import type { CostView, CountView, Status } from '../api';
import { count, cost, seconds } from './measure';

/** What of a run a spread looks at. */
export interface Measured {
  status: Status;
  metrics: { totalMs: number | null; output: CountView | null; cost: CostView; contended: boolean };
}

/** One measure as it is shown: "1.24 s" and "0.98 to 1.60". Both are empty when no answer has it. */
export interface Range {
  median: string;
  range: string;
}

export interface Spread {
  /** How many ended well: only they count, since a failed one is fast and cheap for another reason. */
  well: number;
  contended: boolean;
  total: Range;
  output: Range;
  cost: Range;
}

const NONE: Range = { median: '', range: '' };

export function spreadOf(runs: readonly Measured[]): Spread {
  const well = runs.filter((run) => run.status === 'done' || run.status === 'cut').map((run) => run.metrics);
  return {
    well: well.length,
    contended: well.some((m) => m.contended),
    total: times(well.map((m) => m.totalMs).filter((ms) => ms !== null)),
    output: counts(well.map((m) => m.output).filter((c) => c !== null)),
    cost: costs(well.map((m) => m.cost).filter((c) => c.usd !== null)),
  };
}

function times(all: number[]): Range {
  if (all.length === 0) return NONE;
  const [median, least, most] = within(all, (a, b) => a - b, (a, b) => (a + b) / 2); // prettier-ignore
  const { value, unit } = seconds(median);
  return { median: `${value} ${unit}`, range: between(seconds(least).value, seconds(most).value) };
}

function counts(all: CountView[]): Range {
  if (all.length === 0) return NONE;
  const source = all.some((c) => c.source === 'estimated') ? 'estimated' : 'reported';
  const [median, least, most] = within(all.map((c) => c.n), (a, b) => a - b, (a, b) => Math.floor((a + b) / 2)); // prettier-ignore
  const shown = (n: number) => count({ n, source });
  return { median: shown(median), range: between(shown(least), shown(most)) };
}

function between(least: string, most: string): string {
  return least === most ? 'all alike' : `${least} to ${most}`;
}

/** Money stays exact: a median between two amounts is taken in pico-dollars. */
function costs(all: CostView[]): Range {
  if (all.length === 0) return NONE;
  const like = all.find((c) => c.atLeast) ?? all.find((c) => c.source === 'estimated') ?? all[0]!;
  const [median, least, most] = within(all.map((c) => pico(c.usd!)), (a, b) => (a < b ? -1 : a > b ? 1 : 0), (a, b) => (a + b) / 2n); // prettier-ignore
  const shown = (amount: bigint) => cost({ ...like, usd: usd(amount) });
  return { median: shown(median), range: between(shown(least), shown(most)) };
}

/** Median, least and most of at least one value. */
function within<T>(values: T[], order: (a: T, b: T) => number, middle: (a: T, b: T) => T): [T, T, T] {
  const sorted = [...values].sort(order);
  const half = sorted.length / 2;
  const median = sorted.length % 2 === 1 ? sorted[Math.floor(half)]! : middle(sorted[half - 1]!, sorted[half]!);
  return [median, sorted[0]!, sorted[sorted.length - 1]!];
}

function pico(amount: string): bigint {
  const [whole = '0', fraction = ''] = amount.split('.');
  return BigInt(whole + fraction.padEnd(12, '0').slice(0, 12));
}

function usd(amount: bigint): string {
  const text = amount.toString().padStart(13, '0');
  return `${text.slice(0, -12)}.${text.slice(-12)}`;
}
