import type { AppError, Backend, SetPreviewView, SetRequest, SetView } from '../api';
import type { Draft } from './draft.svelte';

/** How long after the last change a set is looked at, in milliseconds: never while one types. */
const LOOK_AFTER = 250;

/** The set that is being made of the draft: its table, and what it would be. What was pasted stays when it is closed. */
export class SetDraft {
  open = $state(false);
  name = $state('');
  table = $state('');
  /** Null until the table was looked at. */
  preview = $state.raw<SetPreviewView | null>(null);
  problem = $state.raw<AppError | null>(null);
  starting = $state(false);
  /** Names of the models, in lineup order. */
  names = $state.raw<string[]>([]);

  #backend: Pick<Backend, 'sets'>;
  #draft: Draft;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  constructor(backend: Pick<Backend, 'sets'>, draft: Draft) {
    this.#backend = backend;
    this.#draft = draft;
  }

  show(names: string[]): void {
    this.open = true;
    this.names = names;
    this.problem = null;
    void this.look();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.open = false;
  }

  /** The table that was typed or pasted. */
  write(table: string): void {
    this.table = table;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.look(), LOOK_AFTER);
  }

  /** Opens the system's dialog. */
  async pick(): Promise<void> {
    await this.#try(async () => {
      const file = await this.#backend.sets.pickTable();
      if (file.name === '') return;
      this.table = file.text;
      if (this.name === '') this.name = file.name.replace(/\.[^.]*$/, '');
      await this.look();
    });
  }

  async look(): Promise<void> {
    const asked = ++this.#asked;
    if (this.table.trim() === '') {
      this.preview = null;
      return;
    }
    await this.#try(async () => {
      const preview = await this.#backend.sets.look(this.#request(false));
      if (asked === this.#asked) this.preview = preview;
    });
  }

  /** Saves it and asks its first row; null when it was refused. */
  async start(confirmed: boolean): Promise<SetView | null> {
    if (this.starting) return null;
    this.starting = true;
    let started: SetView | null = null;
    await this.#try(async () => {
      started = await this.#backend.sets.start(this.#request(confirmed));
      this.close();
      this.name = '';
      this.table = '';
      this.preview = null;
    });
    this.starting = false;
    return started;
  }

  #request(confirmed: boolean): SetRequest {
    const request = { ...this.#draft.request(), confirmed, template: false, variables: [], parentId: '', relation: '' as const, baseRunId: '', unmark: false };
    return { name: this.name, table: this.table, request };
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      this.problem = null;
      await work();
    } catch (error) {
      this.problem = error as AppError;
    }
  }
}
