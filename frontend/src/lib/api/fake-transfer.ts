/** The fake backend's exports, imports and backups: files without a disk. */
import type { Backend, BackupView, ExportedView, ExtentView, FoundView, TransferView } from './backend';
import { AppError } from './errors';

const STEPS = 20;

/** What the library of the fake can tell of comparisons. */
export interface Library {
  /** How many comparisons there are, and how many of these ids are blind. */
  size(): number;
  blind(ids: readonly string[]): number;
}

export class FakeTransfers {
  /** Files that were written: their names. */
  readonly written: string[] = [];
  /** The file that the dialog names; "" when the user closes it. */
  chosen = 'history.jsonl';
  /** Milliseconds between two steps of a transfer. */
  stepMs = 40;
  readonly #library: Library;
  readonly #emit: (transfer: TransferView) => void;
  #stop = false;
  #going = false;
  #looked: FoundView | null = null;

  constructor(library: Library, emit: (transfer: TransferView) => void) {
    this.#library = library;
    this.#emit = emit;
  }

  transfers: Backend['transfers'] = {
    preview: async (ids): Promise<ExtentView> => {
      const comparisons = ids.length || this.#library.size();
      return { comparisons, runs: comparisons * 4, attachments: Math.floor(comparisons / 9), votes: Math.floor(comparisons / 3), blind: this.#library.blind(ids), going: 0 };
    },
    export: async (ids, format): Promise<ExportedView> => {
      const { comparisons, blind } = await this.transfers.preview(ids);
      if (this.chosen === '') return { name: '', comparisons: 0, bytes: 0, left: '' };
      await this.#play('export', comparisons);
      const name = `bakeoff-2026-11-24.${format}`;
      this.written.push(name);
      const left = blind > 0 ? `Left out, still blind: vote or reveal first: ${blind}.` : '';
      return { name, comparisons: comparisons - blind, bytes: (comparisons - blind) * 9400, left };
    },
    choose: async (): Promise<FoundView> => {
      if (this.chosen === '') return { name: '', source: 'bakeoff', new: 0, same: 0, different: 0, runs: 0, votes: 0 };
      await this.#play('look', 0);
      if (!/\.jsonl?$/.test(this.chosen)) throw new AppError({ code: 'invalid', message: 'Line 3 cannot be imported: it is no JSON. Nothing was imported.' });
      this.#looked = { name: this.chosen, source: this.chosen.endsWith('.json') ? 'promptfoo' : 'bakeoff', new: 214, same: 36, different: 1, runs: 842, votes: 97 };
      return this.#looked;
    },
    import: async (): Promise<FoundView> => {
      if (this.#looked === null) throw new AppError({ code: 'invalid', message: 'No file was chosen. Choose one first.' });
      await this.#play('import', 0);
      const done = this.#looked;
      this.#looked = null;
      return done;
    },
    cancel: async () => void (this.#stop = true),
  };

  #list: BackupView[] = [1, 2, 3, 26].map((days) => backup(Date.UTC(2026, 10, 24, 9) - days * 86_400_000, days === 26));
  backups: Backend['backups'] = {
    list: async () => this.#list,
    now: async () => {
      await this.#pause();
      const made = backup(Date.now(), false);
      this.#list = [made, ...this.#list];
      return made;
    },
    restore: async (name) => name !== '' || this.chosen !== '',
    check: async () => {
      await this.#pause();
      return [];
    },
  };

  async #play(did: TransferView['did'], total: number): Promise<void> {
    if (this.#going) throw new AppError({ code: 'invalid', message: 'Another export or import is going on. Wait for it or cancel it.' });
    this.#going = true;
    this.#stop = false;
    try {
      for (let step = 1; step <= STEPS; step++) {
        await this.#pause();
        if (this.#stop) throw new AppError({ code: 'invalid', message: did === 'export' ? 'Stopped: nothing was written.' : 'Stopped: nothing was imported.' });
        this.#emit({ did, done: Math.ceil(((total || 251) * step) / STEPS), total });
      }
    } finally {
      this.#going = false;
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, this.stepMs));
  }
}

function backup(madeAtMs: number, upgrade: boolean): BackupView {
  return { name: `history-${madeAtMs}.db`, madeAtMs, bytes: 48_200_000, upgrade };
}
