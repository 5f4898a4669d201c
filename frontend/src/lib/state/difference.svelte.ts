import type { AppError, Backend, ComparisonView, DiffView, FamilyView, HistoryRowView } from '../api';
import type { Comparison } from './comparison.svelte';
import { type DiffMode, type DiffRow, rowsOf } from './diff-rows';

/** An answer that can stand on a side of the difference. */
export interface Side {
  /** What the backend calls it: its run's id, or while it is blind its comparison and letter. */
  ref: string;
  comparisonId: string;
  seat: number;
  name: string;
  openness: string;
  place: string;
  /** When its comparison was started, Unix milliseconds. */
  atMs: number;
}

/** How two answers differ: of one comparison, or of two. */
export class Difference {
  left = $state.raw<Side | null>(null);
  right = $state.raw<Side | null>(null);
  view = $state.raw<DiffView | null>(null);
  problem = $state.raw<AppError | null>(null);
  mode = $state<DiffMode>('words');
  hideSame = $state(false);
  /** What a picker offers: the answers of the comparison that it was opened from. */
  choices = $state.raw<Side[]>([]);
  /** Other comparisons that belong to it, by their rows. */
  relatives = $state.raw<HistoryRowView[]>([]);

  readonly open = $derived(this.left !== null && this.right !== null);
  /** Both sides are of one comparison. */
  readonly alone = $derived(this.left?.comparisonId === this.right?.comparisonId);
  readonly rows: DiffRow[] = $derived.by(() => (this.view === null ? [] : rowsOf(this.view, this.mode, this.hideSame)));
  /** No word differs; white space may. */
  readonly equal = $derived(this.view !== null && this.view.blocks.every((block) => block.kind === 'same'));
  /** Both answers are the same to the letter. */
  readonly identical = $derived(this.equal && this.view !== null && this.view.blocks.every((block) => text(block.a) === text(block.b)));

  #backend: Pick<Backend, 'diffs' | 'comparisons'>;
  #turn = 0;

  constructor(backend: Pick<Backend, 'diffs' | 'comparisons'>) {
    this.#backend = backend;
  }

  /** Sets two answers side by side. */
  async show(left: Side, right: Side, choices: Side[] = this.choices): Promise<void> {
    const turn = ++this.#turn;
    if (this.left?.ref !== left.ref || this.right?.ref !== right.ref) this.view = null;
    this.left = left;
    this.right = right;
    this.choices = choices;
    this.problem = null;
    try {
      const view = await this.#backend.diffs.answers(left.ref, right.ref);
      if (turn === this.#turn) this.view = view;
    } catch (error) {
      if (turn === this.#turn) this.problem = error as AppError;
    }
  }

  /** Asks again after a failure. */
  async retry(): Promise<void> {
    if (this.left !== null && this.right !== null) await this.show(this.left, this.right);
  }

  close(): void {
    this.#turn++;
    this.left = null;
    this.right = null;
    this.view = null;
    this.relatives = [];
  }

  async swap(): Promise<void> {
    if (this.left !== null && this.right !== null) await this.show(this.right, this.left);
  }

  /** Puts another answer on a side. The one that stands on the other side changes places with it. */
  async choose(which: 'left' | 'right', side: Side): Promise<void> {
    const { left, right } = this;
    if (left === null || right === null) return;
    const other = which === 'left' ? right : left;
    if (side.ref === other.ref) return this.swap();
    await (which === 'left' ? this.show(side, right) : this.show(left, side));
  }

  /** The answer some places on comes to the right; the left one is left out. */
  async step(by: number): Promise<void> {
    const { left, right } = this;
    if (left === null || right === null) return;
    const others = this.choices.filter((side) => side.ref !== left.ref);
    const at = others.findIndex((side) => side.ref === right.ref);
    const next = others[(at < 0 ? (by > 0 ? 0 : others.length - 1) : at + by + others.length) % Math.max(others.length, 1)];
    if (next !== undefined && next.ref !== right.ref) await this.show(left, next);
  }

  /** Learns which other comparisons a picker can offer. It is an extra: without it the pickers have this one's answers. */
  async learn(id: string): Promise<void> {
    const family = await this.#backend.comparisons.family(id).catch(() => null);
    if (family !== null && this.open) this.relatives = kin(family, id);
  }

  /** The answers of another comparison; empty when it cannot be read. */
  async answersOf(id: string): Promise<Side[]> {
    try {
      return sidesOf(await this.#backend.comparisons.get(id));
    } catch (error) {
      this.problem = error as AppError;
      return [];
    }
  }
}

function text(parts: readonly { text: string }[]): string {
  return parts.map((part) => part.text).join('');
}

/** The other comparisons of a family, newest first, without those whose names are not known. */
function kin({ parent, children, thread }: FamilyView, id: string): HistoryRowView[] {
  const all = new Map([...(parent === null ? [] : [parent]), ...children, ...thread].map((row) => [row.id, row]));
  return [...all.values()].filter((row) => row.id !== id && !row.blind).sort((a, b) => b.startedAtMs - a.startedAtMs);
}

/** The answers of a comparison that have a text, in the order of its seats: the newest attempt of each. */
export function sidesOf(view: ComparisonView): Side[] {
  const newest = view.runs.filter((run, i) => view.runs[i + 1]?.seat !== run.seat);
  return newest.filter((run) => run.answer !== '').map((run) => sideOf(view.id, view.startedAtMs, view.blind === 'open', run));
}

/** The answers of the comparison on the screen, left to right as shown. */
export function sidesShown(comparison: Comparison): Side[] {
  const { view } = comparison;
  if (view === null) return [];
  return comparison.newest
    .filter((run) => run.ended && run.hasAnswer)
    .map((run) => sideOf(view.id, view.startedAtMs, comparison.veiled, run.view));
}

function sideOf(comparisonId: string, atMs: number, veiled: boolean, run: Pick<ComparisonView['runs'][number], 'id' | 'seat' | 'model' | 'openness' | 'place'>): Side {
  const { id, seat, model, openness, place } = run;
  if (veiled) return { ref: `${comparisonId}:${id}`, comparisonId, seat, name: `Model ${id}`, openness: 'unknown', place: '', atMs };
  return { ref: id, comparisonId, seat, name: model, openness, place, atMs };
}
