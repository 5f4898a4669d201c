import type { AppError, Backend, ParamsView, SettingsView } from '../api';

/** How long after the last change the settings are saved, in milliseconds. */
const SAVE_AFTER = 400;

export const NO_PARAMS: ParamsView = {
  system: null, temperature: null, topP: null, maxTokens: null, seed: null, stop: [], effort: '', thinkingBudget: null, numCtx: null,
  keepAlive: '', responseFormat: '', extra: '',
}; // prettier-ignore

const DEFAULTS: SettingsView = {
  theme: 'system',
  layout: 'columns',
  lineup: [],
  system: '',
  params: NO_PARAMS,
  lanes: 'parallel',
  warmUp: false,
  localOnly: false,
  sensitive: false,
  blind: false,
  draft: '',
  variables: [],
  onboarded: false,
};

/** What the window remembers. Changes show at once and are saved a moment after the last one, one save at a time. */
export class Settings {
  /** False until the stored settings are here; nothing is saved before, or it would overwrite them. */
  loaded = $state(false);
  /** Why settings could not be read or saved. */
  problem = $state.raw<AppError | null>(null);

  #view = $state<SettingsView>(structuredClone(DEFAULTS));
  #backend: Pick<Backend, 'settings'>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #changed = false;
  #saving: Promise<void> | null = null;

  constructor(backend: Pick<Backend, 'settings'>) {
    this.#backend = backend;
  }

  get view(): Readonly<SettingsView> {
    return this.#view;
  }

  async load(): Promise<void> {
    try {
      this.#view = structuredClone(await this.#backend.settings.get());
      this.loaded = true;
      this.problem = null;
    } catch (error) {
      this.problem = error as AppError;
    }
  }

  change(patch: Partial<SettingsView>): void {
    Object.assign(this.#view, patch);
    if (!this.loaded) return;
    this.#changed = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), SAVE_AFTER);
  }

  /** Saves what is not saved yet. Calls to Go overtake each other, so a save starts only when the one before is done. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    while (this.#changed) {
      this.#saving ??= this.#save();
      await this.#saving;
      if (this.problem !== null) return;
    }
  }

  async #save(): Promise<void> {
    this.#changed = false;
    try {
      await this.#backend.settings.save($state.snapshot(this.#view) as SettingsView);
      this.problem = null;
    } catch (error) {
      this.#changed = true; // the next change or flush tries again
      this.problem = error as AppError;
    } finally {
      this.#saving = null;
    }
  }
}
