import type { AppError, Backend, RunningCostView, RunningView } from '../api';

/** What the user told about the cost of running models on this machine. */
export class RunningSetting {
  /** Null until it is known. It may be one that is not whole yet: then Go still has the one before. */
  view = $state.raw<RunningView | null>(null);
  problem = $state.raw<AppError | null>(null);
  #backend: Pick<Backend, 'budgets'>;
  /** Changes are kept one after another, so that the last one stays. */
  #kept: Promise<void> = Promise.resolve();

  constructor(backend: Pick<Backend, 'budgets'>) {
    this.#backend = backend;
  }

  async load(): Promise<void> {
    await this.#try(async () => void (this.view = await this.#backend.budgets.running()));
  }

  /** Keeps what is whole: a kind with all its fields. What Go refuses stays on the screen, with Go's sentence. */
  change(part: Partial<RunningView>): Promise<void> {
    if (this.view === null) return Promise.resolve();
    const view = { ...this.view, ...part };
    this.view = view;
    if (!whole(view)) {
      this.problem = null;
      return Promise.resolve();
    }
    return (this.#kept = this.#kept.then(() => this.#try(() => this.#backend.budgets.setRunning(view))));
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

/** Nothing is missing; whether it makes sense is for Go to say. */
export function whole(view: RunningView): boolean {
  if (view.kind === 'power') return view.watts !== '' && view.kwhUsd !== '';
  return view.kind === 'none' || view.hourlyUsd !== '';
}

/** What the local runs of the comparison on the screen cost to run: apart from their costs. */
export class RunningCosts {
  #figures = $state.raw(new Map<string, RunningCostView>());
  #backend: Pick<Backend, 'budgets'>;
  #asked = 0;

  constructor(backend: Pick<Backend, 'budgets'>) {
    this.#backend = backend;
  }

  get any(): boolean {
    return this.#figures.size > 0;
  }

  of(runId: string): RunningCostView | undefined {
    return this.#figures.get(runId);
  }

  /** Asks for a comparison's figures; '' is one that has none to show: it goes on, or is blind. */
  async load(id: string): Promise<void> {
    const asked = ++this.#asked;
    let figures: RunningCostView[] = [];
    try {
      if (id !== '') figures = await this.#backend.budgets.runningCosts(id);
    } catch {
      // An extra that cannot be had is left out: what is wrong with the comparison is told where it is read.
    }
    if (asked === this.#asked) this.#figures = new Map(figures.map((f) => [f.runId, f]));
  }
}
