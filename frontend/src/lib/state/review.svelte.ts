import type { AnswerReviewView, AppError, Backend, ComparisonView, DescriptionView, JudgeRequest, ReviewView, VerdictKind, VocabularyView } from '../api';
import type { Comparison } from './comparison.svelte';
import type { Run } from './run.svelte';

/** How long a vote can be undone, in milliseconds. */
export const UNDO_MS = 10_000;

/** The runs of each place, best first. */
export type Places = readonly (readonly Run[])[];

const NOTHING: ReviewView = { verdict: null, answers: [], category: '', tags: [], note: '', favourite: false };

/**
 * What the user thinks of the comparison on the screen. A change shows at once and is sent; one that is refused is taken
 * back. Whether names are known is the backend's decision: here a run has the name that it gave.
 */
export class Review {
  problem = $state.raw<AppError | null>(null);
  vocabulary = $state.raw<VocabularyView>({ categories: [], reasons: [], tags: [] });

  readonly view: ReviewView = $derived.by(() => this.#comparison.view?.review ?? NOTHING);
  readonly verdict = $derived(this.view.verdict);
  /** The runs that share the first place. */
  readonly winners: ReadonlySet<string> = $derived(new Set(this.verdict?.standings.filter((s) => s.rank === 1).map((s) => s.runId)));
  /** The rank of each answer in an order, by run; empty for other verdicts, which have no more than winners. */
  readonly ranks: ReadonlyMap<string, number> = $derived(new Map(this.verdict?.kind === 'ranked' ? this.verdict.standings.filter((s) => s.rank > 0).map((s) => [s.runId, s.rank]) : []));
  /** The runs that a verdict is about, left to right. */
  readonly voters = $derived.by(() => this.#comparison.newest.filter((run) => this.counts(run)));
  /** The verdict that has just lifted the veil; it is told until the user has read it. */
  readonly fresh = $derived.by(() => (this.verdict?.id === this.#revealing ? this.verdict : null));
  /** The most stars among two rated answers or more; a mark that all have says nothing. */
  readonly mostLiked: ReadonlySet<string> = $derived.by(() => this.#mostLiked());

  #backend: Pick<Backend, 'ratings'>;
  #comparison: Comparison;
  /** The verdict that lifted the veil here: after an undone one it does not count as blind, but it reveals. */
  #revealing = $state('');
  /** Runs that the user took into the vote or out of it, by comparison and run: letters come again. */
  #chosen = $state.raw<ReadonlyMap<string, boolean>>(new Map());

  constructor(backend: Pick<Backend, 'ratings'>, comparison: Comparison) {
    this.#backend = backend;
    this.#comparison = comparison;
  }

  /** Tells the reveal of the comparison on the screen as if it had just been. */
  tellAgain(): void {
    this.#revealing = this.verdict?.blind ? this.verdict.id : '';
  }

  /** The reveal was read: the header of the comparison comes back. */
  readFresh(): void {
    this.#revealing = '';
  }

  of(run: Run): AnswerReviewView {
    return this.view.answers.find((a) => a.runId === run.id) ?? { runId: run.id, stars: 0, reasons: [], note: '' };
  }

  /** Whether a run takes part in the vote: by itself when it ended well, else when the user says so. */
  counts(run: Run): boolean {
    return this.#chosen.get(`${this.#comparison.id} ${run.id}`) ?? (run.hasAnswer && (run.status === 'done' || run.status === 'cut'));
  }

  /** Takes a run with text into the vote, or out of it. */
  count(run: Run, on: boolean): void {
    this.#chosen = new Map([...this.#chosen, [`${this.#comparison.id} ${run.id}`, on]]);
  }

  /** Gives stars; the same number again takes them back. */
  async rate(run: Run, stars: number): Promise<void> {
    const before = this.of(run);
    const next = { ...before, stars: before.stars === stars ? 0 : stars };
    await this.#change(this.#with(next), () => this.#backend.ratings.rate(this.#comparison.id, run.id, next.stars));
  }

  async say(run: Run, what: Partial<Pick<AnswerReviewView, 'reasons' | 'note'>>): Promise<void> {
    const next = { ...this.of(run), ...what };
    await this.#change(this.#with(next), () => this.#backend.ratings.answer(this.#comparison.id, run.id, next.reasons, next.note));
  }

  async describe(what: Partial<DescriptionView>): Promise<void> {
    const { category, tags, note, favourite } = { ...this.view, ...what };
    const next = { category, tags, note, favourite };
    await this.#change({ ...this.view, ...next }, () => this.#backend.ratings.describe(this.#comparison.id, next));
  }

  /**
   * A verdict with its standings as they are on the screen. places has the runs of each place, best first: only an order
   * has more than one. Otherwise the others in the vote come second; where none is good, none has a place.
   */
  verdictOf(kind: VerdictKind, places: Places): JudgeRequest {
    const second = kind === 'best' || kind === 'tie' ? 2 : 0;
    const rank = (run: Run) => (this.counts(run) ? places.findIndex((place) => place.includes(run)) + 1 || second : 0);
    return { kind, standings: this.#comparison.newest.map((run) => ({ run: run.id, rank: rank(run) })) };
  }

  /** The order to begin ranking from: that of the verdict, else of the stars; empty when nothing was said. */
  order(): Run[][] {
    const { verdict } = this;
    const rank = (run: Run) => verdict?.standings.find((s) => s.runId === run.id)?.rank ?? 0;
    const value = verdict === null ? (run: Run) => this.of(run).stars : (run: Run) => (rank(run) === 0 ? 0 : 1 / rank(run));
    const values = [...new Set(this.voters.map(value))].filter((v) => v > 0).sort((a, b) => b - a);
    return values.map((v) => this.voters.filter((run) => value(run) === v));
  }

  /** Commits a verdict and shows what it reveals. */
  judge(verdict: JudgeRequest): Promise<ComparisonView | null> {
    const { veiled } = this.#comparison;
    return this.#show(async (id) => {
      const view = await this.#backend.ratings.judge(id, verdict);
      if (veiled) this.#revealing = view.review.verdict?.id ?? '';
      return view;
    });
  }

  withdraw(): Promise<ComparisonView | null> {
    return this.#show((id) => this.#backend.ratings.withdraw(id));
  }

  /** Shows the names without a vote. */
  reveal(): Promise<ComparisonView | null> {
    return this.#show((id) => this.#backend.ratings.reveal(id));
  }

  /** Hides the names of what has ended, until the vote. */
  hide(): Promise<ComparisonView | null> {
    return this.#show((id) => this.#backend.ratings.blind(id));
  }

  /** Reads the words to choose from; without them one still can write one's own. */
  async learn(): Promise<void> {
    try {
      this.vocabulary = await this.#backend.ratings.vocabulary();
    } catch (error) {
      this.problem = error as AppError;
    }
  }

  #mostLiked(): ReadonlySet<string> {
    const rated = this.view.answers.filter((a) => a.stars > 0);
    const most = Math.max(...rated.map((a) => a.stars));
    const winners = rated.filter((a) => a.stars === most);
    return new Set(rated.length < 2 || winners.length === rated.length ? [] : winners.map((a) => a.runId));
  }

  #with(answer: AnswerReviewView): ReviewView {
    const others = this.view.answers.filter((a) => a.runId !== answer.runId);
    return { ...this.view, answers: [...others, answer] };
  }

  /** Shows a change, sends it, and takes it back when it was refused and its comparison is still the one on the screen. */
  async #change(next: ReviewView, send: () => Promise<void>): Promise<void> {
    const { id } = this.#comparison;
    const before = this.view;
    this.#comparison.revise(next);
    try {
      this.problem = null;
      await send();
    } catch (error) {
      this.problem = error as AppError;
      if (this.#comparison.id === id && this.view === next) this.#comparison.revise(before);
    }
  }

  /** Asks for something that changes what may be seen, and shows it unless another comparison came to the screen meanwhile. */
  async #show(ask: (id: string) => Promise<ComparisonView>): Promise<ComparisonView | null> {
    const { id } = this.#comparison;
    try {
      this.problem = null;
      const view = await ask(id);
      if (this.#comparison.id === id) this.#comparison.show(view);
      return view;
    } catch (error) {
      this.problem = error as AppError;
      return null;
    }
  }
}
