/**
 * The backend's twin without Go: it plays scripted comparisons and sends frames as app/bridge.go does, by lease and
 * offset, one per 33 ms. For development (?fake=running) and tests; production builds leave it out.
 */
import type {
  AgainView,
  Backend,
  ChangesView,
  CapsView,
  ComparisonView,
  DescriptionView,
  DiffView,
  EndpointView,
  EntryView,
  EstimateView,
  FamilyView,
  Frame,
  JudgeRequest,
  RunPatch,
  PrivacyView,
  ProspectView,
  RatedView,
  ReceiptView,
  RunningView,
  RunView,
  SettingsView,
  SpendingView,
  StartRequest,
  TransferView,
  TurnView,
  VariableView,
} from './backend';
import type { JobView, LocalsBackend } from './locals';
import { AppError } from './errors';
import { Listeners } from './events';
import { FakeHistory } from './fake-history';
import { FakeEndpoints } from './fake-endpoints';
import { FakeLineups } from './fake-lineups';
import { fakePrices } from './fake-prices';
import { FakeLocals } from './fake-locals';
import { endpoints } from './fake-library';
import { changesOf, diffOf, rowOf } from './fake-diff';
import { at, type Take, type Voice } from './fake-play';
import { type FakeFile, notApplied, prospectOf } from './fake-prospects';
import { FakePrivacy } from './fake-privacy';
import { FakeRunning } from './fake-running';
import { FakeReview, invalid } from './fake-review';
import { FakeSets, filled } from './fake-sets';
import { FakeTransfers } from './fake-transfer';
import { NO_PARAMS, SCENES, voiceFor, VOICES } from './fake-voices';
import { type Judged, judgedBy, stageReview } from './fake-judged';

/** A comparison that comes from no other. */
const ALONE = { parentId: '', relation: '', baseRunId: '', confirmed: false, template: false, variables: [] as VariableView[] } as const;
const FRAME_MS = 33;
const LEASE_MS = 3000;

/** What may go wrong on the way: the dev server reorders events, and a page may miss some. */
export interface Faults {
  /** Every second frame is sent before the one that precedes it. */
  reorder?: boolean;
  /** Sequence numbers of frames that get lost. */
  lose?: number[];
  /** Milliseconds by which replies come later than the events. */
  replyMs?: number;
}

/** How far the window has one run, as in the bridge. */
interface Position {
  answer: number;
  reasoning: number;
  pace: number;
  status: string;
}

interface Play {
  id: string;
  startedAtMs: number;
  request: StartRequest;
  takes: Take[];
  seq: number;
  live: boolean;
  positions: Map<string, Position>;
}

