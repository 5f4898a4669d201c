/** Who was fastest and who cheapest, among the answers that ended well. Ties share the mark; one answer has no rival. */
import type { Run } from '../../lib/state/run.svelte';

export interface Marks {
  fastest: ReadonlySet<string>;
  cheapest: ReadonlySet<string>;
  ttft: ReadonlySet<string>;
  rate: ReadonlySet<string>;
}

export function marks(runs: readonly Run[]): Marks {
  const well = runs.filter((r) => r.status === 'done' || r.status === 'cut');
  const comparable = well.length > 1 ? well : [];
  return {
    fastest: best(comparable, (r) => r.metrics.totalMs),
    cheapest: best(comparable, (r) => (r.metrics.cost.usd === null || r.metrics.cost.atLeast ? null : Number(r.metrics.cost.usd))),
    ttft: best(comparable, (r) => r.metrics.ttftMs),
    rate: best(comparable, (r) => (r.metrics.rate === null ? null : -r.metrics.rate)),
  };
}

function best(runs: readonly Run[], value: (r: Run) => number | null): ReadonlySet<string> {
  const known = runs.map((r) => ({ id: r.id, v: value(r) })).filter((x): x is { id: string; v: number } => x.v !== null);
  if (known.length < 2) return new Set();
  const least = Math.min(...known.map((x) => x.v));
  const winners = known.filter((x) => x.v === least);
  return new Set(winners.length === known.length ? [] : winners.map((x) => x.id));
}
