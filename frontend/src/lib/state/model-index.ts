import type { EntryView, ModelView } from '../api';

/** Finds a model by endpoint and id without walking the list: a thousand models are asked for on every keystroke. */
export class ModelIndex {
  #byKey: ReadonlyMap<string, ModelView>;

  constructor(models: ModelView[]) {
    this.#byKey = new Map(models.map((model) => [keyOf(model.endpoint, model.id), model]));
  }

  find(entry: Pick<EntryView, 'endpoint' | 'model'>): ModelView | undefined {
    return this.#byKey.get(keyOf(entry.endpoint, entry.model));
  }
}

/** One string for an endpoint's model; ids hold no line breaks. */
export function keyOf(endpoint: string, model: string): string {
  return `${endpoint}\n${model}`;
}
