/** The fake backend's Ollama servers: they pull at a steady speed, load at once, and forget what they delete. */
import type { EntryView, Lanes } from './backend';
import { AppError } from './errors';
import type { FitView, JobView, LicenceView, LoadedView, LocalHostView, LocalModelView, LocalsBackend, LocalsView } from './locals';

const GB = 1_000_000_000;
const SPEED = 84_000_000;
const TICK_MS = 100;
const MINUTE = 60_000;

const LICENCES: Record<string, LicenceView> = {
  apache: { name: 'Apache 2.0', commercial: 'yes', userLimit: '', naming: '', hasText: true, text: '' },
  mit: { name: 'MIT', commercial: 'yes', userLimit: '', naming: '', hasText: true, text: '' },
  llama: { name: 'Llama 4', commercial: 'conditions', userLimit: '700 million users a month', naming: 'Built with Llama', hasText: true, text: '' },
  qwen: { name: 'Qwen', commercial: 'conditions', userLimit: '100 million users a month', naming: 'Built with Qwen', hasText: true, text: '' },
  none: { name: '', commercial: 'unknown', userLimit: '', naming: '', hasText: false, text: '' },
};

function model(name: string, parameterSize: string, quantization: string, gb: number, contextLength: number, licence: keyof typeof LICENCES, capabilities: string[]): LocalModelView {
  return {
    name, parameterSize, quantization, sizeBytes: gb * GB, contextLength, capabilities, licence: LICENCES[licence]!, digest: `sha256:${name.length}f3a9c1d2`,
    family: name.split(/[:\d-]/)[0] ?? '', remoteHost: '', modifiedAtMs: Date.now() - 9 * 86_400_000,
  }; // prettier-ignore
}

const MODELS: LocalModelView[] = [
  model('llama4:scout', '109B', 'Q4_K_M', 67, 10_485_760, 'llama', ['completion', 'vision', 'tools']),
  model('deepseek-r1:14b', '14.8B', 'Q4_K_M', 9, 131_072, 'mit', ['completion', 'thinking']),
  model('qwen2.5:72b', '72.7B', 'Q4_K_M', 47, 131_072, 'qwen', ['completion', 'tools']),
  model('mistral-small:24b', '23.6B', 'Q4_K_M', 14, 32_768, 'apache', ['completion', 'tools']),
  model('nomic-embed-text:latest', '137M', 'F16', 0.274, 8192, 'apache', ['embedding']),
];

/** What is installed in a scene: "locals-none", "locals-one", "locals-thirty", else five. */
export function installed(scene: string): LocalModelView[] {
  if (scene === 'locals-none') return [];
  if (scene === 'locals-one') return MODELS.slice(1, 2);
  if (scene !== 'locals-thirty') return MODELS;
  return Array.from({ length: 30 }, (_, i) => ({ ...MODELS[i % 5]!, name: `${MODELS[i % 5]!.name.split(':')[0]}-tuned-${i + 1}:latest` }));
}

function loadedOf(of: LocalModelView): LoadedView {
  return { name: of.name, memoryBytes: of.sizeBytes * 0.92 + 2 * GB, graphicsBytes: 0, contextLength: 4096, expiresAtMs: Date.now() + 4 * MINUTE };
}

export class FakeLocals {
  readonly #emit: (jobs: JobView[]) => void;
  readonly #localOnly: () => boolean;
  #hosts: LocalHostView[];
  #jobs: JobView[] = [];
  #timer: ReturnType<typeof setInterval> | undefined;
  #nextId = 0;
  #chosen = '';
  #installed: boolean;

  constructor(scene: string, localOnly: () => boolean, emit: (jobs: JobView[]) => void) {
    this.#emit = emit;
    this.#localOnly = localOnly;
    this.#installed = scene !== 'no-ollama';
    const models = installed(scene);
    this.#hosts = [host('ollama', 'Ollama', '127.0.0.1:11434', models, models.slice(0, 2).map(loadedOf))];
    if (scene === 'no-ollama' || scene === 'locals-stopped') this.#stopped(scene === 'locals-stopped');
    if (scene === 'locals-hosts') this.#hosts.push(silent());
    if (scene === 'locals-pulling') this.#staged();
  }

