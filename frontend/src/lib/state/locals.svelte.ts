import type { AppError, Backend, EntryView, FitView, JobView, Lanes, LicenceView, LocalHostView, LocalModelView, LocalsView } from '../api';
import type { Toasts } from './toasts.svelte';

/** What is open over the page. */
export type LocalsDialog =
  | { kind: 'licence'; model: LocalModelView; licence: LicenceView | null }
  | { kind: 'delete'; model: LocalModelView }
  | { kind: 'create' };

/** How often the servers are asked while the page is in sight. */
const LOOK_EVERY_MS = 5000;

/** Ollama servers: what they have on disk and in memory, and what is being downloaded. */
export class Locals {
  view = $state.raw<LocalsView | null>(null);
  jobs = $state.raw<JobView[]>([]);
  /** The endpoint whose models are shown. */
  chosen = $state('');
  dialog = $state.raw<LocalsDialog | null>(null);
  /** Why the last thing was refused, and what it was about. */
  problem = $state.raw<AppError | null>(null);
  /** Models that are being loaded, unloaded or deleted. */
  busy = $state.raw<ReadonlySet<string>>(new Set());
  starting = $state(false);

  readonly host = $derived<LocalHostView | undefined>(this.view?.hosts.find((host) => host.endpoint === this.chosen) ?? this.view?.hosts[0]);

  #backend: Pick<Backend, 'locals'>;
  #toasts: Toasts;
  #timer: ReturnType<typeof setInterval> | undefined;
  #asking: Promise<void> | undefined;
  /** Jobs that were seen to be done. */
  #done = new Set<string>();

  constructor(backend: Pick<Backend, 'locals' | 'events'>, toasts: Toasts) {
    this.#backend = backend;
    this.#toasts = toasts;
    backend.events.onJobs((jobs) => this.#heard(jobs));
  }

  /** Asks the servers now and while the page is in sight; ends with what it returns. */
  watch(): () => void {
    void this.look();
    this.#timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
    return () => clearInterval(this.#timer);
  }

  /** Asks all servers what they have. One look at a time: the answer of the one under way is as new as is needed. */
  look(): Promise<void> {
    this.#asking ??= this.#look().finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  async #look(): Promise<void> {
    try {
      const view = await this.#backend.locals.list();
      if (this.view === null) this.jobs = view.jobs; // later ones come as events
      this.view = view;
    } catch (error) {
      this.problem = error as AppError;
    }
  }

  isLoaded(model: LocalModelView): boolean {
    return this.host?.loaded.some((loaded) => loaded.name === model.name) ?? false;
  }

  pull(model: string): Promise<boolean> {
    return this.#try((endpoint) => this.#backend.locals.pull(endpoint, model.trim()));
  }

  pause(job: JobView): Promise<boolean> {
    return this.#try(() => this.#backend.locals.pause(job.id));
  }

  resume(job: JobView): Promise<boolean> {
    return this.#try(() => this.#backend.locals.resume(job.id));
  }

  cancel(job: JobView): Promise<boolean> {
    return this.#try(() => this.#backend.locals.cancel(job.id));
  }

  preload(model: string): Promise<boolean> {
    return this.#with(model, (endpoint) => this.#backend.locals.preload(endpoint, model));
  }

  unload(model: string): Promise<boolean> {
    return this.#with(model, (endpoint) => this.#backend.locals.unload(endpoint, model));
  }

  async unloadAll(): Promise<void> {
    for (const { name } of this.host?.loaded ?? []) await this.unload(name);
  }

  async delete(model: LocalModelView): Promise<void> {
    this.dialog = null;
    if (await this.#with(model.name, (endpoint) => this.#backend.locals.delete(endpoint, model.name))) {
      const label = this.host?.label ?? 'the server';
      this.#toasts.show(`${model.name} is deleted from ${label}.`, { action: { label: 'Pull it again', run: () => void this.pull(model.name) } });
    }
  }

  /** Opens the licence, its summary first. */
  async read(model: LocalModelView): Promise<void> {
    this.dialog = { kind: 'licence', model, licence: null };
    await this.#try(async (endpoint) => {
      const licence = await this.#backend.locals.licence(endpoint, model.name);
      if (this.dialog?.kind === 'licence' && this.dialog.model === model) this.dialog = { kind: 'licence', model, licence };
    });
  }

  ask(dialog: LocalsDialog): void {
    this.problem = null;
    this.dialog = dialog;
  }

  close = (): void => {
    this.problem = null;
    this.dialog = null;
  };

  /** The file's name and size; null when the dialog was closed or the file cannot be read. */
  async chooseWeights(): Promise<{ name: string; bytes: number } | null> {
    let found = null;
    await this.#try(async () => void (found = await this.#backend.locals.chooseWeights()));
    return found;
  }

  async create(model: string): Promise<void> {
    if (await this.#try((endpoint) => this.#backend.locals.create(endpoint, model.trim()))) this.dialog = null;
  }

  async start(): Promise<void> {
    this.starting = true;
    await this.#try((endpoint) => this.#backend.locals.start(endpoint));
    this.starting = false;
    await this.look();
  }

  /** Whether the local models of a lineup fit into memory; nothing where that cannot be said. */
  async fit(lineup: EntryView[], lanes: Lanes): Promise<FitView[]> {
    try {
      return await this.#backend.locals.fit(lineup, lanes);
    } catch {
      return []; // a hint, not a condition
    }
  }

  #heard(jobs: JobView[]): void {
    this.jobs = jobs;
    const fresh = jobs.filter((job) => job.state === 'done' && !this.#done.has(job.id));
    for (const job of fresh) {
      this.#done.add(job.id);
      this.#toasts.show(`${job.model} is ready on ${job.endpointLabel}.`, { ms: 5000 });
      void this.#backend.locals.cancel(job.id).catch(() => undefined); // done: off the list
    }
    if (fresh.length > 0) void this.look();
  }

  async #with(model: string, work: (endpoint: string) => Promise<void>): Promise<boolean> {
    this.busy = new Set([...this.busy, model]);
    const done = await this.#try(work);
    this.busy = new Set([...this.busy].filter((other) => other !== model));
    await this.look();
    return done;
  }

  async #try(work: (endpoint: string) => Promise<void>): Promise<boolean> {
    try {
      this.problem = null;
      await work(this.host?.endpoint ?? '');
      return true;
    } catch (error) {
      this.problem = error as AppError;
      return false;
    }
  }
}
