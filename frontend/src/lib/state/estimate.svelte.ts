import type { Backend, EstimateView } from '../api';
import type { Draft } from './draft.svelte';
import type { Lineup } from './lineup.svelte';

/** How long after the last change an estimate is asked for, in milliseconds: never while one types. */
const ASK_AFTER = 300;

/** What the draft may cost when it runs, with the names of its models in lineup order. */
export interface Estimated {
  view: EstimateView;
  names: string[];
}

export class Estimate {
  /** Null when there is nothing to run, or no estimate. */
  value = $state.raw<Estimated | null>(null);
  #backend: Pick<Backend, 'budgets'>;
  #draft: Draft;
  #lineup: Lineup;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  constructor(backend: Pick<Backend, 'budgets'>, draft: Draft, lineup: Lineup) {
    this.#backend = backend;
    this.#draft = draft;
    this.#lineup = lineup;
  }

  /** Tells that the draft has changed. The estimate before stays until the next is here. */
  touch(): void {
    clearTimeout(this.#timer);
    this.#asked++; // a reply on its way is about an older draft
    if (this.#draft.reason !== '') this.#take(null, []);
    else this.#timer = setTimeout(() => void this.#ask(), ASK_AFTER);
  }

  async #ask(): Promise<void> {
    const asked = ++this.#asked;
    const seats = this.#lineup.ready.map(({ key, name }) => ({ key, name }));
    let value: Estimated | null = null;
    try {
      value = { view: await this.#backend.budgets.estimate(this.#draft.request()), names: seats.map((seat) => seat.name) };
    } catch {
      // What is wrong with the request is said when it is run.
    }
    if (asked === this.#asked) this.#take(value, seats.map((seat) => seat.key));
  }

  #take(value: Estimated | null, keys: number[]): void {
    this.value = value;
    this.#lineup.costs = new Map(keys.flatMap((key, i) => (value?.view.entries[i]?.expectedUsd ? [[key, value.view.entries[i].expectedUsd]] : [])));
  }
}
