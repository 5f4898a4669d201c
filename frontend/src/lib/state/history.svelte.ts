import { type AppError, type Backend, type ComparisonView, emptyQuery, type FacetsView, type HistoryPageView, type HistoryQuery, type HistoryRowView, type HistorySort } from '../api';

/** What narrows the list beside the words. */
export type Filters = Omit<HistoryQuery, 'text' | 'sort' | 'cursor' | 'limit'>;

export const NO_FILTERS: Filters = emptyQuery();

const NO_FACETS: FacetsView = { models: [], providers: [], openness: [], places: [], tags: [], categories: [], statuses: [], verdicts: [] };

/** Rows of a first page, which must come while one types, and of those that follow. */
const FIRST = 50;
const NEXT = 200;
/** How many rows are read again when one comes back to the list. */
const AGAIN = 1000;

/** The list of past comparisons: searched as one types, filtered, read page by page, with one row pointed out and some marked. */
export class History {
  rows = $state.raw<HistoryRowView[]>([]);
  text = $state('');
  filters = $state.raw<Filters>(NO_FILTERS);
  sort = $state<HistorySort>('newest');
  loading = $state(false);
  /** True once the first page for the query is here. */
  loaded = $state(false);
  /** Why the list could not be read or changed. */
  problem = $state.raw<AppError | null>(null);
  /** How many comparisons fit the query; -1 when that was not counted. */
  total = $state(-1);
  /** When nothing fits: how many fit the words alone; -1 when there are no filters. */
  wordsAlone = $state(-1);
  /** Comparisons that filters cannot see yet. */
  left = $state(0);
  facets = $state.raw<FacetsView>(NO_FACETS);
  /** How many comparisons there are; -1 until it is known. */
  all = $state(-1);
  /** The id of the row that is pointed out. */
  selected = $state('');
  /** The ids of the rows that one action is meant for. */
  marked = $state.raw<ReadonlySet<string>>(new Set());
  /** The selected comparison as a whole, once it is read. */
  preview = $state.raw<ComparisonView | null>(null);
  previewProblem = $state.raw<AppError | null>(null);

  readonly row = $derived.by(() => this.rows[this.indexOf(this.selected)]);
  /** How many comparisons wait for a vote. */
  readonly unrated = $derived(this.facets.verdicts.find((facet) => facet.value === 'unrated')?.count ?? 0);
  readonly filtered = $derived(JSON.stringify(this.filters) !== JSON.stringify(NO_FILTERS));
  #backend: Pick<Backend, 'history' | 'comparisons'>;
  #next = $state('');
  /** Grows with each new list: a reply to an older one is late and dropped. */
  #turn = 0;
  /** Where each id stands in rows. */
  #index = new Map<string, number>();
  /** The other end of a range of marks. */
  #anchor = '';

  constructor(backend: Pick<Backend, 'history' | 'comparisons'>) {
    this.#backend = backend;
  }

  get more(): boolean {
    return this.#next !== '';
  }

  /** What an action is meant for: the marked rows in the list's order, or else the one that is pointed out. */
  get targets(): string[] {
    if (this.marked.size === 0) return this.row === undefined ? [] : [this.selected];
    return this.rows.filter((row) => this.marked.has(row.id)).map((row) => row.id);
  }

  /** Where a row stands in the list; -1 when it is not there. */
  indexOf(id: string): number {
    void this.rows; // whoever asks wants to know when it changes
    return this.#index.get(id) ?? -1;
  }

  /** Reads the first page for words. */
  async search(text = this.text): Promise<void> {
    this.text = text;
    if (text.trim() === '' && this.sort === 'relevance') this.sort = 'newest';
    await this.#begin();
  }

  async filter(change: Partial<Filters>): Promise<void> {
    this.filters = { ...this.filters, ...change };
    await this.#begin();
  }

  async dropFilters(): Promise<void> {
    this.filters = NO_FILTERS;
    await this.#begin();
  }

  async sortBy(sort: HistorySort): Promise<void> {
    this.sort = sort;
    await this.#begin();
  }

  /** Shows everything again. */
  async clear(): Promise<void> {
    this.text = '';
    this.filters = NO_FILTERS;
    this.sort = 'newest';
    await this.#begin();
  }

