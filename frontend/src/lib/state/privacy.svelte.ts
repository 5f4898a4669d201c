import type { AppError, Backend, PrivacyView } from '../api';
import type { Settings } from './settings.svelte';

/**
 * The switch Local only and the hosts that it takes for the user's own. Go turns and keeps both; the settings only follow,
 * since a command in a terminal may turn the switch too.
 */
export class Privacy {
  view = $state.raw<PrivacyView>({ localOnly: false, forced: false, hosts: [], dataDir: '' });
  /** Why the last change was refused. */
  problem = $state.raw<AppError | null>(null);

  #backend: Pick<Backend, 'privacy'>;
  #settings: Settings;

  constructor(backend: Pick<Backend, 'privacy' | 'events'>, settings: Settings) {
    this.#backend = backend;
    this.#settings = settings;
    backend.events.onPrivacy((view) => this.#take(view));
  }

  load(): Promise<boolean> {
    return this.#try(() => this.#backend.privacy.get());
  }

  /** Shows at once and holds as soon as Go has said so; when Go refuses, it is shown as it is. */
  async set(localOnly: boolean): Promise<boolean> {
    this.#settings.change({ localOnly });
    if (await this.#try(() => this.#backend.privacy.setLocalOnly(localOnly))) return true;
    const { problem } = this;
    await this.load();
    this.problem = problem;
    return false;
  }

  add(host: string): Promise<boolean> {
    return this.#try(() => this.#backend.privacy.addHost(host.trim()));
  }

  remove(host: string): Promise<boolean> {
    return this.#try(() => this.#backend.privacy.removeHost(host));
  }

  /** Shows the folder of the history in the file manager. */
  async openFolder(): Promise<void> {
    await this.#try(async () => {
      await this.#backend.privacy.openDataFolder();
      return this.view;
    });
  }

  #take(view: PrivacyView): void {
    this.view = view;
    if (this.#settings.view.localOnly !== view.localOnly) this.#settings.change({ localOnly: view.localOnly });
  }

  async #try(ask: () => Promise<PrivacyView>): Promise<boolean> {
    try {
      this.problem = null;
      this.#take(await ask());
      return true;
    } catch (error) {
      this.problem = error as AppError;
      return false;
    }
  }
}
