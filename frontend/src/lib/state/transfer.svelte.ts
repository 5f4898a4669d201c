import type { AppError, Backend, BackupView, ExportFormat, ExtentView, FoundView, TransferView } from '../api';
import { bytes } from '../format/bytes';
import { things } from '../format/things';
import type { Toasts } from './toasts.svelte';

type What = 'export' | 'import' | 'data';

/** Exports, imports and backups: what their dialogs show, one dialog at a time. */
export class Transfer {
  /** The dialog that is open. */
  open = $state<What | null>(null);
  format = $state<ExportFormat>('html');
  /** What the export would hold; null until that is counted. */
  extent = $state.raw<ExtentView | null>(null);
  /** What the chosen file holds; null until it was read. */
  found = $state.raw<FoundView | null>(null);
  /** How far the transfer is that goes on; null when none does. */
  progress = $state.raw<TransferView | null>(null);
  /** A cancel was asked for and has not come through yet. */
  stopping = $state(false);
  backups = $state.raw<BackupView[]>([]);
  /** What is wrong with the history, once it was checked. */
  faults = $state.raw<string[] | null>(null);
  /** What the Data dialog does now. */
  working = $state<'backup' | 'check' | 'restore' | null>(null);
  /** A backup was chosen: the next start puts it in place. */
  restoring = $state(false);
  problem = $state.raw<AppError | null>(null);

  /** The ids to export; none means everything. */
  ids = $state.raw<readonly string[]>([]);
  readonly #backend: Pick<Backend, 'transfers' | 'backups'>;
  readonly #toasts: Toasts;
  readonly #onimported: () => void;

  /** onimported is called when the history has more than before. */
  constructor(backend: Pick<Backend, 'transfers' | 'backups' | 'events'>, toasts: Toasts, onimported: () => void) {
    this.#backend = backend;
    this.#toasts = toasts;
    this.#onimported = onimported;
    backend.events.onTransfer((transfer) => {
      if (this.progress !== null) this.progress = transfer;
    });
  }

  /** How many comparisons the file will have: what is blind or goes on is left out. */
  readonly exported = $derived.by(() => (this.extent === null ? 0 : this.extent.comparisons - this.extent.blind - this.extent.going));

  async openExport(ids: readonly string[]): Promise<void> {
    this.#show('export');
    this.ids = ids;
    this.extent = null;
    await this.#try(async () => void (this.extent = await this.#backend.transfers.preview([...ids])));
  }

  /** Lets the user choose a file and reads it; the dialog shows what it holds before anything is written. */
  async openImport(): Promise<void> {
    this.#show('import');
    this.found = null;
    await this.#move('look', async () => {
      const found = await this.#backend.transfers.choose();
      if (found.name === '') this.open = null;
      else this.found = found;
    });
  }

  async openData(): Promise<void> {
    this.#show('data');
    this.faults = null;
    await this.#try(async () => void (this.backups = await this.#backend.backups.list()));
  }

  /** Closes the dialog; a transfer that goes on is cancelled. */
  close = (): void => {
    if (this.progress !== null) void this.cancel();
    else this.open = null;
  };

  async export(): Promise<void> {
    await this.#move('export', async () => {
      const done = await this.#backend.transfers.export([...this.ids], this.format);
      if (done.name === '') return;
      this.open = null;
      this.#toasts.show(`Exported ${things(done.comparisons, 'comparison')} to ${done.name}, ${bytes(done.bytes)}. ${done.left}`.trim());
    });
  }

  async import(): Promise<void> {
    await this.#move('import', async () => {
      const done = await this.#backend.transfers.import();
      this.open = null;
      this.#toasts.show(`Imported ${things(done.new, 'comparison')} from ${done.name}.`);
      this.#onimported();
    });
  }

  async cancel(): Promise<void> {
    this.stopping = true;
    await this.#try(() => this.#backend.transfers.cancel());
  }

  async backUp(): Promise<void> {
    await this.#work('backup', async () => {
      const made = await this.#backend.backups.now();
      this.backups = await this.#backend.backups.list();
      this.#toasts.show(`Backed up and checked, ${bytes(made.bytes)}.`);
    });
  }

  /** Takes a backup of the list, or a file that the user chooses. */
  async restore(name = ''): Promise<void> {
    await this.#work('restore', async () => {
      if (await this.#backend.backups.restore(name)) this.restoring = true;
    });
  }

  async check(): Promise<void> {
    await this.#work('check', async () => void (this.faults = await this.#backend.backups.check()));
  }

  #show(what: What): void {
    this.open = what;
    this.problem = null;
    this.stopping = false;
  }

  async #move(did: TransferView['did'], work: () => Promise<void>): Promise<void> {
    this.problem = null;
    this.progress = { did, done: 0, total: 0 };
    await this.#try(work);
    this.progress = null;
    this.stopping = false;
  }

  async #work(what: 'backup' | 'check' | 'restore', work: () => Promise<void>): Promise<void> {
    this.working = what;
    await this.#try(work);
    this.working = null;
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.problem = null;
    } catch (error) {
      this.problem = error as AppError;
    }
  }
}
