/** The fake backend's endpoints and keys: it keeps the rules of the real one, and no key. */
import type { Backend, EndpointEdit, EndpointView, HeaderEdit, KeysView, TestView } from './backend';
import { AppError } from './errors';

const PASSPHRASE = 'correct horse';

export class FakeEndpoints implements Pick<Backend, 'endpoints'> {
  list: EndpointView[];
  readonly #emit: (endpoint: EndpointView) => void;
  #seq = 0;
  #keys: KeysView = { place: 'keychain', keychainProblem: '', fileExists: false, locked: false };

  constructor(list: EndpointView[], emit: (endpoint: EndpointView) => void, locked = false) {
    if (locked) this.#keys = { place: 'file', keychainProblem: 'The system’s keychain does not work here. Unlock it and try again, or keep keys in an encrypted file.', fileExists: true, locked };
    this.list = list;
    this.#emit = emit;
  }

  endpoints = {
    save: async (edit: EndpointEdit): Promise<string> => {
      const name = edit.name || edit.label.toLowerCase().replace(/[^a-z0-9._]+/g, '-');
      if (!/^[a-z0-9][a-z0-9._-]{0,39}$/.test(name)) throw invalid('The name of an endpoint has up to 40 small letters, digits, dots and hyphens, such as office-gpu. Choose another one.');
      if (!/^https?:\/\/[^@\s]+$/.test(edit.baseUrl)) throw invalid('This is no usable address. Write it like https://gateway.example/v1 or http://127.0.0.1:8080, without a password in it.');
      const here = /\/\/(localhost|127\.)/.test(edit.baseUrl);
      const moved = this.list.find((e) => e.name === name)?.baseUrl !== edit.baseUrl;
      const old = this.list.find((e) => e.name === name) ?? blank(name);
      const key = moved ? { keySource: '', keyHint: '', headerNames: [] } : {};
      this.#put({ ...old, ...key, label: edit.label || name, kind: edit.kind, baseUrl: edit.baseUrl, place: here ? 'local' : 'cloud', made: true, state: 'ready', problem: null, listedAtMs: Date.now() });
      return name;
    },
    remove: async (name: string) => void (this.list = this.list.filter((e) => e.name !== name)),
    enable: async (name: string, on: boolean) => {
      const e = this.#find(name);
      this.#put(on ? { ...e, state: e.keySource || e.place === 'local' ? 'ready' : 'no_key', problem: null } : { ...e, state: 'off', problem: { code: 'invalid', message: `${e.label} is switched off. Switch it on with \`bakeoff endpoints enable ${name}\`.`, detail: '', httpStatus: 0, retryAfterMs: 0 } });
    },
    test: async (name: string): Promise<TestView> => {
      const e = this.#find(name);
      return { models: e.models.length, tookMs: 312, problem: e.problem };
    },
    setKey: async (name: string, key: string, headers: HeaderEdit[]): Promise<string> => {
      if (key.trim() === '' && headers.length === 0) throw invalid('The key is empty. Paste the key, or remove the stored one.');
      if (this.#keys.place === '') throw invalid('This computer has no keychain that answers. Choose an encrypted file or this session only for keys.');
      if (this.#keys.locked) throw new AppError({ code: 'auth', message: 'The file of keys is locked. Unlock it with its passphrase and try again.' });
      const keyHint = key.length >= 20 ? key.slice(-4) : '';
      this.#put({ ...this.#find(name), keySource: this.#keys.place, keyHint, headerNames: headers.map((h) => h.name), state: 'ready', problem: null });
      return this.#keys.place;
    },
    clearKey: async (name: string) => this.#put({ ...this.#find(name), keySource: '', keyHint: '', headerNames: [], state: 'no_key', models: [] }),
    keys: async () => this.#keys,
    chooseKeys: async (place: string) => void (this.#keys = { ...this.#keys, place, locked: place === 'file' && !this.#keys.fileExists }),
    reread: async () => {},
    unlockKeys: async (passphrase: string) => {
      if (passphrase.length < 8) throw invalid('The passphrase is too short. Take at least 8 characters.');
      if (this.#keys.fileExists && passphrase !== PASSPHRASE) throw new AppError({ code: 'auth', message: 'This passphrase does not open the file of keys. Try again; without it, delete keys.age and enter the keys anew.' });
      this.#keys = { ...this.#keys, fileExists: true, locked: false };
      for (const e of this.list) if (e.locked) this.#put({ ...e, locked: false, state: 'ready', keySource: 'file', keyHint: '9894', problem: null });
    },
  };

  #find(name: string): EndpointView {
    const found = this.list.find((e) => e.name === name);
    if (found === undefined) throw new AppError({ code: 'not_found', message: `There is no endpoint "${name}".` });
    return found;
  }

  #put(changed: EndpointView): void {
    const endpoint = { ...changed, seq: ++this.#seq };
    const at = this.list.findIndex((e) => e.name === endpoint.name);
    if (at < 0) this.list = [...this.list.slice(0, -1), endpoint, ...this.list.slice(-1)];
    else this.list = this.list.with(at, endpoint);
    this.#emit(endpoint);
  }
}

function blank(name: string): EndpointView {
  return {
    name, label: name, kind: 'openai', baseUrl: '', place: 'cloud', own: false, keySource: '', addressSource: 'default', keyHint: '', headerNames: [], made: true, locked: false,
    keyVariables: [], state: 'ready', problem: null, models: [], listedAtMs: 0, seq: 0,
  }; // prettier-ignore
}

function invalid(message: string): AppError {
  return new AppError({ code: 'invalid', message });
}
