import type { AppError, Backend, ComparisonView, Frame, ReviewView } from '../api';
import { Run } from './run.svelte';
import { RunningCosts } from './running.svelte';

/** How long a frame may be missing before the whole comparison is asked for. */
const GAP_MS = 300;
const RENEW_MS = 2000;
/** Frames kept for a comparison that is not shown, or whose reply is on its way. A snapshot makes older ones needless. */
const HELD_FRAMES = 256;
const HELD_COMPARISONS = 8;

/** A seat: the attempts of one entry, the newest last. */
export interface Seat {
  seat: number;
  /** What it was called while it was blind; empty when it never was. */
  letter: string;
  attempts: Run[];
}

/** What stands in one column: the seats of an entry that was asked several times, or the one seat of any other. */
export interface Column {
  seats: Seat[];
}

/** The comparison on the screen: a snapshot, and the frames that continue it. */
export class Comparison {
  view = $state.raw<ComparisonView | null>(null);
  seats = $state.raw<Seat[]>([]);
  live = $state(false);
  saveProblem = $state('');
  problem = $state.raw<AppError | null>(null);
  /** Counts the frames that were drawn: whoever draws by hand looks when it changes. */
  tick = $state(0);
  /** Milliseconds since the start barrier. */
  nowMs = 0;

  readonly newest = $derived(this.seats.map((s) => s.attempts[s.attempts.length - 1]!));

  /** Neighbours with the same model and settings are one entry; in a comparison that ever was blind each answer stands alone. */
  readonly columns: Column[] = $derived.by(() => {
    const out: Column[] = [];
    for (const seat of this.seats) {
      const last = out[out.length - 1];
      if (last !== undefined && this.blind === '' && alike(last.seats[0]!, seat)) last.seats.push(seat);
      else out.push({ seats: [seat] });
    }
    return out;
  });

  readonly blind = $derived(this.view?.blind ?? '');
  /** Nothing but letters and answers is known. */
  readonly veiled = $derived(this.blind === 'open');

  /** What its local runs cost to run: a figure beside their costs. */
  readonly running: RunningCosts;
  #backend: Backend;
  #seq = 0;
  #runs = new Map<string, Run>();
  /** Frames that came before their turn, or before the reply that announces their comparison. */
  #held = new Map<string, Map<number, Frame>>();
  #queue: Frame[] = [];
  #drawing = false;
  #gap: ReturnType<typeof setTimeout> | undefined;
  #asking = 0;

