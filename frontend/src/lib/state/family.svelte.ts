import type { AppError, Backend, ChangesView, FamilyView, HistoryRowView } from '../api';
import type { Comparison } from './comparison.svelte';

/** Where a comparison stands in its conversation. */
export interface ThreadPlace {
  /** From 1. */
  turn: number;
  turns: number;
  previous: HistoryRowView | null;
  /** The newest one that followed up on it. */
  next: HistoryRowView | null;
}

/** What belongs to the comparison on the screen: its conversation, what it was run again from, and what has changed since. */
export class Family {
  view = $state.raw<FamilyView | null>(null);
  changes = $state.raw<ChangesView | null>(null);
  problem = $state.raw<AppError | null>(null);

  readonly place = $derived.by(() => this.#place());
  /** What was run again from it, newest first. */
  readonly reruns = $derived((this.view?.children ?? []).filter((row) => row.relation !== 'follow_up').toReversed());

  #backend: Pick<Backend, 'comparisons'>;
  #comparison: Comparison;
  #turn = 0;
  #id = '';

  constructor(backend: Pick<Backend, 'comparisons'>, comparison: Comparison) {
    this.#backend = backend;
    this.#comparison = comparison;
  }

  /** Reads what belongs to the comparison on the screen. While it is blind nothing is: its kin would name its models. */
  async learn(): Promise<void> {
    const turn = ++this.#turn;
    const { view, veiled, live } = this.#comparison;
    if (view?.id !== this.#id || veiled) {
      this.view = null;
      this.changes = null;
      this.problem = null;
    }
    this.#id = view?.id ?? '';
    if (view === null || veiled) return;
    const { comparisons } = this.#backend;
    const compares = view.parentId !== '' && view.relation !== 'follow_up' && !live;
    const [family, changes] = await Promise.all([
      comparisons.family(view.id).catch(() => null),
      compares ? comparisons.changes(view.id).catch((error: unknown) => error as AppError) : null,
    ]);
    if (turn !== this.#turn) return;
    this.view = family;
    const failed = changes !== null && !('seats' in changes);
    this.changes = failed ? null : changes;
    this.problem = failed ? changes : null;
  }

  #place(): ThreadPlace | null {
    const { view } = this.#comparison;
    if (view === null || this.view === null || this.view.thread.length < 2) return null;
    const said = Math.max(0, ...view.earlier.map((turns) => turns.length));
    return placeIn(view.id, said + 1, this.view.thread);
  }
}

/** Where a comparison stands among the rows of its conversation, which may fork. */
export function placeIn(id: string, turn: number, rows: readonly HistoryRowView[]): ThreadPlace {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const followers = (of: string) => rows.filter((row) => row.parentId === of && row.relation === 'follow_up').sort((a, b) => b.startedAtMs - a.startedAtMs);
  // What was run again stands where its original stands: the way back goes through it.
  let self = byId.get(id);
  while (self !== undefined && self.relation !== 'follow_up' && self.relation !== '') self = byId.get(self.parentId);
  const depth = (of: string): number => Math.max(0, ...followers(of).map((row) => 1 + depth(row.id)));
  return {
    turn,
    turns: turn + depth(id),
    previous: self?.relation === 'follow_up' ? (byId.get(self.parentId) ?? null) : null,
    next: followers(id)[0] ?? null,
  };
}
