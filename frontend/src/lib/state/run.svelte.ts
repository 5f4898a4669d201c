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
  /** Whether it was seen to think, if only by the provider's word. */
  thought = $state(false);

  readonly ended = $derived(isEnded(this.status));
  readonly metrics = $derived(this.view.metrics);
  readonly error = $derived<ErrorView | null>(this.view.error);

  #answer = '';
  #reasoning = '';
  #pace: StrokeView[] = [];
  /** Text that came and was not handed on yet. */
  #fresh = { answer: '', reasoning: '' };
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
    this.flush();
    this.#listeners.add(listener);
    listener.reset(this.#answer, this.#reasoning);
    return () => this.#listeners.delete(listener);
  }

  /** Takes a whole view: from a snapshot or the history. Text that only grew is handed on as growth. */
  replace(view: RunView): void {
    this.flush();
    const grew = view.answer.startsWith(this.#answer) && view.reasoning.startsWith(this.#reasoning);
    const fresh = { answer: view.answer.slice(this.#answer.length), reasoning: view.reasoning.slice(this.#reasoning.length) };
    this.#answer = view.answer;
    this.#reasoning = view.reasoning;
    this.#pace = [...view.pace];
    this.#note(view, view.status);
    if (grew) this.#fresh = fresh;
    else for (const l of this.#listeners) l.reset(this.#answer, this.#reasoning);
    this.flush();
  }

  /** Takes what changed. The text reaches the listeners with flush. */
  apply(patch: RunPatch): void {
    this.#answer += patch.answer;
    this.#reasoning += patch.reasoning;
    this.#fresh.answer += patch.answer;
    this.#fresh.reasoning += patch.reasoning;
    this.#pace.splice(patch.paceFrom, this.#pace.length, ...patch.pace);
    this.#note(patch.run ?? { ...this.view, metrics: patch.metrics, status: patch.status }, patch.status);
  }

  /** Hands on the text that came since the last call: once a picture, however many frames are in it. */
  flush(): void {
    const { answer, reasoning } = this.#fresh;
    if (answer === '' && reasoning === '') return;
    this.#fresh = { answer: '', reasoning: '' };
    for (const l of this.#listeners) l.text(answer, reasoning);
  }

  #note(view: RunView, status: Status): void {
    this.view = { ...view, answer: '', reasoning: '', pace: [] };
    this.status = status;
    this.thought ||= status === 'thinking';
    this.hasAnswer = this.#answer !== '';
    this.hasReasoning = this.#reasoning !== '';
  }
}

export function isEnded(status: Status): boolean {
  return !['queued', 'loading', 'thinking', 'streaming'].includes(status);
}
