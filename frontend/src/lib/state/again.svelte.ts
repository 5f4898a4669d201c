import type { AgainView, AppError, Backend, ComparisonView, EntryView, ParamsView, StartRequest } from '../api';
import type { Comparison } from './comparison.svelte';
import type { Draft } from './draft.svelte';
import { type Lineup, mergeParams } from './lineup.svelte';
import type { Models } from './models.svelte';
import { NO_PARAMS, type Settings } from './settings.svelte';
import type { Toasts } from './toasts.svelte';

interface Parts {
  settings: Settings;
  models: Models;
  lineup: Lineup;
  draft: Draft;
  comparison: Comparison;
  toasts: Toasts;
}

/** Asks a comparison's prompt once more, as it was or changed, or goes on with its conversation. */
export class Again {
  /** What waits for a yes: not all that it needs exists any more. */
  question = $state.raw<AgainView | null>(null);
  problem = $state.raw<AppError | null>(null);
  /** What was refused until its cost is confirmed. */
  #dear: AgainView | null = null;

  #backend: Pick<Backend, 'comparisons'>;
  #parts: Parts;

  constructor(backend: Pick<Backend, 'comparisons'>, parts: Parts) {
    this.#backend = backend;
    this.#parts = parts;
  }

  /** Sends the same once more. What no longer exists is said first. True when it has started. */
  async run(id: string): Promise<boolean> {
    const view = await this.#ask(id);
    if (view === null) return false;
    const gone = [...view.gone, ...this.#locked(view.request)];
    if (gone.length === 0) return this.#start(view);
    this.question = { ...view, gone };
    return false;
  }

  /** The answer to that question. */
  async confirm(): Promise<boolean> {
    const view = this.question;
    this.question = null;
    return view !== null && (await this.#start(view));
  }

  /** Starts what was above the cap for one comparison, after a yes. */
  async anyway(): Promise<boolean> {
    const view = this.#dear;
    return view !== null && (await this.#start(view, true));
  }

  dismiss(): void {
    this.question = null;
  }

  /** Puts its prompt and files, and with them its lineup unless another one is meant, where they can be changed. */
  async edit(id: string, lineup: boolean): Promise<boolean> {
    const view = await this.#ask(id);
    if (view === null) return false;
    const undo = this.#keep();
    const { draft } = this.#parts;
    const written = draft.text.trim() !== '' && draft.text !== view.request.prompt;
    const changed = this.#load(view, lineup);
    draft.text = view.request.prompt;
    draft.literal = draft.braces; // what it asked had its values in it
    draft.attachments = view.attachments;
    draft.sensitive = view.request.sensitive;
    draft.origin = { parentId: id, relation: 'rerun', baseRunId: '', prompt: view.request.prompt, models: view.request.lineup, sensitive: view.request.sensitive };
    const what = written ? 'The prompt you were writing was replaced.' : changed ? 'The lineup and its parameters are those of the comparison.' : '';
    if (what !== '') this.#parts.toasts.show(what, { action: { label: 'Undo', run: undo } });
    return true;
  }

  /** Goes on with its conversation: its models, system text and parameters, and a prompt to be written. */
  async follow(comparison: Pick<ComparisonView, 'id' | 'prompt'>): Promise<boolean> {
    const view = await this.#ask(comparison.id);
    if (view === null) return false;
    const undo = this.#keep();
    if (this.#load(view, true)) {
      this.#parts.toasts.show('The lineup is that of the conversation.', { action: { label: 'Undo', run: undo } });
    }
    const { id, prompt } = comparison;
    this.#parts.draft.sensitive = view.request.sensitive;
    this.#parts.draft.origin = { parentId: id, relation: 'follow_up', baseRunId: '', prompt, models: view.request.lineup, sensitive: view.request.sensitive };
    return true;
  }

  async #ask(id: string): Promise<AgainView | null> {
    try {
      this.problem = null;
      return await this.#backend.comparisons.again(id);
    } catch (error) {
      this.problem = error as AppError;
      return null;
    }
  }

  async #start(view: AgainView, confirmed = false): Promise<boolean> {
    const { request } = view;
    const { settings, comparison } = this.#parts;
    const { localOnly, blind } = settings.view;
    const started = await comparison.start({ ...request, localOnly: localOnly || request.localOnly, blind, confirmed });
    this.problem = comparison.problem;
    this.#dear = this.problem?.code === 'unconfirmed' ? view : null;
    return started;
  }

  /** Says whom Local only, or the mark of a sensitive prompt, keeps out. */
  #locked({ lineup, sensitive }: Pick<StartRequest, 'lineup' | 'sensitive'>): string[] {
    const { settings, models } = this.#parts;
    const { localOnly } = settings.view;
    const away = localOnly || sensitive ? lineup.filter((entry) => models.find(entry)?.stays === false) : [];
    const why = localOnly ? 'Local only is on' : 'The prompt is marked sensitive';
    return away.length === 0 ? [] : [`${why}: ${away.map((entry) => entry.model).join(', ')} would leave this machine.`];
  }

  /** Takes over how it was asked; false when nothing had to change. */
  #load({ request }: AgainView, withLineup: boolean): boolean {
    const { settings, lineup } = this.#parts;
    const { system, params, lanes } = settings.view;
    const now = lineup.seats.map(({ entry }) => ({ ...entry, params: mergeParams(params, entry.params) }));
    const common = commonParams(request.lineup);
    if (!withLineup) {
      settings.change({ system: request.system, lanes: request.lanes, ...(common && { params: common }) });
      return false;
    }
    if (request.system === system && request.lanes === lanes && same(now, request.lineup)) return false;
    settings.change({ system: request.system, lanes: request.lanes, params: common ?? NO_PARAMS });
    lineup.replace(request.lineup.map((entry) => (common ? { ...entry, params: NO_PARAMS } : entry)));
    return true;
  }

  /** Remembers what was being written; returns what brings it back. */
  #keep(): () => void {
    const { settings, lineup, draft } = this.#parts;
    const { system, params, lanes, draft: text } = $state.snapshot(settings.view);
    const entries = lineup.seats.map((seat) => $state.snapshot(seat.entry) as EntryView);
    const { attachments, origin, sensitive } = draft;
    return () => {
      settings.change({ system, params, lanes, draft: text });
      lineup.replace(entries);
      draft.attachments = attachments;
      draft.origin = origin;
      draft.sensitive = sensitive;
    };
  }
}

/** The parameters that all entries share; null when they differ. */
function commonParams([first, ...rest]: readonly EntryView[]): ParamsView | null {
  return first !== undefined && rest.every((entry) => same(entry.params, first.params)) ? first.params : null;
}

/** By value, whatever the order of the fields. */
function same(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  return Object.keys(left).length === Object.keys(right).length && Object.keys(left).every((key) => same(left[key], right[key]));
}
