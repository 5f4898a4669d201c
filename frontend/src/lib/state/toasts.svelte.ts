export interface Toast {
  text: string;
  tone: 'plain' | 'bad';
  /** What the toast offers, as "Undo". */
  action?: { label: string; run: () => void };
  /** How long it stays, in milliseconds. */
  ms: number;
}

/** One sentence at a time at the foot of the window. A newer one takes its place. */
export class Toasts {
  current = $state.raw<Toast | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  show(text: string, more: Partial<Omit<Toast, 'text'>> = {}): void {
    this.current = { text, tone: 'plain', ms: 8000, ...more };
    this.release();
  }

  dismiss = (): void => {
    clearTimeout(this.#timer);
    this.current = null;
  };

  /** Keeps the toast while it is pointed at or has the focus. */
  hold = (): void => clearTimeout(this.#timer);

  release = (): void => {
    clearTimeout(this.#timer);
    if (this.current !== null) this.#timer = setTimeout(this.dismiss, this.current.ms);
  };
}
