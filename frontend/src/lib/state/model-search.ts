import type { EndpointView, ModelView } from '../api';

/** A context from here on, in tokens, is a long one. */
export const LONG_CONTEXT = 128_000;

export interface Found {
  model: ModelView;
  endpoint: EndpointView;
}

interface Indexed extends Found {
  /** Name and id, lower case. */
  name: string;
  /** What else may be searched for. */
  rest: string;
}

/**
 * Finds models among thousands as one types: what can be searched is written down once per list, so that a keystroke only
 * walks over short strings. Words may come in any order; all of them must be there.
 */
export class ModelSearch {
  readonly #all: Indexed[];

  /** licenceOf names a model's licence where it is known, else "". */
  constructor(endpoints: readonly EndpointView[], licenceOf: (model: ModelView) => string = () => '') {
    this.#all = endpoints.flatMap((endpoint) => endpoint.models.map((model) => indexed(model, endpoint, licenceOf(model))));
  }

  get size(): number {
    return this.#all.length;
  }

  /** What matches, the best match first; what matches alike stays in the order of the list. */
  find(query: string): Found[] {
    const words = wordsOf(query);
    if (words.length === 0) return this.#all;
    const found: { at: Indexed; rank: number }[] = [];
    for (const at of this.#all) {
      const rank = rankOf(at, words);
      if (rank >= 0) found.push({ at, rank });
    }
    return found.sort((a, b) => a.rank - b.rank).map(({ at }) => at);
  }
}

/** The words that one typed to find a model. */
export function wordsOf(query: string): string[] {
  return query.toLowerCase().split(/\s+/).filter((word) => word !== '');
}

/** The query with a word switched on or off, as the small filters do it. A price bound takes the place of another. */
export function toggled(query: string, word: string): string {
  const words = query.split(/\s+/).filter((other) => other !== '');
  const rest = words.filter((other) => other.toLowerCase() !== word && !(word.startsWith('<') && other.startsWith('<')));
  return (words.some((other) => other.toLowerCase() === word) ? rest : [...rest, word]).join(' ');
}

/**
 * Whether a word asks for a kind and not for a part of a name: "open" finds open weights, not everything of OpenAI. A
 * bound finds nothing whose figure is unknown. Undefined: the word is plain text.
 */
export function ofKind(model: ModelView, word: string): boolean | undefined {
  switch (word) {
    case 'open':
    case 'closed':
      return model.openness === word;
    case 'local':
    case 'cloud':
    case 'demo':
      return model.place === word;
    case 'long':
      return model.contextLength >= LONG_CONTEXT;
  }
  const bound = /^([<>])\$?(\d+(?:\.\d+)?)(k|m)?$/.exec(word);
  if (bound === null) return undefined;
  const [, sign, digits, unit = ''] = bound;
  const value = Number(digits) * ({ k: 1000, m: 1_000_000 }[unit] ?? 1);
  if (sign === '>') return model.contextLength >= value;
  return model.place === 'cloud' ? model.price !== null && model.price.output !== '' && Number(model.price.output) < value : true;
}

/** Whether a word fits a model, without an index. */
export function matches(model: ModelView, endpoint: EndpointView, word: string): boolean {
  return rankOf(remembered(model, endpoint), [word]) >= 0;
}

/** Whether every word is in the name of an endpoint. */
export function lacks(endpoint: EndpointView, words: readonly string[]): boolean {
  const names = `${endpoint.label} ${endpoint.name} ${endpoint.place}`.toLowerCase();
  return words.every((word) => names.includes(word));
}

const memory = new WeakMap<ModelView, Indexed>();

function remembered(model: ModelView, endpoint: EndpointView): Indexed {
  let at = memory.get(model);
  if (at === undefined) memory.set(model, (at = indexed(model, endpoint, '')));
  return at;
}

function indexed(model: ModelView, endpoint: EndpointView, licence: string): Indexed {
  const name = model.name === model.id ? model.id : `${model.name} ${model.id}`;
  const rest = [endpoint.label, endpoint.name, model.quantization, model.parameterSize, ...model.capabilities, licence].join(' ');
  return { model, endpoint, name: name.toLowerCase(), rest: rest.toLowerCase() };
}

/** How well all words fit, 0 best; -1: they do not. */
function rankOf(at: Indexed, words: readonly string[]): number {
  let sum = 0;
  for (const word of words) {
    const kind = ofKind(at.model, word);
    if (kind === true) continue;
    const rank = kind === false ? -1 : textRank(at, word);
    if (rank < 0) return -1;
    sum += rank;
  }
  return sum;
}

/** The name begins with the word; a part of the name does; it is somewhere in the name; it is said of the model. */
function textRank(at: Indexed, word: string): number {
  const found = at.name.indexOf(word);
  if (found === 0) return 0;
  if (found > 0) return startsPart(at.name, word, found) ? 1 : 2;
  return at.rest.includes(word) ? 3 : -1;
}

function startsPart(name: string, word: string, first: number): boolean {
  for (let i = first; i >= 0; i = name.indexOf(word, i + 1)) if (!/[a-z0-9]/.test(name[i - 1]!)) return true;
  return false;
}
