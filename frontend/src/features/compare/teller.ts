import { cost, seconds } from '../../lib/format/measure';
import type { Run } from '../../lib/state/run.svelte';
import { STATE } from './words';

/** Says what changed in the runs, for a live region: states and totals, never tokens. */
export class Teller {
  #comparison = '';
  #known = new Map<string, string>();
  #said = '';

  /** The sentence for the last change; empty when a comparison is shown for the first time. It stays until the next one. */
  tell(comparison: string, runs: readonly Run[], veiled = false): string {
    if (veiled) {
      this.#comparison = ''; // who ends first would say who it is
      return '';
    }
    if (comparison !== this.#comparison) {
      this.#comparison = comparison;
      this.#known = new Map(runs.map((r) => [r.id, r.status]));
      this.#said = '';
    }
    const changed = runs.filter((r) => this.#known.get(r.id) !== r.status);
    for (const run of changed) this.#known.set(run.id, run.status);
    if (changed.length > 0) this.#said = changed.map(words).join('. ');
    return this.#said;
  }
}

function words(run: Run): string {
  const state = `${run.view.model}: ${STATE[run.status]}`;
  if (!run.ended || run.metrics.totalMs === null) return state;
  const total = seconds(run.metrics.totalMs);
  return `${state} after ${total.value} ${total.unit}, cost ${cost(run.metrics.cost)}`;
}
