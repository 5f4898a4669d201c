import type { AppError, Backend, EndpointView, EntryView, ModelView } from '../api';
import { ModelIndex } from './model-index';

/** Everything that can be asked, kept up to date by endpoint events. */
export class Models {
  endpoints = $state.raw<EndpointView[]>([]);
  loaded = $state(false);
  problem = $state.raw<AppError | null>(null);

  readonly all = $derived(this.endpoints.flatMap((endpoint) => endpoint.models));
  readonly #index = $derived(new ModelIndex(this.all));
  #backend: Pick<Backend, 'models'>;

  /** Listens from now on: an event that nobody heard is lost. */
  constructor(backend: Pick<Backend, 'models' | 'events'>) {
    this.#backend = backend;
    backend.events.onEndpoint((endpoint) => this.#put(endpoint));
    backend.events.onEndpoints(() => void this.load());
  }

  async load(): Promise<void> {
    try {
      const listed = await this.#backend.models.list();
      // An event may overtake this reply: what is newer stays.
      this.endpoints = listed.map((endpoint) => newer(endpoint, this.endpoint(endpoint.name)));
      this.problem = null;
    } catch (error) {
      this.problem = error as AppError;
    }
    this.loaded = true;
  }

  /** Asks an endpoint what it has, "" for all. The answers come as events. */
  async refresh(endpoint = ''): Promise<void> {
    try {
      await this.#backend.models.refresh(endpoint);
      this.problem = null;
    } catch (error) {
      this.problem = error as AppError;
    }
  }

  find(entry: Pick<EntryView, 'endpoint' | 'model'>): ModelView | undefined {
    return this.#index.find(entry);
  }

  endpoint(name: string): EndpointView | undefined {
    return this.endpoints.find((endpoint) => endpoint.name === name);
  }

  #put(endpoint: EndpointView): void {
    if (newer(endpoint, this.endpoint(endpoint.name)) !== endpoint) return; // events may change places on their way
    const known = this.endpoints.some((other) => other.name === endpoint.name);
    this.endpoints = known ? this.endpoints.map((other) => (other.name === endpoint.name ? endpoint : other)) : [...this.endpoints, endpoint];
  }
}

function newer(listed: EndpointView, heard: EndpointView | undefined): EndpointView {
  return heard !== undefined && heard.seq > listed.seq ? heard : listed;
}
