import type { AppError, Backend, CapsView, SpendingView } from '../api';

/** What was spent, and the caps. */
export class Budget {
  /** Null until it is known. */
  view = $state.raw<SpendingView | null>(null);
  problem = $state.raw<AppError | null>(null);
  #backend: Pick<Backend, 'budgets'>;

  constructor(backend: Pick<Backend, 'budgets'>) {
    this.#backend = backend;
  }

  async load(): Promise<void> {
    await this.#try(async () => void (this.view = await this.#backend.budgets.spending()));
  }

  /** Keeps a changed cap; what Go refuses stays as it was. */
  async setCap(cap: keyof CapsView, usd: string): Promise<void> {
    if (this.view === null || this.view.caps[cap] === usd) return;
    const caps = { ...this.view.caps, [cap]: usd };
    await this.#try(async () => {
      await this.#backend.budgets.setCaps(caps);
      this.view = await this.#backend.budgets.spending();
    });
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