  constructor(backend: Backend) {
    this.#backend = backend;
    this.running = new RunningCosts(backend);
    backend.events.onFrame((frame) => this.#arrive(frame));
  }

  get id(): string {
    return this.view?.id ?? '';
  }

  /** Lets the page receive frames as long as it is open; returns what ends that. */
  renew(): () => void {
    const again = () => void this.#backend.desktop.renew().catch(() => undefined);
    again();
    const timer = setInterval(again, RENEW_MS);
    return () => clearInterval(timer);
  }

  /** Shows a comparison as it came from start, get or regenerate. A snapshot that frames have overtaken says nothing new. */
  show(view: ComparisonView): void {
    const same = view.id === this.id;
    if (same && view.seq < this.#seq && view.blind === this.blind) return;
    this.#closeGap();
    this.#queue = [];
    this.#seq = view.seq;
    const known = same ? this.#namesakes(view) : new Map<string, Run>();
    this.#runs = new Map(view.runs.map((r) => [r.id, again(known.get(r.id), r)]));
    this.view = { ...view, runs: [] };
    this.live = view.live;
    this.nowMs = view.nowMs;
    this.saveProblem = view.saveProblem;
    this.#seat();
    this.tick++;
    this.#release();
  }

  /** Takes what the user changed in the review. */
  revise(review: ReviewView): void {
    if (this.view !== null) this.view = { ...this.view, review };
  }

  /** What a run is called on the screen. */
  nameOf(run: Run): string {
    return this.veiled ? `Model ${run.id}` : run.view.model;
  }

  clear(): void {
    this.#closeGap();
    this.#queue = [];
    this.view = null;
    this.seats = [];
    this.live = false;
    this.#runs.clear();
  }

  async open(id: string): Promise<void> {
    const asked = ++this.#asking;
    const view = await this.#try(() => this.#backend.comparisons.get(id));
    if (view !== undefined && asked === this.#asking) this.show(view);
  }

  async start(request: Parameters<Backend['comparisons']['start']>[0]): Promise<boolean> {
    const view = await this.#try(() => this.#backend.comparisons.start(request));
    if (view !== undefined) this.show(view);
    return view !== undefined;
  }

  async stop(): Promise<void> {
    await this.#try(() => this.#backend.comparisons.stop(this.id));
  }

  async stopRun(id: string): Promise<void> {
    await this.#try(() => this.#backend.comparisons.stopRun(id));
  }

  /** Asks an ended answer once more. The new attempt comes with the next frame; the old one stays. */
  async retry(id: string, confirmed = false): Promise<void> {
    const run = await this.#try(() => this.#backend.comparisons.retry(id, confirmed));
    if (run === undefined || this.#runs.has(run.id)) return;
    this.#runs.set(run.id, new Run({ ...run, answer: '', reasoning: '', pace: [] })); // its text comes with the frames
    this.live = true;
    this.#seat();
  }

  async regenerate(confirmed = false): Promise<void> {
    const view = await this.#try(() => this.#backend.comparisons.regenerate(this.id, confirmed));
    if (view !== undefined) this.show(view);
  }

  request(runId: string): Promise<string | undefined> {
    return this.#try(() => this.#backend.comparisons.request(runId));
  }

  async #try<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      this.problem = null;
      return await work();
    } catch (error) {
      this.problem = error as AppError;
      return undefined;
    }
  }

  /**
   * The runs that a newer view of this comparison goes on with, by the ids that they have there. With the veil a run's
   * name comes or goes, but its pane stays: nothing moves when the names appear.
   */
  #namesakes(view: ComparisonView): Map<string, Run> {
    const before = this.view;
    if (before === null || before.blind === view.blind) return this.#runs;
    const [veiled, named] = view.blind === 'open' ? [view, before] : [before, view];
    if (veiled.blind !== 'open' || named.letters.length === 0) return this.#runs;
    const runs = view === named ? view.runs : [...this.#runs.values()].map((run) => run.view);
    const out = new Map<string, Run>();
    named.letters.forEach((letter, seat) => {
      const id = runs.findLast((run) => run.seat === seat)?.id ?? '';
      const [from, to] = view === named ? [letter, id] : [id, letter];
      const run = this.#runs.get(from);
      if (run !== undefined) out.set(to, run);
    });
    return out;
  }

  #seat(): void {
    const seats: Seat[] = [];
    const runs = [...this.#runs.values()].sort((a, b) => a.view.seat - b.view.seat || a.view.attempt - b.view.attempt);
    for (const run of runs) {
      const last = seats[seats.length - 1];
      if (last?.seat === run.view.seat) last.attempts.push(run);
      else seats.push({ seat: run.view.seat, letter: this.veiled ? run.id : (this.view?.letters[run.view.seat] ?? ''), attempts: [run] });
    }
    // Once revealed the answers stay where they were judged.
    this.seats = seats.sort((a, b) => (a.letter < b.letter ? -1 : a.letter > b.letter ? 1 : a.seat - b.seat));
  }

  /** A frame came: keep it until its turn, and draw with the next picture of the screen. */
  #arrive(frame: Frame): void {
    let held = this.#held.get(frame.comparison);
    if (held === undefined) this.#held.set(frame.comparison, (held = new Map()));
    held.set(frame.seq, frame);
    if (held.size > HELD_FRAMES) held.delete(held.keys().next().value!);
    if (this.#held.size > HELD_COMPARISONS) this.#held.delete(this.#held.keys().next().value!);
    if (frame.comparison === this.id) this.#release();
  }

  #release(): void {
    const held = this.#held.get(this.id);
    if (held === undefined) return;
    for (const seq of [...held.keys()].sort((a, b) => a - b)) {
      if (seq <= this.#seq) {
        held.delete(seq);
        continue;
      }
      if (seq !== this.#seq + 1) break;
      this.#queue.push(held.get(seq)!);
      held.delete(seq);
      this.#seq = seq;
    }
    if (held.size === 0) this.#closeGap();
    else this.#gap ??= setTimeout(() => this.#askWhole(), GAP_MS); // frames go on coming: they must not put it off
    if (this.#queue.length > 0) this.#schedule();
  }

  #closeGap(): void {
    clearTimeout(this.#gap);
    this.#gap = undefined;
  }

  /** A frame is lost, or names a run that nobody announced: asks for the whole comparison. */
  #askWhole(): void {
    this.#closeGap();
    void this.open(this.id);
  }

  #schedule(): void {
    if (document.hidden) {
      this.#draw(); // a hidden page gets no pictures, also none that was asked for before it was hidden
      return;
    }
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      this.#draw();
    });
  }

  #draw(): void {
    const frames = this.#queue;
    this.#queue = [];
    let grew = false;
    let unknown = false;
    for (const frame of frames) {
      for (const patch of frame.runs) {
        const run = this.#runs.get(patch.id);
        if (run !== undefined) {
          run.apply(patch);
        } else if (patch.run !== null) {
          const fresh = new Run(patch.run);
          fresh.apply(patch);
          this.#runs.set(patch.id, fresh);
          grew = true;
        } else {
          unknown = true;
        }
      }
      this.live = frame.live;
      this.saveProblem = frame.saveProblem;
      if (frame.nowMs > 0) this.nowMs = frame.nowMs; // it begins anew with a retry
    }
    for (const run of this.#runs.values()) run.flush();
    if (grew) this.#seat();
    if (frames.length > 0) this.tick++;
    if (unknown) this.#askWhole();
  }
}

function again(known: Run | undefined, view: ComparisonView['runs'][number]): Run {
  if (known === undefined) return new Run(view);
  known.replace(view);
  return known;
}

function alike(a: Seat, b: Seat): boolean {
  const [x, y] = [a.attempts[0]!.view, b.attempts[0]!.view];
  return x.endpoint === y.endpoint && x.model === y.model && JSON.stringify(x.params) === JSON.stringify(y.params);
}
