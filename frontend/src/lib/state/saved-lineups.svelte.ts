import type { AppError, Backend, EntryView, LineupView } from '../api';
import type { Lineup } from './lineup.svelte';
import type { Settings } from './settings.svelte';
import type { Toasts } from './toasts.svelte';

/** The lineups that have a name, and which of them is the present one. */
export class SavedLineups {
  list = $state.raw<LineupView[]>([]);
  problem = $state.raw<AppError | null>(null);

  /** The one whose entries, parameters and lanes the present lineup has. */
  readonly current = $derived.by(() => {
    const now = printOf(this.#lineup.entries, this.#settings.view.lanes);
    return this.list.find((saved) => printOf(saved.entries, saved.lanes) === now);
  });

  #backend: Pick<Backend, 'lineups'>;
  #lineup: Lineup;
  #settings: Settings;
  #toasts: Toasts;

  constructor(backend: Pick<Backend, 'lineups'>, lineup: Lineup, settings: Settings, toasts: Toasts) {
    this.#backend = backend;
    this.#lineup = lineup;
    this.#settings = settings;
    this.#toasts = toasts;
  }

  async load(): Promise<void> {
    await this.#try(async () => void (this.list = await this.#backend.lineups.list()));
  }

  /** Makes a saved lineup the present one, with its parameters and lanes. */
  use(saved: LineupView): void {
    this.#lineup.replace(saved.entries);
    this.#settings.change({ lanes: saved.lanes });
  }

  /** Saves the present lineup under a new name. False when it was refused. */
  save(name: string): Promise<boolean> {
    return this.#put({ id: '', name, entries: this.#lineup.entries, lanes: this.#settings.view.lanes, updatedAtMs: 0 });
  }

  /** Gives a saved lineup the entries of the present one. */
  update(saved: LineupView): Promise<boolean> {
    return this.#put({ ...saved, entries: this.#lineup.entries, lanes: this.#settings.view.lanes });
  }

  rename(saved: LineupView, name: string): Promise<boolean> {
    return this.#put({ ...saved, name });
  }

  /** Moves a lineup in the list by a number of places. */
  async move(saved: LineupView, by: number): Promise<void> {
    const to = this.list.indexOf(saved) + by;
    if (to < 0 || to >= this.list.length) return;
    await this.#changing(() => this.#backend.lineups.move(saved.id, to));
  }

  /** Deletes one, with time to undo it. */
  async remove(saved: LineupView): Promise<void> {
    if (!(await this.#changing(() => this.#backend.lineups.delete(saved.id)))) return;
    const undo = async () => {
      if (!(await this.#changing(() => this.#backend.lineups.undelete(saved.id))) && this.problem) this.#toasts.show(this.problem.message, { tone: 'bad' });
    };
    this.#toasts.show(`Lineup “${saved.name}” deleted.`, { action: { label: 'Undo', run: () => void undo() } });
  }

  #put(view: LineupView): Promise<boolean> {
    return this.#changing(() => this.#backend.lineups.save(view));
  }

  #changing(work: () => Promise<unknown>): Promise<boolean> {
    return this.#try(async () => {
      await work();
      this.list = await this.#backend.lineups.list();
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
}

/** What makes two lineups the same: whom they ask, with which parameters, how often, in which order and lanes. */
function printOf(entries: readonly EntryView[], lanes: string): string {
  return JSON.stringify([lanes, ...entries.map(({ endpoint, model, params, repeats }) => [endpoint, model, Math.max(repeats, 1), Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1))])]);
}
