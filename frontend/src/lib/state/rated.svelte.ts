import type { Backend, EntryView, RatedView } from '../api';
import { keyOf } from './model-index';

/** The newest rating of each model that has any. */
export class Rated {
  #list = $state.raw<RatedView[]>([]);
  readonly #byKey = $derived(new Map(this.#list.map((one) => [keyOf(one.endpoint, one.model), one])));
  #backend: Pick<Backend, 'ratings'>;

  constructor(backend: Pick<Backend, 'ratings'>) {
    this.#backend = backend;
  }

  async load(): Promise<void> {
    try {
      this.#list = await this.#backend.ratings.rated();
    } catch {
      // A hint beside a model; what cannot be read is not shown.
    }
  }

  of(entry: Pick<EntryView, 'endpoint' | 'model'>): RatedView | undefined {
    return this.#byKey.get(keyOf(entry.endpoint, entry.model));
  }
}
