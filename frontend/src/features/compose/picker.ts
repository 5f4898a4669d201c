import type { EndpointView, ModelView } from '../../lib/api';

/** A line of the picker. All have one height, so that a list of thousands needs to draw only what is in view. */
export type Row =
  | { kind: 'group'; place: string; title: string; note: string }
  | { kind: 'model'; model: ModelView; endpoint: EndpointView; text: string }
  | { kind: 'why'; endpoint: EndpointView; text: string };

const GROUPS = [
  { place: 'local', title: 'Runs here', note: 'context, size' },
  { place: 'cloud', title: 'Leaves this machine', note: 'context, $ per 1M in / out' },
  { place: 'demo', title: 'Demo', note: 'answers from a script' },
] as const;

/** The lines for what one typed: the models that match every word, grouped by where they run, then what is lacking. */
export function pickerRows(endpoints: readonly EndpointView[], query: string): Row[] {
  const words = wordsOf(query);
  return GROUPS.flatMap(({ place, title, note }) => {
    const models = endpoints.flatMap((endpoint) => modelRows(endpoint, place, words));
    const lacking = endpoints.filter((e) => e.place === place && e.state !== 'ready' && lacks(e, words)).map(whyRow);
    const rows = [...models, ...lacking];
    return rows.length === 0 ? [] : [{ kind: 'group' as const, place, title, note }, ...rows];
  });
}

/** The words that one typed to find a model. */
export function wordsOf(query: string): string[] {
  return query.toLowerCase().split(/\s+/).filter((word) => word !== '');
}

function modelRows(endpoint: EndpointView, place: string, words: string[]): Row[] {
  return endpoint.models
    .filter((model) => model.place === place && words.every((word) => matches(model, endpoint, word)))
    .map((model) => ({ kind: 'model', model, endpoint, text: about(model, endpoint) }));
}

/** Words that name a kind match that kind alone: "open" finds open weights, not everything of OpenAI. */
export function matches(model: ModelView, endpoint: EndpointView, word: string): boolean {
  switch (word) {
    case 'open':
    case 'closed':
      return model.openness === word;
    case 'local':
    case 'cloud':
    case 'demo':
      return model.place === word;
    default:
      return haystack(model, endpoint).includes(word);
  }
}

const haystacks = new WeakMap<ModelView, string>();

function haystack(model: ModelView, endpoint: EndpointView): string {
  let text = haystacks.get(model);
  if (text === undefined) {
    text = [model.name, model.id, endpoint.label, endpoint.name, model.quantization, model.parameterSize, ...model.capabilities].join(' ').toLowerCase();
    haystacks.set(model, text);
  }
  return text;
}

export function lacks(endpoint: EndpointView, words: string[]): boolean {
  const names = `${endpoint.label} ${endpoint.name} ${endpoint.place}`.toLowerCase();
  return words.every((word) => names.includes(word));
}

function about(model: ModelView, endpoint: EndpointView): string {
  const parts = [endpoint.label, model.parameterSize, model.quantization, model.shutdownDate && `ends ${model.shutdownDate}`];
  return parts.filter((part) => part !== '').join(', ');
}

function whyRow(endpoint: EndpointView): Row {
  return { kind: 'why', endpoint, text: whyNot(endpoint) };
}

/** Why an endpoint offers nothing right now, with the next step. */
export function whyNot(endpoint: EndpointView): string {
  switch (endpoint.state) {
    case 'checking':
      return 'Asking what it has';
    case 'no_key':
      return 'No key. Enter one in Models.';
    default:
      return endpoint.problem?.message ?? `${endpoint.label} does not answer. Try again.`;
  }
}
