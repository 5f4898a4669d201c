import type { AppError, AttachmentView, Backend, EntryView, StartRequest } from '../api';
import { type Lineup, mergeParams, type Seat } from './lineup.svelte';
import type { Settings } from './settings.svelte';

/** What the ready seats' models do with images. */
export interface ImageReaders {
  readers: Seat[];
  blind: Seat[];
  unknown: Seat[];
}

/** The comparison that a prompt comes from: it is asked again, changed, or followed up on. */
export interface Origin {
  parentId: string;
  relation: 'rerun' | 'follow_up';
  /** Of a follow-up: the run whose answers are everybody's history; empty: each has its own. */
  baseRunId: string;
  prompt: string;
  models: Pick<EntryView, 'endpoint' | 'model'>[];
  /** It is marked sensitive: what is made of it is, too, until the user takes the mark off an edited prompt. */
  sensitive: boolean;
}

/** The prompt that is being written, with its attachments. Its text is kept with the settings, so it is never lost. */
export class Draft {
  attachments = $state.raw<AttachmentView[]>([]);
  problem = $state.raw<AppError | null>(null);
  origin = $state.raw<Origin | null>(null);

  #settings: Settings;
  #lineup: Lineup;
  #backend: Pick<Backend, 'desktop'>;

  /** Why it cannot be run now; empty when it can. */
  readonly reason = $derived.by(() => {
    if (this.#lineup.ready.length === 0) return this.#noModel();
    return this.text.trim() === '' ? 'Write a prompt to run.' : '';
  });
  /** Null unless an image is attached. */
  readonly images: ImageReaders | null = $derived.by(() => this.#imageReaders());

  /** The ready models that have no part in the conversation yet, and so begin it with this prompt. */
  readonly newcomers: string[] = $derived.by(() => {
    const { origin } = this;
    if (origin?.relation !== 'follow_up' || origin.baseRunId !== '') return [];
    const knows = ({ entry }: Seat) => origin.models.some((m) => m.endpoint === entry.endpoint && m.model === entry.model);
    return this.#lineup.ready.filter((seat) => !knows(seat)).map((seat) => seat.name);
  });

  constructor(backend: Pick<Backend, 'desktop'>, settings: Settings, lineup: Lineup) {
    this.#backend = backend;
    this.#settings = settings;
    this.#lineup = lineup;
  }

  get text(): string {
    return this.#settings.view.draft;
  }

  set text(text: string) {
    this.#settings.change({ draft: text });
  }

  /** Marked, it is asked of models on this machine and on the user's own hosts only, and so is all that is made of it. */
  get sensitive(): boolean {
    return this.#settings.view.sensitive;
  }

  set sensitive(sensitive: boolean) {
    this.#settings.change({ sensitive });
  }

  async attach(): Promise<void> {
    try {
      const picked = await this.#backend.desktop.pickAttachments();
      const fresh = picked.filter((file) => !this.attachments.some((other) => other.id === file.id));
      this.attachments = [...this.attachments, ...fresh];
      this.problem = null;
    } catch (error) {
      this.problem = error as AppError;
    }
  }

  detach(id: string): void {
    this.attachments = this.attachments.filter((file) => file.id !== id);
  }

  /** What is sent when it runs: the seats that are ready, each with its own parameters over the common ones. */
  request(): StartRequest {
    const { system, params, lanes, localOnly, sensitive, blind } = $state.snapshot(this.#settings.view);
    const lineup = this.#lineup.ready.map(({ entry }) => ({ ...entry, params: mergeParams(params, entry.params) }));
    const { parentId, relation, baseRunId } = this.origin ?? { parentId: '', relation: '', baseRunId: '' };
    const link = { parentId, relation, baseRunId, sensitive, unmark: this.origin?.sensitive === true && !sensitive, confirmed: false };
    return { system, prompt: this.text, attachments: this.attachments.map((file) => file.id), lineup, lanes, localOnly, blind, ...link };
  }

  /** Empties it, once its comparison has started. */
  clear(): void {
    this.text = '';
    this.attachments = [];
    this.origin = null;
    this.sensitive = false;
    this.problem = null;
  }

  #noModel(): string {
    const [first] = this.#lineup.seats;
    if (first === undefined) return 'Add a model to run.';
    return this.#lineup.seats.every((seat) => seat.state === 'locked') ? 'Every model of this lineup leaves this machine.' : first.why;
  }

  #imageReaders(): ImageReaders | null {
    if (!this.attachments.some((file) => file.mediaType.startsWith('image/'))) return null;
    const by = (reads: boolean | null) => this.#lineup.ready.filter((seat) => readsImages(seat) === reads);
    return { readers: by(true), blind: by(false), unknown: by(null) };
  }
}

/** Whether a seat's model reads images; null when it does not say what it can. */
function readsImages({ model }: Seat): boolean | null {
  if (model === undefined || model.capabilities.length === 0) return null;
  return model.capabilities.includes('vision');
}
