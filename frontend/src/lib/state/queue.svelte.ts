import type { AppError, Backend, ComparisonView, JudgeRequest, QueueView } from '../api';
import type { Comparison } from './comparison.svelte';

/**
 * The comparisons that nobody has rated, blind, one after another. While one is read the next is fetched, so that a vote
 * goes on at once; the vote itself is sent meanwhile.
 */
export class Queue {
  active = $state(false);
  /** Nothing is left to rate but what was skipped. */
  ended = $state(false);
  /** How many have had their vote since the queue was begun. */
  done = $state(0);
  skipped = $state.raw<string[]>([]);
  problem = $state.raw<AppError | null>(null);

  /** How many comparisons wait for their vote; null: not known. */
  waiting = $state<number | null>(null);

  readonly position = $derived.by(() => this.done + this.skipped.length + 1);
  readonly total = $derived.by(() => this.done + this.skipped.length + this.#left);

  #backend: Pick<Backend, 'ratings'>;
  #comparison: Comparison;
  /** How many were left when the one on the screen came, itself included. */
  #left = $state(0);
  /** Votes on their way: what they are about counts as unrated until they are saved. */
  #sending = new Set<string>();
  #ahead: Promise<QueueView> | null = null;
  #before = '';
  /** Grows with each step: a reply that belongs to an older one is late and dropped. */
  #turn = 0;

  constructor(backend: Pick<Backend, 'ratings'>, comparison: Comparison) {
    this.#backend = backend;
    this.#comparison = comparison;
  }

  /** Counts what waits. That it cannot be counted is no reason to trouble anybody. */
  async count(): Promise<void> {
    try {
      this.waiting = await this.#backend.ratings.waiting();
    } catch {
      this.waiting = null;
    }
  }

  async begin(): Promise<void> {
    if (!this.active) this.#before = this.#comparison.id;
    this.active = true;
    this.done = 0;
    this.skipped = [];
    this.#ahead = null;
    await this.#advance();
  }

  /** Ends the queue and goes back to what was on the screen before it. */
  async leave(): Promise<void> {
    this.#turn++;
    this.#ahead = null;
    this.active = false;
    this.ended = false;
    if (this.#before === '') this.#comparison.clear();
    else await this.#comparison.open(this.#before);
  }

  /** Sends a vote and goes on without waiting for it. Returns what the vote revealed, or null when it was refused. */
  async vote(verdict: JudgeRequest): Promise<ComparisonView | null> {
    const { id } = this.#comparison;
    this.#sending.add(id);
    const judged = this.#backend.ratings.judge(id, verdict).finally(() => this.#sending.delete(id));
    this.done++;
    const [view] = await Promise.all([judged.catch((error: unknown) => this.#refused(error)), this.#advance()]);
    return view;
  }

  /** Goes on without a vote; what was skipped comes back at the end on demand. */
  async skip(): Promise<void> {
    this.skipped = [...this.skipped, this.#comparison.id];
    await this.#advance();
  }

  /** Takes up again what was skipped. */
  async again(): Promise<void> {
    this.skipped = [];
    this.#ahead = null;
    await this.#advance();
  }

  /** Goes back to a comparison whose vote was taken back. What was on the screen comes next. */
  back(view: ComparisonView): void {
    this.#turn++;
    this.done--;
    this.#left++;
    this.active = true;
    this.ended = false;
    this.#comparison.show(view);
    this.#ahead = null;
    this.#fetchAhead();
  }

  #refused(error: unknown): null {
    this.problem = error as AppError;
    this.done--;
    return null;
  }

  #next(...skip: string[]): Promise<QueueView> {
    return this.#backend.ratings.next([...new Set([...this.skipped, ...this.#sending, ...skip])]);
  }

  #fetchAhead(): void {
    this.#ahead = this.#next(this.#comparison.id);
    this.#ahead.catch(() => undefined); // asked again, and told, when it is needed
  }

  async #advance(): Promise<void> {
    const turn = ++this.#turn;
    const ahead = this.#ahead;
    this.#ahead = null;
    try {
      this.problem = null;
      const next = await (ahead?.catch(() => this.#next()) ?? this.#next());
      if (turn !== this.#turn) return;
      this.#left = next.remaining;
      this.ended = next.comparison === null;
      if (next.comparison === null) return this.#comparison.clear();
      this.#comparison.show(next.comparison);
      this.#fetchAhead();
    } catch (error) {
      if (turn === this.#turn) this.problem = error as AppError;
    }
  }
}
