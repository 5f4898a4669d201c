import type { AppError, Backend, ModelView } from '../api';
import type { PriceListView } from '../api/prices';

/** The price lists and the user's own prices. */
export class Prices {
  lists = $state.raw<PriceListView[]>([]);
  /** What the last refresh came to, in sentences. */
  result = $state<string[]>([]);
  busy = $state(false);
  problem = $state.raw<AppError | null>(null);
  /** The model whose price is being set. */
  edited = $state.raw<ModelView | null>(null);
  #backend: Pick<Backend, 'prices'>;

  constructor(backend: Pick<Backend, 'prices'>) {
    this.#backend = backend;
  }

  /** The latest day on which a list was asked for. */
  readonly date = $derived(this.lists.reduce((latest, list) => (list.date > latest ? list.date : latest), ''));

  async load(): Promise<void> {
    await this.#try(async () => void (this.lists = await this.#backend.prices.lists()));
  }

  async refresh(): Promise<void> {
    this.result = [];
    await this.#try(async () => {
      const lists = await this.#backend.prices.refresh();
      this.result = lists.map((list) => list.problem || `${list.label}: ${list.prices.toLocaleString('en-US')} prices${list.same ? ', unchanged' : ''}.`);
      this.lists = [...lists, ...this.lists.filter((list) => !lists.some((fresh) => fresh.label === list.label))];
    });
  }

  open = (model: ModelView): void => {
    this.problem = null;
    this.edited = model;
  };

  close = (): void => {
    this.problem = null;
    this.edited = null;
  };

  async set(input: string, output: string, cached: string): Promise<void> {
    await this.#change((m) => this.#backend.prices.set(m.endpoint, m.id, input, output, cached));
  }

  async unset(): Promise<void> {
    await this.#change((m) => this.#backend.prices.unset(m.endpoint, m.id));
  }

  async #change(how: (model: ModelView) => Promise<void>): Promise<void> {
    const model = this.edited;
    if (model !== null && (await this.#try(() => how(model)))) this.close();
  }

  async #try(how: () => Promise<void>): Promise<boolean> {
    this.busy = true;
    this.problem = null;
    try {
      await how();
    } catch (error) {
      this.problem = error as AppError;
    }
    this.busy = false;
    return this.problem === null;
  }
}