  /** Reads what is shown once more: comparisons may have come, gone or been rated. Returns when all of it is here. */
  async refresh(): Promise<void> {
    const wanted = Math.min(this.rows.length, AGAIN);
    this.#turn++;
    await this.#read(async (turn) => {
      const rows: HistoryRowView[] = [];
      let next = '';
      do {
        const page = await this.#page(next, wanted > FIRST ? NEXT : FIRST);
        if (turn !== this.#turn) return;
        rows.push(...page.rows);
        next = page.next;
        this.#count(page);
      } while (next !== '' && rows.length < wanted);
      this.#show(rows);
      this.#next = next;
      this.marked = new Set([...this.marked].filter((id) => this.#index.has(id)));
    });
  }

  /** Reads the next page unless one is on its way or none is left. */
  async readMore(): Promise<void> {
    if (this.loading || this.#next === '') return;
    await this.#read((turn) => this.#follow(turn, NEXT));
  }

  /** Reads what the filters offer, and how many comparisons there are. These are extras: without them the list works. */
  async survey(): Promise<void> {
    const { facets, search } = this.#backend.history;
    const [offered, everything] = await Promise.allSettled([facets(), search({ ...emptyQuery(), limit: 1 })]);
    if (offered.status === 'fulfilled') this.facets = offered.value;
    if (everything.status === 'fulfilled') this.all = everything.value.total;
  }

  /** Points out a row some places on; near the end of what is here the next page is read. */
  step(by: number): void {
    const at = this.indexOf(this.selected);
    const to = Math.min(Math.max(at + by, 0), this.rows.length - 1);
    this.selected = this.rows[to]?.id ?? '';
    this.#anchor = this.selected;
    if (to === this.rows.length - 1) void this.readMore();
  }

  /** Points out a row. */
  select(id: string): void {
    this.selected = id;
    this.#anchor = id;
  }

  /** Marks a row, or takes its mark back. The first mark takes the row that was pointed out along. */
  toggle(id: string): void {
    const marks = new Set(this.marked);
    if (!marks.delete(id)) marks.add(id);
    this.marked = marks;
    this.select(id);
  }

  /** Marks all rows from the last one that was pointed at to this one. */
  markTo(id: string): void {
    const ends = [this.indexOf(this.#anchor || this.selected), this.indexOf(id)].map((at) => Math.max(at, 0));
    this.marked = new Set([...this.marked, ...this.rows.slice(Math.min(...ends), Math.max(...ends) + 1).map((row) => row.id)]);
    this.selected = id;
  }

  /** Marks two rows: a step with Shift goes from one to the other. */
  markBetween(from: string, to: string): void {
    this.marked = new Set([...this.marked, from, to].filter((id) => id !== ''));
  }

  /** Marks all rows that are here. */
  markAll(): void {
    this.marked = new Set(this.rows.map((row) => row.id));
  }

  unmark(): void {
    this.marked = new Set();
  }

  /** Reads the selected comparison. A reply that comes after another row was selected is dropped. */
  async look(): Promise<void> {
    const id = this.selected;
    if (this.preview?.id !== id) this.preview = null;
    this.previewProblem = null;
    if (id === '') return;
    try {
      const comparison = await this.#backend.comparisons.get(id);
      if (id === this.selected) this.preview = comparison;
    } catch (error) {
      if (id === this.selected) this.previewProblem = error as AppError;
    }
  }

  /** Deletes comparisons. Returns what puts them back, or null when they could not be deleted. */
  async remove(ids: readonly string[]): Promise<(() => Promise<void>) | null> {
    const gone = new Set(ids);
    const taken = new Map<string, HistoryRowView[]>();
    let before = ''; // the row that follows and stays
    for (const row of this.rows.toReversed()) {
      if (!gone.has(row.id)) before = row.id;
      else if (taken.get(before)?.push(row) === undefined) taken.set(before, [row]);
    }
    for (const rows of taken.values()) rows.reverse();
    if (taken.size === 0) return null;
    const turn = this.#turn;
    this.#take(gone);
    if (!(await this.#try(() => this.#backend.history.delete([...ids])))) {
      this.#put(taken, turn);
      return null;
    }
    void this.survey();
    return async () => {
      if (!(await this.#try(() => this.#backend.history.undelete([...ids])))) return;
      this.#put(taken, turn);
      void this.survey();
    };
  }

  /** Adds tags to comparisons and removes others; false when that failed. */
  async tag(ids: readonly string[], add: string[], remove: string[]): Promise<boolean> {
    if (!(await this.#try(() => this.#backend.history.tag([...ids], add, remove)))) return false;
    const meant = new Set(ids);
    const change = (tags: string[]) => [...tags.filter((t) => !remove.includes(t) && !add.includes(t)), ...add];
    this.rows = this.rows.map((row) => (meant.has(row.id) ? { ...row, tags: change(row.tags) } : row));
    void this.survey();
    return true;
  }

  #page(cursor: string, limit: number) {
    return this.#backend.history.search({ ...this.filters, text: this.text, sort: this.sort, cursor, limit });
  }

  async #begin(): Promise<void> {
    const turn = ++this.#turn;
    this.marked = new Set();
    await this.#read(async () => {
      const page = await this.#page('', FIRST);
      if (turn !== this.#turn) return;
      this.#count(page);
      this.#show(page.rows);
      this.#next = page.next;
      this.wordsAlone = -1;
      await this.#follow(turn, FIRST, page.rows.length);
      if (turn === this.#turn && this.rows.length === 0 && this.filtered) await this.#askWordsAlone(turn);
    });
    // Rows that another query found would pass for this one's.
    if (turn === this.#turn && this.problem !== null) this.#show([]);
  }

  /** Reads on until rows came: a page may be empty though more follow. */
  async #follow(turn: number, limit: number, came = 0): Promise<void> {
    while (came === 0 && this.#next !== '') {
      const page = await this.#page(this.#next, limit);
      if (turn !== this.#turn) return;
      // Rows went or came while the page was on its way: what is shown now is what the page follows.
      const fresh = page.rows.filter((row) => !this.#index.has(row.id));
      for (const [i, row] of fresh.entries()) this.#index.set(row.id, this.rows.length + i);
      this.rows = [...this.rows, ...fresh];
      this.#next = page.next;
      if (this.selected === '') this.select(fresh[0]?.id ?? '');
      came = fresh.length;
    }
  }

  async #askWordsAlone(turn: number): Promise<void> {
    const { total, rows } = await this.#backend.history.search({ ...emptyQuery(), text: this.text, limit: 1 });
    if (turn === this.#turn) this.wordsAlone = Math.max(total, rows.length);
  }

  #count({ total, left }: HistoryPageView): void {
    this.total = total;
    this.left = left;
  }

  #show(rows: HistoryRowView[]): void {
    this.rows = rows;
    this.#index = new Map(rows.map((row, at) => [row.id, at]));
    if (!this.#index.has(this.selected)) this.select(rows[0]?.id ?? '');
  }

  #take(gone: ReadonlySet<string>): void {
    const at = Math.max(this.indexOf(this.selected), 0);
    const left = this.rows.filter((row) => !gone.has(row.id));
    const next = this.rows.slice(at).find((row) => !gone.has(row.id)) ?? left.at(-1);
    if (this.total >= 0) this.total -= this.rows.length - left.length;
    this.marked = new Set();
    if (gone.has(this.selected)) this.select(next?.id ?? '');
    this.#show(left);
  }

  /** Puts rows back where they were. When the list was read anew meanwhile, it is read again instead. */
  #put(taken: ReadonlyMap<string, HistoryRowView[]>, turn: number): void {
    if (turn !== this.#turn) return void this.refresh();
    const rows = this.rows.flatMap((row) => [...(taken.get(row.id) ?? []), row]);
    const here = new Set(rows);
    rows.push(...[...taken.values()].flat().filter((row) => !here.has(row)));
    if (this.total >= 0) this.total += rows.length - this.rows.length;
    this.#show(rows);
    this.select([...taken.values()].at(-1)?.[0]?.id ?? '');
  }

  /** Runs what changes the list, and keeps why it failed unless a newer list was asked for. */
  async #read(work: (turn: number) => Promise<void>): Promise<void> {
    const turn = this.#turn;
    this.loading = true;
    try {
      await work(turn);
      if (turn === this.#turn) this.problem = null;
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
