import type { AppError, Backend, ChangesView, ChangeView, ComparisonView } from '../api';
import { Run } from './run.svelte';

/** A model in two comparisons: its answer in each, where it has one. */
export interface Pair {
  change: ChangeView;
  old: Run | null;
  now: Run | null;
}

/** Two comparisons side by side, the older one at the left. */
export class Beside {
  old = $state.raw<ComparisonView | null>(null);
  now = $state.raw<ComparisonView | null>(null);
  changes = $state.raw<ChangesView | null>(null);
  pairs = $state.raw<Pair[]>([]);
  problem = $state.raw<AppError | null>(null);

  readonly open = $derived(this.old !== null && this.now !== null);
  #backend: Pick<Backend, 'comparisons' | 'diffs'>;
  #turn = 0;

  constructor(backend: Pick<Backend, 'comparisons' | 'diffs'>) {
    this.#backend = backend;
  }

  /** Reads two comparisons; false when that failed. */
  async show(a: string, b: string): Promise<boolean> {
    const turn = ++this.#turn;
    const { comparisons, diffs } = this.#backend;
    try {
      this.problem = null;
      const both = await Promise.all([comparisons.get(a), comparisons.get(b)]);
      const [old, now] = both.sort((x, y) => x.startedAtMs - y.startedAtMs) as [ComparisonView, ComparisonView];
      const changes = await diffs.comparisons(old.id, now.id);
      if (turn !== this.#turn) return false;
      const run = (view: ComparisonView, id: string) => view.runs.filter((r) => r.id === id).map((r) => new Run(r))[0] ?? null;
      this.pairs = changes.seats.map((change) => ({ change, old: run(old, change.oldRunId), now: run(now, change.newRunId) }));
      this.old = old;
      this.now = now;
      this.changes = changes;
      return true;
    } catch (error) {
      if (turn === this.#turn) this.problem = error as AppError;
      return false;
    }
  }

  close(): void {
    this.#turn++;
    this.old = null;
    this.now = null;
    this.changes = null;
    this.pairs = [];
  }
}
