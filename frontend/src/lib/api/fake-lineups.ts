/** The fake backend's saved lineups. */
import type { EntryView } from './backend';
import { invalid } from './fake-review';
import { NO_PARAMS, VOICES } from './fake-voices';
import type { LineupsBackend, LineupView } from './lineups';

export class FakeLineups {
  #all: LineupView[] = [];
  #gone = new Map<string, { lineup: LineupView; at: number }>();
  #nextId = 0;

  constructor(current: EntryView[]) {
    if (current.length === 0) return;
    const entries = (names: string[]) => names.flatMap((name) => VOICES.filter((v) => v.model === name).slice(0, 1)).map((v) => ({ endpoint: v.endpoint, model: v.model, params: NO_PARAMS, repeats: 1 }));
    const local = VOICES.filter((v) => v.place === 'local').map((v) => v.model);
    const cloud = VOICES.filter((v) => v.place === 'cloud').map((v) => v.model);
    this.#add('Daily four', current);
    this.#add('All eight', entries([...local.slice(0, 4), ...cloud.slice(0, 4)]));
    this.#add('Three and three', entries([...local.slice(0, 3), ...cloud.slice(0, 3)]));
    this.#add('Health, local', entries(local.slice(0, 2)));
    // What one endpoint no longer offers stays in the lineup and is said.
    this.#add('Last year', [...entries(local.slice(0, 1)), { endpoint: 'openai', model: 'gpt-retired', params: NO_PARAMS, repeats: 1 }]);
  }

  readonly lineups: LineupsBackend = {
    list: async () => structuredClone(this.#all),
    save: async (view) => {
      const name = view.name.trim().replace(/\s+/g, ' ');
      if (name === '') throw invalid('The name is empty. Type one.');
      if ([...name].length > 60) throw invalid(`The name has ${[...name].length} characters, and at most 60 are kept. Shorten it.`);
      if (view.entries.length === 0) throw invalid('The lineup is empty. Add a model, then save it.');
      const taken = this.#all.some((other) => other.id !== view.id && other.name.toLowerCase() === name.toLowerCase());
      if (taken) throw invalid('There is one of this name already. Choose another name, or delete that one first.');
      const at = this.#all.findIndex((other) => other.id === view.id);
      const kept = { ...structuredClone(view), name, id: view.id || this.#id(), updatedAtMs: Date.now() };
      if (at < 0) this.#all.push(kept);
      else this.#all[at] = kept;
      return structuredClone(kept);
    },
    delete: async (id) => {
      const at = this.#all.findIndex((lineup) => lineup.id === id);
      const [lineup] = at < 0 ? [] : this.#all.splice(at, 1);
      if (lineup) this.#gone.set(id, { lineup, at });
    },
    undelete: async (id) => {
      const gone = this.#gone.get(id);
      if (gone === undefined) throw invalid('This lineup cannot be brought back any more. Save it anew.');
      this.#all.splice(gone.at, 0, gone.lineup);
    },
    move: async (id, to) => {
      const at = this.#all.findIndex((lineup) => lineup.id === id);
      const [lineup] = at < 0 ? [] : this.#all.splice(at, 1);
      if (lineup) this.#all.splice(Math.max(0, to), 0, lineup);
    },
  };

  #add(name: string, entries: EntryView[]): void {
    this.#all.push({ id: this.#id(), name, entries, lanes: 'parallel', updatedAtMs: Date.now() });
  }

  #id(): string {
    return `lineup-${++this.#nextId}`;
  }
}
