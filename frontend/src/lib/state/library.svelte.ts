import type { AppError, Backend, SavedKind, SavedPromptView } from '../api';
import type { Toasts } from './toasts.svelte';

/** The saved prompts, or the saved system prompts. */
export class Library {
  list = $state.raw<SavedPromptView[]>([]);
  problem = $state.raw<AppError | null>(null);
  /** The one that was used or saved last: it can be saved again under its name. */
  current = $state.raw<SavedPromptView | null>(null);

  readonly kind: SavedKind;
  #backend: Pick<Backend, 'prompts'>;
  #toasts: Toasts;

  constructor(backend: Pick<Backend, 'prompts'>, toasts: Toasts, kind: SavedKind) {
    this.#backend = backend;
    this.#toasts = toasts;
    this.kind = kind;
  }

  async load(): Promise<void> {
    await this.#try(async () => void (this.list = await this.#backend.prompts.list(this.kind)));
  }

  /** What a search finds: in names, texts and tags. */
  found(text: string): SavedPromptView[] {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    return this.list.filter((p) => {
      const all = [p.name, p.user, p.system, ...p.tags].join('\n').toLowerCase();
      return words.every((word) => all.includes(word));
    });
  }

  /** Saves a new one, or changes the one of its id. False when it was refused. */
  async save(prompt: Pick<SavedPromptView, 'name' | 'user' | 'system'> & Partial<SavedPromptView>): Promise<boolean> {
    return this.#try(async () => {
      this.current = await this.#backend.prompts.save({ id: '', tags: [], updatedAtMs: 0, ...prompt, kind: this.kind });
      this.list = await this.#backend.prompts.list(this.kind);
    });
  }

  /** Deletes one, with time to undo it. */
  async remove(prompt: SavedPromptView): Promise<void> {
    const done = await this.#try(async () => {
      await this.#backend.prompts.delete(prompt.id);
      if (this.current?.id === prompt.id) this.current = null;
      this.list = await this.#backend.prompts.list(this.kind);
    });
    if (done) this.#toasts.show(`“${prompt.name}” deleted.`, { action: { label: 'Undo', run: () => void this.save(prompt) } });
  }

  async #try(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      this.problem = null;
      return true;
    } catch (error) {
      this.problem = error as AppError;
      return false;
    }
  }
}
