import type { ErrorView, RunPatch, RunView, Status, StrokeView } from '../api';

/** What an answer's pane listens to: text is handed on, never kept in state that redraws. */
export interface RunListener {
  /** Text came since the last call, at most once a frame. */
  text(answer: string, reasoning: string): void;
  /** Everything before is void: the whole texts again. */
  reset(answer: string, reasoning: string): void;
}

/** One attempt. Its numbers and status redraw its pane; its texts go to listeners. */
export class Run {
  /** All but the texts and the pace. */
  view = $state.raw<RunView>() as RunView;
  status = $state<Status>('queued');
  /** Whether any text has come: a pane that waits looks different. */
  hasAnswer = $state(false);
  hasReasoning = $state(false);

  readonly ended = $derived(isEnded(this.status));
  readonly metrics = $derived(this.view.metrics);
  readonly error = $derived<ErrorView | null>(this.view.error);

  #answer = '';
  #reasoning = '';
  #pace: StrokeView[] = [];
  #listeners = new Set<RunListener>();

  constructor(view: RunView) {
    this.replace(view);
  }

  get id(): string {
    return this.view.id;
  }
  get answer(): string {
    return this.#answer;
  }
  get reasoning(): string {
    return this.#reasoning;
  }
  get pace(): readonly StrokeView[] {
    return this.#pace;
  }

  /** Listens, beginning with what is there. */
  listen(listener: RunListener): () => void {
    this.#listeners.add(listener);
    listener.reset(this.#answer, this.#reasoning);
    return () => this.#listeners.delete(listener);
  }

  /** Takes a whole view: from a snapshot or the history. */
  replace(view: RunView): void {
    this.#answer = view.answer;
    this.#reasoning = view.reasoning;
    this.#pace = [...view.pace];
    this.#note(view, view.status);
    for (const l of this.#listeners) l.reset(this.#answer, this.#reasoning);
  }

  apply(patch: RunPatch): void {
    this.#answer += patch.answer;
    this.#reasoning += patch.reasoning;
    this.#pace.splice(patch.paceFrom, this.#pace.length, ...patch.pace);
    this.#note(patch.run ?? { ...this.view, metrics: patch.metrics, status: patch.status }, patch.status);
    if (patch.answer !== '' || patch.reasoning !== '') for (const l of this.#listeners) l.text(patch.answer, patch.reasoning);
  }

  #note(view: RunView, status: Status): void {
    this.view = { ...view, answer: '', reasoning: '', pace: [] };
    this.status = status;
    this.hasAnswer = this.#answer !== '';
    this.hasReasoning = this.#reasoning !== '';
  }
}

export function isEnded(status: Status): boolean {
  return !['queued', 'loading', 'thinking', 'streaming'].includes(status);
}
