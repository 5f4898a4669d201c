import type { AppError, Backend, Frame, SetCellView, SetHeadView, SetRowView, SetView } from '../api';
import { total } from '../format/money';
import type { Toasts } from './toasts.svelte';

/** How often at most changed rows are read again, and the going row drawn, in milliseconds. */
const READ_EVERY = 400;
const DRAW_EVERY = 150;

/** The prompt sets: their list, and the one whose table is on the screen. */
export class Sets {
  list = $state.raw<SetHeadView[]>([]);
  loaded = $state(false);
  view = $state.raw<SetView | null>(null);
  problem = $state.raw<AppError | null>(null);
  /** What the row that is being asked has so far, by run. */
  live = $state.raw<ReadonlyMap<string, SetCellView>>(new Map());

  /** The one that runs, of several the newest. */
  readonly going = $derived(this.list.find((head) => head.state === 'running') ?? null);
  readonly head = $derived(this.view?.head ?? null);
  /** What the shown set has cost; a lower bound while something is not known. */
  readonly spent = $derived.by(() => spentBy(this.view?.rows ?? []));

  #backend: Pick<Backend, 'sets' | 'events'>;
  #toasts: Toasts;
  #cells = new Map<string, SetCellView>();
  /** The rows that have changed since they were read. */
  #stale = new Set<number>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #drawn: ReturnType<typeof setTimeout> | undefined;

  constructor(backend: Pick<Backend, 'sets' | 'events'>, toasts: Toasts) {
    this.#backend = backend;
    this.#toasts = toasts;
    backend.sets.onChange((head) => this.#changed(head));
    backend.events.onFrame((frame) => this.#frame(frame));
  }

  async load(): Promise<void> {
    await this.#try(async () => {
      this.list = await this.#backend.sets.list();
      this.loaded = true;
    });
  }

  async open(id: string): Promise<boolean> {
    return this.#try(async () => this.show(await this.#backend.sets.get(id)));
  }

  /** Shows a set as it came from Go. */
  show(view: SetView): void {
    if (view.head.id !== this.view?.head.id) this.#cells.clear();
    this.#stale.clear();
    this.view = view;
    this.#keep(view.head);
    this.#draw();
  }

  close(): void {
    this.#stale.clear();
    this.view = null;
    void this.load();
  }

  /** The cells of a row: of the one that goes on as far as they have come. */
  cellsOf(row: SetRowView): SetCellView[] {
    if (row.ended || row.comparisonId !== this.head?.comparisonId) return row.runs;
    return row.runs.map((cell) => this.live.get(cell.runId) ?? cell);
  }

  run = (id: string, confirmed = false): Promise<boolean> => this.#act(() => this.#backend.sets.run(id, confirmed));
  pause = (id: string): Promise<boolean> => this.#act(() => this.#backend.sets.pause(id));
  stop = (id: string): Promise<boolean> => this.#act(() => this.#backend.sets.stop(id));

  async rename(id: string, name: string): Promise<void> {
    if (!(await this.#act(() => this.#backend.sets.rename(id, name)))) return;
    if (this.view?.head.id === id) await this.open(id);
    await this.load();
  }

  /** Takes a set out of the list, with time to undo it. Its comparisons stay. */
  async remove(head: SetHeadView): Promise<void> {
    if (!(await this.#act(() => this.#backend.sets.delete(head.id)))) return;
    if (this.head?.id === head.id) this.view = null;
    await this.load();
    const undo = async () => {
      await this.#act(() => this.#backend.sets.undelete(head.id));
      await this.load();
    };
    this.#toasts.show(`“${head.name}” deleted. Its comparisons stay in the history.`, { action: { label: 'Undo', run: () => void undo() } });
  }

  async export(id: string): Promise<void> {
    await this.#act(async () => {
      const { name } = await this.#backend.sets.export(id);
      if (name !== '') this.#toasts.show(`The table is in ${name}.`);
    });
  }

  #act(work: () => Promise<void>): Promise<boolean> {
    return this.#try(work).then((done) => {
      if (!done && this.problem !== null) this.#toasts.show(this.problem.message, { tone: 'bad' });
      return done;
    });
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

  #changed(head: SetHeadView): void {
    this.#keep(head);
    if (this.view?.head.id !== head.id) return;
    for (const row of [this.view.head.row, head.row]) if (row >= 0) this.#stale.add(row);
    this.view = { ...this.view, head: merged(this.view.head, head) };
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#read(head.id);
    }, READ_EVERY);
  }

  /** Takes a head into the list: one of an event lacks what never changes. */
  #keep(head: SetHeadView): void {
    const known = this.list.find((h) => h.id === head.id);
    if (known === undefined) this.list = [head, ...this.list];
    else this.list = this.list.map((h) => (h === known ? merged(h, head) : h));
  }

  /** Reads the rows again that have changed: not at every event of a quick set, and never the whole table. */
  async #read(id: string): Promise<void> {
    const stale = [...this.#stale];
    this.#stale.clear();
    if (stale.length === 0) return;
    await this.#try(async () => {
      const fresh = new Map((await this.#backend.sets.rows(id, stale)).map((row) => [row.row, row]));
      if (this.view?.head.id !== id) return;
      this.view = { ...this.view, rows: this.view.rows.map((row) => fresh.get(row.row) ?? row) };
      this.#draw();
    });
  }

  #frame(frame: Frame): void {
    if (this.head === null || frame.comparison !== this.head.comparisonId) return;
    for (const patch of frame.runs) {
      const known = this.#cells.get(patch.id) ?? this.view?.rows[this.head.row]?.runs.find((cell) => cell.runId === patch.id);
      if (known === undefined) continue; // blind, or read with the next table
      this.#cells.set(patch.id, {
        ...known, status: patch.status, totalMs: patch.metrics.totalMs, cost: patch.metrics.cost,
        error: patch.run?.error?.message ?? known.error,
      }); // prettier-ignore
    }
    this.#drawn ??= setTimeout(() => {
      this.#drawn = undefined;
      this.#draw();
    }, DRAW_EVERY);
  }

  #draw(): void {
    this.live = new Map(this.#cells);
  }
}

function merged(before: SetHeadView, head: SetHeadView): SetHeadView {
  return { ...head, createdAtMs: head.createdAtMs || before.createdAtMs, models: head.models || before.models };
}

interface Spent {
  /** Exact decimal dollars. */
  usd: string;
  /** The true sum may be higher. */
  atLeast: boolean;
}

function spentBy(rows: readonly SetRowView[]): Spent {
  const cells = rows.flatMap((row) => row.runs);
  const known = cells.map((cell) => cell.cost.usd).filter((usd) => usd !== null);
  const open = cells.some((cell) => cell.cost.atLeast || (cell.cost.usd === null && cell.status !== 'queued')) || rows.some((row) => row.blind || row.gone);
  return { usd: total(known) ?? '0', atLeast: open };
}