export class FakeBackend implements Backend {
  scene?: string;
  /** What the window did that leaves no other trace. */
  readonly copied: string[] = [];
  readonly opened: string[] = [];
  saved: SettingsView;
  attachable: FakeFile[] = [{ id: 'a1', name: 'checkout.png', mediaType: 'image/png', bytes: 48_213, width: 1280, height: 720, pages: 0 }];
  /** All files that were attached. */
  readonly shelf = new Map<string, FakeFile>();
  /** A refusal of what is above the cap for one comparison, until it is confirmed. */
  tooDear = '';
  faults: Faults;
  readonly history: FakeHistory;
  readonly endpoints: Backend['endpoints'];
  readonly locals: LocalsBackend;
  readonly lineups: Backend['lineups'];
  readonly border = new FakePrivacy((view) => this.#privacyEvents.emit(view));
  readonly privacy: Backend['privacy'] = this.border.privacy;
  readonly files: FakeTransfers;
  readonly library: FakeSets;
  readonly prompts: Backend['prompts'];
  readonly sets: Backend['sets'];
  readonly transfers: Backend['transfers'];
  readonly backups: Backend['backups'];

  #plays = new Map<string, Play>();
  #frames = new Listeners<Frame>();
  #endpointEvents = new Listeners<EndpointView>();
  #privacyEvents = new Listeners<PrivacyView>();
  #endpointChanges = new Listeners<void>();
  #transferEvents = new Listeners<TransferView>();
  #jobEvents = new Listeners<JobView[]>();
  #setup: FakeEndpoints;
  #running = new FakeRunning();
  #caps: CapsView = { runUsd: '', dayUsd: '', monthUsd: '' };
  #lease = -Infinity;
  #frozenAt: number | null;
  #held: Frame | null = null;
  #nextId = 0;
  #review = new FakeReview();

  constructor(scene = 'running', options: { at?: number; faults?: Faults } = {}) {
    this.faults = options.faults ?? {};
    this.#frozenAt = options.at ?? null;
    this.#setup = new FakeEndpoints(endpoints(scene), (endpoint) => this.#endpointEvents.emit(endpoint), scene === 'locked');
    this.endpoints = this.#setup.endpoints;
    this.locals = new FakeLocals(scene, () => this.border.view.localOnly, (jobs) => this.#jobEvents.emit(jobs)).locals;
    const voices = SCENES[scene]?.voices ?? VOICES.slice(0, 2);
    const firstRun = scene === 'first-run' || scene === 'no-ollama';
    this.saved = {
      theme: 'system', layout: SCENES[scene]?.layout ?? 'columns', lineup: firstRun ? [] : voices.map(entryOf), system: '',
      params: NO_PARAMS, lanes: 'parallel', warmUp: false, localOnly: false, sensitive: false, blind: SCENES[scene]?.judged?.blind !== undefined, draft: '', variables: [], onboarded: !firstRun,
    }; // prettier-ignore
    this.lineups = new FakeLineups(this.saved.lineup).lineups;
    const rows = scene === 'hundred-thousand' ? 100_000 : scene === 'queue' ? 180 : 130;
    this.history = new FakeHistory(scene === 'empty' || firstRun ? 0 : rows);
    this.files = new FakeTransfers(this.history, (transfer) => this.#transferEvents.emit(transfer));
    this.transfers = this.files.transfers;
    this.backups = this.files.backups;
    this.library = new FakeSets(this.#asker(), scene !== 'empty' && !firstRun);
    this.prompts = this.library.prompts;
    this.sets = this.library.sets;
    setInterval(() => this.#tick(), FRAME_MS);
  }

  /** Plays a scene from now on, or shows it as it ended long ago. Returns its comparison's id. */
  stage(scene: string): string {
    const { prompt, voices } = SCENES[scene] ?? { prompt: '', voices: [] };
    const play = this.#begin(prompt, voices.map(entryOf), voices);
    if (SCENES[scene]?.judged !== undefined) this.#judged(play, SCENES[scene].judged);
    if (!['running', 'load', 'blind-running'].includes(scene) && this.#frozenAt === null) this.#finish(play);
    return this.#sequels(play, scene);
  }

  /** Plays what came after a scene's comparison, which lies some days back. Returns what is to be shown. */
  #sequels(first: Play, scene: string): string {
    let play = first;
    const ids = [play.id];
    const { sequels = [], shown = 0 } = SCENES[scene] ?? {};
    sequels.forEach(({ relation, prompt, voices }, i) => {
      const parentId = play.id;
      play.startedAtMs -= (sequels.length - i) * 3 * 86_400_000;
      play = this.#begin(prompt, voices.map(entryOf), voices);
      Object.assign(play.request, { parentId, relation });
      this.#finish(play);
      ids.push(play.id);
    });
    return ids[shown]!;
  }

  comparisons = {
    start: async (request: StartRequest): Promise<ComparisonView> => {
      if (request.prompt.trim() === '') throw new AppError({ code: 'invalid', message: 'The prompt is empty. Write one and run again.' });
      if (request.template) request = filled(request, request.variables);
      this.#afford(request.confirmed);
      const lineup = request.lineup.flatMap((entry) => Array.from({ length: Math.max(entry.repeats, 1) }, () => ({ ...entry, repeats: 1 })));
      this.#admit(request);
      const play = this.#begin(request.prompt, lineup, lineup.map((entry) => ({ ...voiceFor(entry), notApplied: notApplied(entry, voiceFor(entry)) })));
      const parent = this.#plays.get(request.parentId)?.request;
      const same = parent?.prompt === request.prompt && parent.system === request.system;
      play.request = { ...request, lineup, relation: request.relation === 'rerun' && !same ? 'edited' : request.relation };
      if (request.blind) this.#review.sit(play.id, play.takes.length);
      return this.#reply(() => this.#view(play));
    },
    get: (id: string) => this.#reply(() => this.#view(this.#find(id))),
    stop: async (id: string) => {
      const play = this.#find(id);
      for (const take of play.takes) take.stoppedMs ??= this.#now(take);
    },
    stopRun: async (runId: string) => {
      const { take } = this.#seen(runId);
      take.stoppedMs ??= this.#now(take);
    },
    retry: async (runId: string, confirmed: boolean): Promise<RunView> => {
      const { play, take } = this.#seen(runId);
      this.#afford(confirmed);
      const next = this.#again(play, take);
      return this.#reply(() => at(next, 0));
    },
    foresee: async (request: StartRequest): Promise<ProspectView[]> => {
      const files = request.attachments.map((id) => this.shelf.get(id)).filter((file) => file !== undefined);
      return request.lineup.map((entry) => prospectOf(request, entry, voiceFor(entry), files));
    },
    regenerate: async (id: string, confirmed: boolean): Promise<ComparisonView> => {
      const play = this.#known(id);
      this.#afford(confirmed);
      const newest = play.takes.filter((take, i) => play.takes[i + 1]?.seat !== take.seat);
      for (const take of newest) this.#again(play, take);
      return this.#reply(() => this.#view(play));
    },
    request: async (runId: string) => {
      const { play, take } = this.#seen(runId);
      return JSON.stringify({ model: take.voice.model, messages: [{ role: 'user', content: play.request.prompt }], stream: true });
    },
    receipt: async (id: string): Promise<ReceiptView[]> => {
      const rows = new Map<string, ReceiptView>();
      for (const run of this.#view(this.#known(id)).runs.filter((r) => r.host !== '')) {
        const { models = [], requests = 0, sent = 0, received = 0 } = rows.get(run.host) ?? {};
        rows.set(run.host, {
          host: run.host, place: run.place, models: [...models, `${run.endpoint}/${run.model}`],
          requests: (requests ?? 0) + 1, sent: (sent ?? 0) + 412, received: (received ?? 0) + run.answer.length,
        }); // prettier-ignore
      }
      return [...rows.values()].sort((a, b) => Number(a.place !== 'cloud') - Number(b.place !== 'cloud'));
    },
    again: async (id: string): Promise<AgainView> => {
      const { request } = this.#known(id);
      return { request: { ...structuredClone(request), parentId: id, relation: 'rerun', baseRunId: '' }, attachments: [], gone: [] };
    },
    family: async (id: string): Promise<FamilyView> => {
      const parentId = this.#plays.get(id)?.request.parentId ?? '';
      const rows = (has: (play: Play) => boolean) => [...this.#plays.values()].filter(has).map((play) => rowOf(this.#view(play)));
      const root = this.#thread(id);
      const thread = rows((play) => this.#thread(play.id) === root);
      return {
        parent: rows((play) => play.id === parentId)[0] ?? null,
        children: rows((play) => play.request.parentId === id),
        thread: thread.length > 1 ? thread : [],
      };
    },
    changes: async (id: string): Promise<ChangesView> => {
      const play = this.#known(id);
      return changesOf(this.#view(this.#known(play.request.parentId)), this.#view(play));
    },
  };

  #rated(): RatedView[] {
    const views = [...this.#plays.values()].filter((play) => !this.#review.blind(play.id)).map((play) => this.#review.dress(this.#whole(play)));
    const all = views.flatMap(({ runs, review, startedAtMs }) => review.answers.flatMap(({ runId, stars }) => runs.filter((run) => run.id === runId && stars > 0).map((run) => ({ endpoint: run.endpoint, model: run.model, stars, atMs: startedAtMs }))));
    return [...new Map(all.map((one) => [`${one.endpoint}/${one.model}`, one])).values()];
  }

  diffs = {
    answers: async (runA: string, runB: string): Promise<DiffView> => {
      return diffOf(this.#answer(runA), this.#answer(runB));
    },
    comparisons: async (oldId: string, newId: string): Promise<ChangesView> =>
      changesOf(this.#view(this.#known(oldId)), this.#view(this.#known(newId))),
  };

  ratings = {
    rate: async (id: string, run: string, stars: number) => this.#review.rate(this.#whole(this.#find(id)), run, stars),
    answer: async (id: string, run: string, reasons: string[], note: string) => this.#review.say(this.#whole(this.#find(id)), run, reasons, note),
    describe: async (id: string, description: DescriptionView) => void (this.#review.sheet(id).description = structuredClone(description)),
    judge: (id: string, verdict: JudgeRequest) => this.#then(id, (play) => this.#review.judge(this.#whole(play), verdict)),
    withdraw: (id: string) => this.#then(id, () => this.#review.withdraw(id)),
    blind: (id: string) => this.#then(id, (play) => this.#review.sit(id, new Set(play.takes.map((take) => take.seat)).size)),
    reveal: (id: string) => this.#then(id, () => this.#review.reveal(id)),
    next: async (skip: string[]) => {
      const waiting = this.history.waiting().filter((row) => !skip.includes(row.id));
      const [first] = waiting;
      return { comparison: first === undefined ? null : await this.ratings.blind(first.id), remaining: waiting.length };
    },
    waiting: async () => this.history.waiting().length,
    vocabulary: async () => this.#review.vocabulary(),
    rated: async (): Promise<RatedView[]> => this.#rated(),
  };

  models = {
    list: async () => this.#setup.list,
    refresh: async (name: string) => {
      for (const e of this.#setup.list) if (name === '' || e.name === name) this.#endpointEvents.emit({ ...e, listedAtMs: Date.now() });
    },
  };

  prices = fakePrices(
    () => this.#setup.list,
    (endpoint) => {
      this.#setup.list = this.#setup.list.map((e) => (e.name === endpoint.name ? endpoint : e));
      this.#endpointEvents.emit(endpoint);
    },
  );

  budgets = {
    estimate: async (request: StartRequest): Promise<EstimateView> => {
      const entries = request.lineup.map((entry) => {
        const usd = voiceFor(entry).place === 'cloud' ? (0.0042 * Math.max(entry.repeats, 1)).toFixed(4) : '0';
        return { expectedUsd: usd, worstUsd: usd === '0' ? '0' : null, why: usd === '0' ? '' : 'The longest answer is not known. Set max tokens to bound it.' };
      });
      const paid = entries.filter((e) => e.expectedUsd !== '0').length;
      return { entries, expectedUsd: entries.reduce((sum, e) => sum + Number(e.expectedUsd), 0).toFixed(4), worstUsd: '0', unknown: 0, worstUnknown: paid };
    },
    spending: async (): Promise<SpendingView> => ({
      dayUsd: '0.4213', monthUsd: '12.0382', caps: this.#caps,
      models: [
        { endpoint: 'anthropic', endpointLabel: 'Anthropic', model: 'claude-sonnet-4-5', runs: 212, usd: '8.5121' },
        { endpoint: 'openai', endpointLabel: 'OpenAI', model: 'gpt-5', runs: 190, usd: '3.5261' },
      ],
    }), // prettier-ignore
    setCaps: async (caps: CapsView) => void (this.#caps = structuredClone(caps)),
    running: async () => this.#running.view,
    setRunning: async (view: RunningView) => this.#running.set(view),
    runningCosts: async (id: string) => this.#running.costs(this.#view(this.#known(id))),
  };

  settings = {
    get: async () => this.saved,
    save: async (settings: SettingsView) => void (this.saved = structuredClone(settings)),
  };

  desktop = {
    checkLink: async (url: string) => {
      const parsed = new URL(url);
      if (!/^https?:$/.test(parsed.protocol)) throw new AppError({ code: 'invalid', message: 'Only web addresses are opened.' });
      return { url: parsed.href, host: parsed.host };
    },
    openLink: async (url: string) => void this.opened.push(url),
    copy: async (text: string) => void this.copied.push(text),
    pickAttachments: async () => {
      for (const file of this.attachable) this.shelf.set(file.id, file);
      return this.attachable;
    },
    attachFile: async (name: string, data: string) => {
      const image = /\.(png|jpe?g|gif|webp)$/.test(name);
      const bytes = Math.floor((data.length * 3) / 4);
      if (bytes === 0) throw new AppError({ code: 'invalid', message: `${name} is empty. Attach an image, a PDF or a text file.` });
      const pages = name.endsWith('.pdf') ? 12 : 0;
      const file: FakeFile = { id: `f-${name}`, name, mediaType: image ? 'image/png' : 'text/plain', bytes, width: image ? 640 : 0, height: image ? 480 : 0, pages };
      this.shelf.set(file.id, file);
      return file;
    },
    renew: async () => void (this.#lease = performance.now() + LEASE_MS),
    version: async () => '0.1.0 (fake)',
    notice: async () => '',
  };

  events = {
    onFrame: (listener: (frame: Frame) => void) => this.#frames.add(listener),
    onEndpoint: (listener: (endpoint: EndpointView) => void) => this.#endpointEvents.add(listener),
    onEndpoints: (listener: () => void) => this.#endpointChanges.add(listener),
    onPrivacy: (listener: (view: PrivacyView) => void) => this.#privacyEvents.add(listener),
    onTransfer: (listener: (transfer: TransferView) => void) => this.#transferEvents.add(listener),
    onJobs: (listener: (jobs: JobView[]) => void) => this.#jobEvents.add(listener),
  };

  window = { minimise: () => {}, toggleMaximise: () => {}, quit: () => {}, platform: async () => 'linux' };

  #afford(confirmed: boolean): void {
    if (this.tooDear !== '' && !confirmed) throw new AppError({ code: 'unconfirmed', message: this.tooDear });
  }

  /** Keeps the cap for one comparison, which a yes lifts. */
  #admit({ lineup, confirmed }: StartRequest): void {
    const usd = lineup.filter((entry) => voiceFor(entry).place === 'cloud').length * 0.0042;
    if (confirmed || this.#caps.runUsd === '' || usd <= Number(this.#caps.runUsd)) return;
    throw new AppError({ code: 'unconfirmed', message: `This comparison is expected to cost $${usd.toFixed(4)}, more than the cap of $${this.#caps.runUsd} for one. Run it anyway, or ask fewer or cheaper models.` });
  }

  #begin(prompt: string, lineup: EntryView[], voices: Voice[]): Play {
    const id = `fake-${++this.#nextId}`;
    const takes = voices.map((voice, seat): Take => ({
      id: `${id}-${seat}-1`, seat, attempt: 1, entry: lineup[seat] ?? entryOf(voice), voice, startedAt: performance.now(), stoppedMs: null,
    })); // prettier-ignore
    const request: StartRequest = { system: '', prompt, attachments: [], lineup, lanes: 'parallel', warmUp: false, localOnly: false, sensitive: false, unmark: false, blind: false, ...ALONE };
    const play: Play = { id, startedAtMs: Date.now(), request, takes, seq: 0, live: true, positions: new Map() };
    this.#plays.set(id, play);
    return play;
  }

  /** How a set asks: as the page would. */
  #asker() {
    return {
      ask: (request: StartRequest) => {
        const play = this.#begin(request.prompt, request.lineup, request.lineup.map(voiceFor));
        play.request = request;
        if (request.blind) this.#review.sit(play.id, play.takes.length);
        return play.id;
      },
      runs: (id: string) => {
        const play = this.#find(id);
        if (this.#review.blind(id)) return null;
        const { runs, review } = this.#review.dress(this.#whole(play));
        const newest = runs.filter((run, i) => runs[i + 1]?.seat !== run.seat);
        return newest.map((run) => ({ run, stars: review.answers.find((a) => a.runId === run.id)?.stars ?? 0 }));
      },
      live: (id: string) => this.#find(id).takes.some((take) => !ended(at(take, this.#now(take)).status)),
      stop: (id: string) => void this.comparisons.stop(id),
      estimate: (request: StartRequest) => this.budgets.estimate(request),
    };
  }

  #finish(play: Play): void {
    for (const take of play.takes) take.startedAt = -Infinity;
    this.#frame(play);
  }

  /** Does something with a comparison's review and returns what may now be shown. */
  async #then(id: string, work: (play: Play) => void): Promise<ComparisonView> {
    const play = this.#find(id);
    work(play);
    this.history.note(id, this.#review.dress(this.#whole(play)));
    // Its runs may have other names now; of an ended comparison everything counts as sent.
    if (!play.live) for (const run of this.#runs(play)) play.positions.set(run.id, { answer: run.answer.length, reasoning: 0, pace: 0, status: run.status });
    return this.#reply(() => this.#view(play));
  }

  /** A comparison whose models may be named. */
  #known(id: string): Play {
    if (this.#review.blind(id)) throw invalid('Vote or reveal first.');
    return this.#find(id);
  }

  /** A take by its run's id, which nobody has while it is blind. */
  #seen(runId: string): { play: Play; take: Take } {
    const found = this.#take(runId);
    this.#known(found.play.id);
    return found;
  }

  /** The text that a name means: a run's id, or comparison:LETTER. */
  #answer(name: string): string {
    const [id = '', letter] = name.split(':');
    if (letter !== undefined) return this.#view(this.#find(id)).runs.find((run) => run.id === letter)?.answer ?? '';
    const { take } = this.#seen(name);
    return at(take, this.#now(take)).answer;
  }

  #judged(play: Play, judged: Judged): void {
    stageReview(this.#review, this.#whole(play), judged);
  }

  /** A new attempt of a take's seat. */
  #again(play: Play, take: Take): Take {
    const attempt = play.takes.filter((t) => t.seat === take.seat).length + 1;
    const id = `${play.id}-${take.seat}-${attempt}`;
    const next: Take = { ...take, id, attempt, voice: voiceFor(take.entry), startedAt: performance.now(), stoppedMs: null };
    play.takes.push(next);
    play.takes.sort((a, b) => a.seat - b.seat || a.attempt - b.attempt);
    play.live = true;
    return next;
  }

  #find(id: string): Play {
    const play = this.#plays.get(id) ?? this.#fromHistory(id);
    if (play === undefined) throw new AppError({ code: 'not_found', message: 'This comparison is not in the history any more.' });
    return play;
  }

  #fromHistory(id: string): Play | undefined {
    const row = this.history.row(id);
    if (row === undefined) return undefined;
    const voices = this.history.voices(id);
    const play = this.#begin(row.prompt, voices.map(entryOf), voices);
    this.#plays.delete(play.id);
    play.id = id;
    this.#plays.set(id, play);
    this.#judged(play, judgedBy(row));
    this.#finish(play);
    return play;
  }

  #take(runId: string): { play: Play; take: Take } {
    for (const play of this.#plays.values()) {
      const take = play.takes.find((t) => t.id === runId);
      if (take !== undefined) return { play, take };
    }
    throw new AppError({ code: 'not_found', message: 'This answer is not in the history any more.' });
  }

  #now(take: Take): number {
    return this.#frozenAt ?? performance.now() - take.startedAt;
  }

  /** What a call returns is read when the call is made, and may arrive after events that came later. */
  async #reply<T>(read: () => T): Promise<T> {
    const value = read();
    const { replyMs } = this.faults;
    if (replyMs !== undefined) await new Promise((resolve) => setTimeout(resolve, replyMs));
    return value;
  }

  #tick(): void {
    if (performance.now() > this.#lease) return;
    for (const play of this.#plays.values()) if (play.live) this.#frame(play);
  }

  /** Sends what changed since the last frame. */
  #frame(play: Play): void {
    const views = this.#runs(play);
    const runs = views.map((view) => this.#patch(play, view)).filter((patch) => patch !== null);
    play.live = play.takes.some((take) => !ended(at(take, this.#now(take)).status));
    if (runs.length === 0 && play.live) return;
    play.seq++;
    this.#send({ comparison: play.id, seq: play.seq, nowMs: clock(runs.map((r) => r.metrics)), live: play.live, saveProblem: '', runs });
  }

  #patch(play: Play, run: RunView): RunPatch | null {
    const known = play.positions.get(run.id);
    const p = known ?? { answer: 0, reasoning: 0, pace: 0, status: '' };
    if (ended(p.status) && p.answer >= run.answer.length) return null; // while blind the text comes after the end
    const whole = p.status !== run.status;
    const same = run.answer.length === p.answer && run.reasoning.length === p.reasoning;
    if (!whole && same && this.#frozenAt !== null) return null;
    const paceFrom = Math.max(p.pace - 1, 0);
    const patch: RunPatch = {
      id: run.id, answer: run.answer.slice(p.answer), reasoning: run.reasoning.slice(p.reasoning), paceFrom,
      pace: run.pace.slice(paceFrom), status: run.status, metrics: run.metrics,
      run: whole ? { ...run, answer: '', reasoning: '', pace: [] } : null,
    }; // prettier-ignore
    play.positions.set(run.id, { answer: run.answer.length, reasoning: run.reasoning.length, pace: run.pace.length, status: run.status });
    return patch;
  }

  #send(frame: Frame): void {
    if (this.faults.lose?.includes(frame.seq)) return;
    if (!this.faults.reorder) return this.#frames.emit(frame);
    const held = this.#held;
    this.#held = held === null && frame.live ? frame : null;
    if (held !== null || !frame.live) this.#frames.emit(frame);
    if (held !== null) this.#frames.emit(held);
  }

  /** The first comparison of the conversation that a comparison belongs to. */
  #thread(id: string): string {
    const request = this.#plays.get(id)?.request;
    if (request === undefined || request.parentId === '') return id;
    const root = this.#thread(request.parentId);
    return request.relation === 'follow_up' || root !== request.parentId ? root : id;
  }

  /** By seat: what each model was sent before the prompt. */
  #earlier(play: Play): TurnView[][] {
    const { parentId, relation, baseRunId, lineup } = play.request;
    const parent = this.#plays.get(parentId);
    if (parent === undefined) return [];
    const view = this.#view(parent);
    if (relation !== 'follow_up') return view.earlier;
    return lineup.map(({ endpoint, model }) => {
      const run = view.runs.findLast((r) => (baseRunId === '' ? r.endpoint === endpoint && r.model === model : r.id === baseRunId));
      if (run === undefined || run.answer === '') return [];
      return [...(view.earlier[run.seat] ?? []), { user: view.prompt, answer: run.answer, attachments: [] }];
    });
  }

  /** A snapshot continues into the next frame without a gap: what it holds counts as sent. */
  #view(play: Play): ComparisonView {
    this.#frame(play);
    return this.#review.dress(this.#whole(play));
  }

  /** What may be sent of a comparison's runs. */
  #runs(play: Play): RunView[] {
    const runs = play.takes.map((take) => at(take, this.#now(take)));
    return this.#review.blind(play.id) ? this.#review.veilRuns(play.id, runs) : runs;
  }

  /** A comparison as the models gave it, before the veil. */
  #whole(play: Play): ComparisonView {
    const runs = play.takes.map((take) => at(take, this.#now(take)));
    return {
      id: play.id, system: play.request.system, prompt: play.request.prompt, attachments: [], startedAtMs: play.startedAtMs,
      nowMs: clock(runs.map((r) => r.metrics)), live: play.live, lanes: play.request.lanes, localOnly: play.request.localOnly || play.request.sensitive, sensitive: play.request.sensitive,
      saveProblem: '', appVersion: '0.1.0', seq: play.seq, blind: '', letters: [], runs,
      review: { verdict: null, answers: [], category: '', tags: [], note: '', favourite: false },
      parentId: play.request.parentId, relation: play.request.relation,
      imported: '', set: this.library.placeOf(play.id), threadId: this.#thread(play.id) === play.id ? '' : this.#thread(play.id), earlier: this.#earlier(play),
    }; // prettier-ignore
  }
}

function entryOf(voice: Voice): EntryView {
  return { endpoint: voice.endpoint, model: voice.model, params: NO_PARAMS, repeats: 1 };
}

function ended(status: string): boolean {
  return ['done', 'cut', 'truncated', 'failed', 'cancelled', 'interrupted'].includes(status);
}

function clock(metrics: { sentMs: number | null; totalMs: number | null }[]): number {
  return metrics.reduce((now, m) => Math.max(now, (m.sentMs ?? 0) + (m.totalMs ?? 0)), 0);
}

/** The fake that the page's address names; &at=7200 stops its clock, &faults=reorder lets events come out of order. */
export function connectFake(scene: string): FakeBackend {
  const query = new URLSearchParams(location.search);
  const fake = new FakeBackend(scene, {
    at: query.has('at') ? Number(query.get('at')) : undefined,
    faults: { reorder: query.get('faults') === 'reorder' },
  });
  if (scene === 'queue') fake.scene = scene;
  else if (scene in SCENES) fake.scene = fake.stage(scene);
  return fake;
}