  locals: LocalsBackend = {
    list: async (): Promise<LocalsView> => ({
      hosts: structuredClone(this.#hosts), jobs: structuredClone(this.#jobs), installed: this.#installed,
      howToInstall: 'Follow ollama.com/download: it has one command for a terminal, and archives to unpack by hand.', installPage: 'https://ollama.com/download',
    }), // prettier-ignore
    fit: async (lineup: EntryView[], lanes: Lanes): Promise<FitView[]> => this.#fit(lineup, lanes),
    pull: async (endpoint, name) => {
      if (this.#localOnly()) throw new AppError({ code: 'local_only', message: 'Local only is on, and the server would download the model from the internet. Turn Local only off to pull, then turn it on again.' });
      if (name.trim() === '') throw new AppError({ code: 'invalid', message: 'The model has no name. Write one, such as llama3.2:1b.' });
      const missing = /nope/.test(name);
      this.#begin('pull', endpoint, name, missing ? 0 : 17 * GB, missing ? `Ollama's library has no model ${name}. Look at its name on ollama.com/library and write it with its tag, such as llama3.2:1b.` : '');
    },
    pause: async (id) => this.#set(id, { state: 'paused', bytesPerSecond: 0, leftMs: null }),
    resume: async (id) => this.#set(id, { state: 'running', problem: null }),
    cancel: async (id) => {
      this.#jobs = this.#jobs.filter((job) => job.id !== id);
      this.#emit(structuredClone(this.#jobs));
    },
    preload: async (endpoint, name) => this.#change(endpoint, (h) => ({ ...h, loaded: [...h.loaded.filter((l) => l.name !== name), ...h.models.filter((m) => m.name === name).map(loadedOf)] })),
    unload: async (endpoint, name) => this.#change(endpoint, (h) => ({ ...h, loaded: h.loaded.filter((l) => l.name !== name) })),
    delete: async (endpoint, name) => this.#change(endpoint, (h) => ({ ...h, models: h.models.filter((m) => m.name !== name), loaded: h.loaded.filter((l) => l.name !== name) })),
    licence: async (endpoint, name): Promise<LicenceView> => {
      const found = this.#hosts.find((h) => h.endpoint === endpoint)?.models.find((m) => m.name === name)?.licence ?? LICENCES.none!;
      return { ...found, text: found.hasText ? `${found.name} licence\n\n${'These are the words of the licence, line after line, as the model brought them.\n'.repeat(40)}` : '' };
    },
    chooseWeights: async () => {
      this.#chosen = 'my-tune.Q4_K_M.gguf';
      return { name: this.#chosen, bytes: 4.9 * GB };
    },
    create: async (endpoint, name) => {
      if (this.#chosen === '') throw new AppError({ code: 'invalid', message: 'No file was chosen. Choose one first.' });
      this.#begin('create', endpoint, name, 4.9 * GB, '');
    },
    start: async () => {
      this.#hosts = [host('ollama', 'Ollama', '127.0.0.1:11434', MODELS, [])];
    },
  };

  #begin(kind: JobView['kind'], endpoint: string, name: string, totalBytes: number, fails: string): void {
    const job: JobView = {
      id: String(++this.#nextId), kind, endpoint, endpointLabel: 'Ollama', model: name, state: fails === '' ? 'running' : 'failed', status: 'pulling manifest', doneBytes: 0,
      totalBytes, bytesPerSecond: 0, leftMs: null, problem: fails === '' ? null : { code: 'model_missing', message: fails, detail: '', httpStatus: 0, retryAfterMs: 0 },
    }; // prettier-ignore
    this.#jobs = [...this.#jobs.filter((other) => other.model !== name || other.endpoint !== endpoint), job];
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS);
    this.#emit(structuredClone(this.#jobs));
  }

  #tick(): void {
    this.#jobs = this.#jobs.map((job) => {
      if (job.state !== 'running') return job;
      const doneBytes = Math.min(job.totalBytes, job.doneBytes + (SPEED * TICK_MS) / 1000);
      if (doneBytes === job.totalBytes) return { ...job, doneBytes, state: 'done', status: 'success', bytesPerSecond: 0, leftMs: null };
      return { ...job, doneBytes, status: 'pulling 6a0746a1ec1a', bytesPerSecond: SPEED, leftMs: ((job.totalBytes - doneBytes) / SPEED) * 1000 };
    });
    if (this.#jobs.every((job) => job.state !== 'running')) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    this.#emit(structuredClone(this.#jobs));
  }

  #set(id: string, more: Partial<JobView>): void {
    this.#jobs = this.#jobs.map((job) => (job.id === id ? { ...job, ...more } : job));
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS);
    this.#emit(structuredClone(this.#jobs));
  }

  #change(endpoint: string, how: (host: LocalHostView) => LocalHostView): void {
    this.#hosts = this.#hosts.map((h) => (h.endpoint === endpoint ? how(h) : h));
  }

  /** What the design shows: one download two thirds through, one that failed. */
  #staged(): void {
    this.#begin('pull', 'ollama', 'gemma3:27b', 17 * GB, '');
    this.#begin('pull', 'ollama', 'nope:1b', 0, 'Ollama’s library has no model nope:1b. Look at its name on ollama.com/library and write it with its tag, such as llama3.2:1b.');
    this.#jobs = this.#jobs.map((job) => (job.model === 'gemma3:27b' ? { ...job, doneBytes: 11.2 * GB } : job));
  }

  #stopped(startable: boolean): void {
    const problem = { code: 'unreachable', message: 'Ollama does not answer at 127.0.0.1:11434. Start it and try again.', detail: '', httpStatus: 0, retryAfterMs: 0 };
    this.#hosts = [{ ...this.#hosts[0]!, version: '', problem, startable, models: [], loaded: [] }];
  }

  #fit(lineup: EntryView[], lanes: Lanes): FitView[] {
    const here = this.#hosts[0]!;
    const wanted = here.models.filter((m) => lineup.some((e) => e.endpoint === 'ollama' && e.model === m.name));
    if (wanted.length === 0 || here.problem !== null) return [];
    const rest = (m: LocalModelView) => (here.loaded.some((l) => l.name === m.name) ? 0 : m.sizeBytes);
    const needBytes = lanes === 'serial' ? Math.max(...wanted.map((m) => m.sizeBytes)) : wanted.reduce((n, m) => n + rest(m), 0);
    const shortBytes = Math.max(0, needBytes - here.freeMemory);
    const gb = (n: number) => `${(n / GB).toFixed(0)} GB`;
    const basis = 'Counted: the size of each model’s file, or what the server reports for those in memory. Each context comes on top. Free is this machine’s main memory; memory of a graphics card is not counted.';
    const says = shortBytes > 0 ? `Needs about ${gb(shortBytes)} more: the local models need at least ${gb(needBytes)}, and ${gb(here.freeMemory)} is free.` : `Fits: the local models need at least ${gb(needBytes)}, and ${gb(here.freeMemory)} is free.`;
    const then = shortBytes > 0 ? 'Ollama then loads some only after others are done, so those wait, or refuses them. Run them one after another, or take one out.' : '';
    return [{ endpoint: 'ollama', endpointLabel: 'Ollama', state: shortBytes > 0 ? 'short' : 'fits', needBytes, freeBytes: here.freeMemory, shortBytes, says, basis, then }];
  }
}

function host(endpoint: string, label: string, address: string, models: LocalModelView[], loaded: LoadedView[]): LocalHostView {
  return { endpoint, label, address, place: 'local', made: false, off: false, version: '0.12.6', problem: null, startable: false, models, loaded, totalMemory: 144 * GB, freeMemory: 54 * GB };
}

function silent(): LocalHostView {
  const problem = { code: 'timeout', message: 'Lab box did not list its models in time. Look whether it runs, and refresh.', detail: '', httpStatus: 0, retryAfterMs: 0 };
  return { ...host('lab-box', 'Lab box', '10.0.0.20:11434', [], []), place: 'cloud', made: true, version: '', problem, totalMemory: 0, freeMemory: 0 };
}
