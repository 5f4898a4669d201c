import type { AppError, Backend, ProspectView } from '../api';
import type { Draft } from './draft.svelte';
import type { Lineup } from './lineup.svelte';

/** How long after the last change it is asked for, in milliseconds: never while one types. */
const ASK_AFTER = 300;

/** Asks what becomes of the draft when it runs, seat by seat, and keeps it with the lineup. */
export class Prospects {
  /** Why it would be refused before it is sent: a setting out of range. */
  problem = $state.raw<AppError | null>(null);

  #backend: Pick<Backend, 'comparisons'>;
  #draft: Draft;
  #lineup: Lineup;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  constructor(backend: Pick<Backend, 'comparisons'>, draft: Draft, lineup: Lineup) {
    this.#backend = backend;
    this.#draft = draft;
    this.#lineup = lineup;
  }

  /** Tells that the draft has changed. What was known before stays until the next is here. */
  touch(): void {
    clearTimeout(this.#timer);
    this.#asked++; // a reply on its way is about an older draft
    if (this.#lineup.ready.length === 0) this.#take(new Map(), null);
    else this.#timer = setTimeout(() => void this.#ask(), ASK_AFTER);
  }

  async #ask(): Promise<void> {
    const asked = ++this.#asked;
    const keys = this.#lineup.ready.map((seat) => seat.key);
    try {
      const views = await this.#backend.comparisons.foresee(this.#draft.request());
      if (asked === this.#asked) this.#take(new Map(keys.flatMap((key, i) => (views[i] === undefined ? [] : [[key, views[i]]]))), null);
    } catch (error) {
      if (asked === this.#asked) this.#take(new Map(), error as AppError);
    }
  }

  #take(by: ReadonlyMap<number, ProspectView>, problem: AppError | null): void {
    this.#lineup.prospects = by;
    this.problem = problem;
  }
}
