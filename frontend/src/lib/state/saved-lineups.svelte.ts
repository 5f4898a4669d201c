import type { AppError, Backend, EntryView, Lanes, LineupView } from '../api';
import type { Lineup } from './lineup.svelte';
import type { Models } from './models.svelte';
import type { Settings } from './settings.svelte';
import type { Toasts } from './toasts.svelte';

/** What a lineup is of: whom it asks, and whether its local models run together. */
export interface Shape {
  entries: EntryView[];
  lanes: Lanes;
}

/** The lineups that have a name, and which of them is the present one. */
export class SavedLineups {
  list = $state.raw<LineupView[]>([]);
  problem = $state.raw<AppError | null>(null);

  /** The one that was taken or saved last. */
  #used = $state('');
  /** The one whose entries, parameters and lanes the present lineup has. */
  readonly current = $derived.by(() => {
    const now = printOf(this.shape);
    const same = this.list.filter((saved) => printOf(saved) === now);
    return same.find((saved) => saved.id === this.#used) ?? same[0];
  });
  /** The one that was taken and changed since: it can be kept under its name. */
  readonly changed = $derived.by(() => (this.current === undefined && this.#lineup.size > 0 ? this.list.find((saved) => saved.id === this.#used) : undefined));

  #backend: Pick<Backend, 'lineups'>;
  #lineup: Lineup;
  #settings: Settings;
  #models: Models;
  #toasts: Toasts;

  constructor(backend: Pick<Backend, 'lineups'>, lineup: Lineup, settings: Settings, models: Models, toasts: Toasts) {
    this.#backend = backend;
    this.#lineup = lineup;
    this.#settings = settings;
    this.#models = models;
    this.#toasts = toasts;
  }

  /** The present lineup. */
  get shape(): Shape {
    return { entries: this.#lineup.entries, lanes: this.#settings.view.lanes };
  }

  async load(): Promise<void> {
    await this.#try(async () => void (this.list = await this.#backend.lineups.list()));
  }

  /** Puts a lineup into the place of the present one, whole: what of it is gone or locked is said at its seat. */
  put({ entries, lanes }: Shape): void {
    this.#lineup.replace(entries);
    this.#settings.change({ lanes });
  }

  /** Makes a saved lineup the present one, with its parameters and lanes. */
  use(saved: LineupView): void {
    this.#used = saved.id;
    this.put(saved);
  }

  /** Saves the present lineup under a new name. False when it was refused. */
  save(name: string): Promise<boolean> {
    return this.#keep({ id: '', name, updatedAtMs: 0, ...this.shape });
  }

  /** Gives a saved lineup the entries of the present one. */
  update(saved: LineupView): Promise<boolean> {
    return this.#keep({ ...saved, ...this.shape });
  }

  rename(saved: LineupView, name: string): Promise<boolean> {
    return this.#keep({ ...saved, name });
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

  /** The names of what a saved lineup asks and what is offered no longer. Nothing is said of a provider that does not answer. */
  gone(saved: LineupView): string[] {
    if (!this.#models.loaded) return [];
    const isGone = (entry: EntryView) => {
      const endpoint = this.#models.endpoint(entry.endpoint);
      return endpoint === undefined || (endpoint.state === 'ready' && this.#models.find(entry) === undefined);
    };
    return saved.entries.filter(isGone).map((entry) => entry.model);
  }

  /** Who holds the weights, entry by entry. */
  tones(saved: LineupView): string[] {
    return saved.entries.map((entry) => this.#models.find(entry)?.openness ?? 'unknown');
  }

  #keep(view: LineupView): Promise<boolean> {
    return this.#changing(async () => void (this.#used = (await this.#backend.lineups.save(view)).id));
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
function printOf({ entries, lanes }: Shape): string {
  return JSON.stringify([lanes, ...entries.map(({ endpoint, model, params, repeats }) => [endpoint, model, Math.max(repeats, 1), Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1))])]);
}
