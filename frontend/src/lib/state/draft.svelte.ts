import { AppError, type AttachmentView, type Backend, type EntryView, type StartRequest } from '../api';
import { type Lineup, mergeParams, type Seat } from './lineup.svelte';
import { isTemplate, variablesOf } from '../format/variables';
import type { Settings } from './settings.svelte';

/** How many values of variables are remembered. */
const MAX_VALUES = 100;

/** The largest file that Go takes, in bytes. */
const MAX_FILE = 10 << 20;

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
  /** By the user's choice {{braces}} are no variables and are sent as they are. */
  literal = $state(false);

  #settings: Settings;
  #lineup: Lineup;
  #backend: Pick<Backend, 'desktop'>;

  /** Why it cannot be run now; empty when it can. */
  readonly reason = $derived.by(() => {
    if (this.#lineup.ready.length === 0) return this.#noModel();
    if (this.text.trim() === '') return 'Write a prompt to run.';
    return this.missing.length === 0 ? '' : `Fill in ${new Intl.ListFormat('en').format(this.missing)}.`;
  });
  /** Prompt and system text have {{variables}}, or braces that are escaped. */
  readonly braces = $derived.by(() => isTemplate(this.text) || isTemplate(this.#settings.view.system));
  readonly variables: string[] = $derived.by(() => (this.literal ? [] : variablesOf(this.#settings.view.system, this.text)));
  /** The variables without a value. */
  readonly missing: string[] = $derived.by(() => this.variables.filter((name) => this.valueOf(name).trim() === ''));
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
    if (!this.braces) this.literal = false;
  }

  valueOf(name: string): string {
    return this.#settings.view.variables.find((v) => v.name === name)?.value ?? '';
  }

  /** Fills a variable. Values outlive their prompt, the newest of them. */
  fill(name: string, value: string): void {
    const others = this.#settings.view.variables.filter((v) => v.name !== name);
    this.#settings.change({ variables: [{ name, value }, ...others].slice(0, MAX_VALUES) });
  }

  /** Marked, it is asked of models on this machine and on the user's own hosts only, and so is all that is made of it. */
  get sensitive(): boolean {
    return this.#settings.view.sensitive;
  }

  set sensitive(sensitive: boolean) {
    this.#settings.change({ sensitive });
  }

  async attach(): Promise<void> {
    await this.#take(() => this.#backend.desktop.pickAttachments());
  }

  /** Takes files that were dropped or pasted, one after another. */
  async drop(files: readonly File[]): Promise<void> {
    this.problem = null;
    for (const file of files) {
      if (file.size > MAX_FILE) this.problem = new AppError({ code: 'invalid', message: `${file.name} is larger than 10 MB. Attach a smaller file.` });
      else await this.#take(async () => [await this.#backend.desktop.attachFile(file.name, await base64(file))]);
      if (this.problem !== null) return;
    }
  }

  async #take(work: () => Promise<AttachmentView[]>): Promise<void> {
    try {
      const picked = await work();
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
    const { system, params, lanes, warmUp, localOnly, sensitive, blind } = $state.snapshot(this.#settings.view);
    const lineup = this.#lineup.ready.map(({ entry }) => ({ ...entry, params: mergeParams(params, entry.params) }));
    const { parentId, relation, baseRunId } = this.origin ?? { parentId: '', relation: '', baseRunId: '' };
    const link = { parentId, relation, baseRunId, sensitive, unmark: this.origin?.sensitive === true && !sensitive, confirmed: false };
    const filling = { template: this.braces && !this.literal, variables: this.variables.map((name) => ({ name, value: this.valueOf(name) })) };
    return { system, prompt: this.text, attachments: this.attachments.map((file) => file.id), lineup, lanes, warmUp, localOnly, blind, ...link, ...filling };
  }

  /** Empties it, once its comparison has started. */
  clear(): void {
    this.text = '';
    this.attachments = [];
    this.origin = null;
    this.sensitive = false;
    this.literal = false;
    this.problem = null;
  }

  #noModel(): string {
    const [first] = this.#lineup.seats;
    if (first === undefined) return 'Add a model to run.';
    return this.#lineup.seats.every((seat) => seat.state === 'locked') ? 'Every model of this lineup leaves this machine.' : first.why;
  }
}

/** The bytes of a file, for the bridge. */
function base64(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve((reader.result as string).replace(/^[^,]*,/, '')); // a data URL; of an empty file one without a comma
    reader.onerror = () => reject(new AppError({ code: 'invalid', message: `${file.name} cannot be read. Check its permissions and attach it again.` }));
    reader.readAsDataURL(file);
  });
}
