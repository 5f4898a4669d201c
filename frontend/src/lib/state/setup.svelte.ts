import type { AppError, Backend, EndpointEdit, EndpointView, HeaderEdit, KeysView, TestView } from '../api';
import type { Models } from './models.svelte';
import type { Toasts } from './toasts.svelte';

/** What is open over the page: the key of an endpoint, an endpoint ("" makes one), or the passphrase of the file of keys. */
export type SetupDialog = { kind: 'key'; name: string } | { kind: 'endpoint'; name: string } | { kind: 'unlock' };

/** A test of a connection: under way, its finding, or why there is none. */
export type Tested = 'running' | TestView | AppError;

const PLACES: Record<string, string> = { keychain: 'in the keychain', file: 'in the encrypted file', session: 'until Bakeoff closes' };

/** Where a key is kept, in words: "in the keychain", or the variable that gives it. */
export function keyPlace(source: string): string {
  return PLACES[source] ?? `from ${source}`;
}

/** Whether a key was entered in Bakeoff, not given by a variable. */
export function isStored(source: string): boolean {
  return source in PLACES;
}

/**
 * Changes endpoints and keys. A key goes through set() to Go and is kept by nothing here: no field, no error and no
 * sentence holds it.
 */
export class Setup {
  dialog = $state.raw<SetupDialog | null>(null);
  /** Null until the keychain was looked for, which may take some seconds. */
  keys = $state.raw<KeysView | null>(null);
  /** By endpoint. */
  tests = $state.raw<Readonly<Record<string, Tested>>>({});
  /** Why the last change was refused. */
  problem = $state.raw<AppError | null>(null);
  busy = $state(false);

  #backend: Pick<Backend, 'endpoints'>;
  #models: Models;
  #toasts: Toasts;

  constructor(backend: Pick<Backend, 'endpoints'>, models: Models, toasts: Toasts) {
    this.#backend = backend;
    this.#models = models;
    this.#toasts = toasts;
  }

  open(dialog: SetupDialog): void {
    this.problem = null;
    this.dialog = dialog;
    void this.look();
  }

  close = (): void => {
    this.problem = null;
    this.dialog = null;
  };

  /** Looks where keys are kept. */
  async look(): Promise<void> {
    await this.#try(async () => void (this.keys = await this.#backend.endpoints.keys()));
  }

  /** Makes a place the one for new keys. */
  choose(place: string): Promise<boolean> {
    return this.#change(async () => {
      await this.#backend.endpoints.chooseKeys(place);
      this.keys = await this.#backend.endpoints.keys();
    });
  }

  /** Opens the encrypted file of keys, or begins it. */
  unlock(passphrase: string): Promise<boolean> {
    return this.#change(async () => {
      await this.#backend.endpoints.unlockKeys(passphrase);
      this.keys = await this.#backend.endpoints.keys();
    });
  }

  /** Hands a key over to be kept. */
  setKey(endpoint: EndpointView, key: string, headers: HeaderEdit[]): Promise<boolean> {
    return this.#change(async () => {
      const place = await this.#backend.endpoints.setKey(endpoint.name, key, headers);
      this.#forget(endpoint.name);
      this.#toasts.show(`The key of ${endpoint.label} is kept ${keyPlace(place)}.`, { ms: 4000 });
    });
  }

  clearKey(endpoint: EndpointView): Promise<boolean> {
    return this.#change(async () => {
      await this.#backend.endpoints.clearKey(endpoint.name);
      this.#forget(endpoint.name);
      this.#toasts.show(`The key of ${endpoint.label} is removed.`, { ms: 4000 });
    });
  }

  /** Adds an endpoint or changes it, hands over what secret was entered for it, and tests it. */
  save(edit: EndpointEdit, key: string, headers: HeaderEdit[]): Promise<boolean> {
    return this.#change(async () => {
      const name = await this.#backend.endpoints.save(edit);
      // From here on it exists: if its key is refused, the dialog goes on as a change of it.
      this.dialog = { kind: 'endpoint', name };
      if (key !== '' || headers.length > 0) await this.#backend.endpoints.setKey(name, key, headers);
      void this.test(name);
    });
  }

  remove(name: string): Promise<boolean> {
    return this.#change(async () => {
      await this.#backend.endpoints.remove(name);
      this.#forget(name);
      await this.#models.load();
    });
  }

  async enable(name: string, on: boolean): Promise<void> {
    this.#forget(name);
    if (!(await this.#change(() => this.#backend.endpoints.enable(name, on))) && this.problem) {
      this.#toasts.show(this.problem.message, { tone: 'bad' });
    }
  }

  /** Asks an endpoint for its models, which needs address, key and protocol to be right and costs nothing. */
  async test(name: string): Promise<void> {
    this.#tested(name, 'running');
    try {
      this.#tested(name, await this.#backend.endpoints.test(name));
    } catch (error) {
      this.#tested(name, error as AppError);
    }
  }

  #tested(name: string, tested: Tested): void {
    this.tests = { ...this.tests, [name]: tested };
  }

  /** What a test found holds no longer. */
  #forget(name: string): void {
    this.tests = Object.fromEntries(Object.entries(this.tests).filter(([other]) => other !== name));
  }

  async #change(work: () => Promise<void>): Promise<boolean> {
    this.busy = true;
    const done = await this.#try(work);
    this.busy = false;
    return done;
  }

  async #try(work: () => Promise<void>): Promise<boolean> {
    try {
      this.problem = null;
      await work();
      return true;
    } catch (error) {
      this.problem = error as AppError;
      return false;
    }
  }
}
