import { type AppError, type Backend, type ComparisonView, emptyQuery, type HistoryRowView } from '../api';

const PAGE = 50;

/** The list of past comparisons: filtered as one types, read page by page. */
export class History {
  rows = $state.raw<HistoryRowView[]>([]);
  query = $state('');
  loading = $state(false);
  /** True once the first page for the query is here. */
  loaded = $state(false);
  problem = $state.raw<AppError | null>(null);
  /** The id of the row that is pointed out. */
  selected = $state('');
  /** The selected comparison as a whole, once it is read. */
  preview = $state.raw<ComparisonView | null>(null);

  readonly row = $derived(this.rows.find((row) => row.id === this.selected));
  #backend: Pick<Backend, 'history' | 'comparisons'>;
  #next = $state('');
  /** Grows with each new list: a reply to an older one is late and dropped. */
  #turn = 0;

  constructor(backend: Pick<Backend, 'history' | 'comparisons'>) {
    this.#backend = backend;
  }

  get more(): boolean {
    return this.#next !== '';
  }

  /** Reads the first page for a query. */
  async search(query = this.query): Promise<void> {
    this.query = query;
    this.#turn++;
    await this.#read('', []);
    if (!this.rows.some((row) => row.id === this.selected)) this.selected = this.rows[0]?.id ?? '';
  }

  /** Reads the next page unless one is on its way or none is left. */
  async readMore(): Promise<void> {
    if (this.loading || this.#next === '') return;
    await this.#read(this.#next, this.rows);
  }

  /** Points out the next or previous row; at the end of what is here the next page is read. */
  step(by: number): void {
    const at = this.rows.findIndex((row) => row.id === this.selected);
    const to = Math.min(Math.max(at + by, 0), this.rows.length - 1);
    this.selected = this.rows[to]?.id ?? '';
    if (to === this.rows.length - 1) void this.readMore();
  }

  /** Reads the selected comparison. A reply that comes after another row was selected is dropped. */
  async look(): Promise<void> {
    const id = this.selected;
    if (this.preview?.id !== id) this.preview = null;
    if (id === '') return;
    try {
      const comparison = await this.#backend.comparisons.get(id);
      if (id === this.selected) this.preview = comparison;
    } catch (error) {
      if (id === this.selected) this.problem = error as AppError;
    }
  }

  /** Deletes a comparison. Returns what puts it back, or null when it could not be deleted. */
  async remove(id: string): Promise<(() => Promise<void>) | null> {
    const at = this.rows.findIndex((row) => row.id === id);
    const row = this.rows[at];
    if (row === undefined) return null;
    const turn = this.#turn;
    this.#take(id);
    if (!(await this.#try(() => this.#backend.history.delete([id])))) {
      this.#put(row, at, turn);
      return null;
    }
    return async () => {
      if (await this.#try(() => this.#backend.history.undelete([id]))) this.#put(row, at, turn);
    };
  }

  #take(id: string): void {
    const at = this.rows.findIndex((row) => row.id === id);
    this.rows = this.rows.filter((row) => row.id !== id);
    if (this.selected === id) this.selected = (this.rows[at] ?? this.rows[at - 1])?.id ?? '';
  }

  /** Puts a row back where it was. When the list was read anew meanwhile, it is read again instead. */
  #put(row: HistoryRowView, at: number, turn: number): void {
    if (turn !== this.#turn) return void this.search();
    this.rows = [...this.rows.slice(0, at), row, ...this.rows.slice(at)];
    this.selected = row.id;
  }

  async #read(cursor: string, before: HistoryRowView[]): Promise<void> {
    const turn = this.#turn;
    this.loading = true;
    try {
      const page = await this.#backend.history.search({ ...emptyQuery(), text: this.query, cursor, limit: PAGE });
      if (turn !== this.#turn) return;
      // Rows that went or came while the page was on its way: what is shown now is what the page follows.
      const shown = cursor === '' ? before : this.rows;
      this.rows = [...shown, ...page.rows.filter((row) => !shown.some((other) => other.id === row.id))];
      this.#next = page.next;
      this.problem = null;
    } catch (error) {
      if (turn === this.#turn) this.problem = error as AppError;
    } finally {
      if (turn === this.#turn) {
        this.loading = false;
        this.loaded = true;
      }
    }
  }

  async #try(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      this.problem = null;
      return true;
    } catch (error) {
      this.problem = error as AppError;
      return false;
    }
  }
}
