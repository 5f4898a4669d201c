import type { EndpointView, EntryView, ModelView, ParamsView, ProspectView } from '../api';
import type { Models } from './models.svelte';
import { NO_PARAMS, type Settings } from './settings.svelte';

/**
 * Whether a seat takes part in the next run. A seat whose model is gone stays in the lineup as missing; one without a
 * key is keyless; under Local only one that leaves this machine is locked. An endpoint that is down may be up again by
 * the time of the run, so its seats stay ready: the answer's own column tells what happened.
 */
export type SeatState = 'ready' | 'missing' | 'keyless' | 'locked';

export interface Seat {
  /** Stays with the seat while others move; two seats may have the same model. */
  key: number;
  entry: EntryView;
  model: ModelView | undefined;
  endpoint: EndpointView | undefined;
  name: string;
  openness: string;
  place: string;
  state: SeatState;
  /** Why it does not take part, and what to do; empty when ready. */
  why: string;
}

/** How often one entry is asked at most, in the window; Go takes up to 64 seats in all. */
export const MOST_REPEATS = 20;

interface Place {
  key: number;
  entry: EntryView;
}

/** The ordered entries of the next comparison. */
export class Lineup {
  /** What becomes of the draft at each ready seat, by its key, once that is known. Not part of a seat: to ask for it follows every change of one. */
  prospects = $state.raw<ReadonlyMap<number, ProspectView>>(new Map());
  /** What a ready seat may cost when the draft runs, in US dollars, by its key; without those of which it is not known. */
  costs = $state.raw<ReadonlyMap<number, string>>(new Map());

  #places = $state.raw<Place[]>([]);
  #nextKey = 0;
  #settings: Settings;
  #models: Models;

  readonly seats: Seat[] = $derived.by(() => this.#places.map((place) => this.#seat(place)));
  readonly ready = $derived(this.seats.filter((seat) => seat.state === 'ready'));
  /** How many of the ready ones send the prompt away. */
  readonly leaving = $derived(this.ready.filter((seat) => seat.place === 'cloud').length);

  constructor(settings: Settings, models: Models) {
    this.#settings = settings;
    this.#models = models;
  }

  /** What is saved and sent, in order. */
  get entries(): EntryView[] {
    return this.#places.map((place) => place.entry);
  }

  get size(): number {
    return this.#places.length;
  }

  /** Takes over the stored lineup. */
  restore(): void {
    this.#places = this.#settings.view.lineup.map((entry) => this.#place($state.snapshot(entry) as EntryView));
  }

  replace(entries: (Pick<EntryView, 'endpoint' | 'model'> & Partial<EntryView>)[]): void {
    this.#set(entries.map((entry) => this.#place({ params: NO_PARAMS, repeats: 1, ...entry })));
  }

  /** Adds a seat at the end; returns its key. */
  add(entry: Pick<EntryView, 'endpoint' | 'model'>): number {
    const made = this.#place({ params: NO_PARAMS, repeats: 1, endpoint: entry.endpoint, model: entry.model });
    this.#set([...this.#places, made]);
    return made.key;
  }

  /** Adds a seat like another, right after it; returns its key. */
  copy(key: number): number {
    const at = this.#places.findIndex((place) => place.key === key);
    const made = this.#place($state.snapshot(this.#places[at]!.entry) as EntryView);
    this.#set(this.#places.toSpliced(at + 1, 0, made));
    return made.key;
  }

  remove(key: number): void {
    this.#set(this.#places.filter((place) => place.key !== key));
  }

  /** Removes the last seat of a model, as unticking does. */
  removeLast(entry: Pick<EntryView, 'endpoint' | 'model'>): void {
    const last = this.#places.findLast((place) => same(place.entry, entry));
    if (last !== undefined) this.remove(last.key);
  }

  /** Moves a seat by a number of places; at the edges it stays. */
  move(key: number, by: number): void {
    const from = this.#places.findIndex((place) => place.key === key);
    const to = Math.min(Math.max(from + by, 0), this.#places.length - 1);
    const moved = this.#places[from];
    if (moved === undefined || to === from) return;
    const rest = this.#places.filter((place) => place !== moved);
    this.#set([...rest.slice(0, to), moved, ...rest.slice(to)]);
  }

  setParams(key: number, params: ParamsView): void {
    this.#set(this.#places.map((place) => (place.key === key ? { key, entry: { ...place.entry, params } } : place)));
  }

  /** How often a seat is asked. */
  setRepeats(key: number, repeats: number): void {
    const n = Math.min(Math.max(Math.round(repeats), 1), MOST_REPEATS);
    this.#set(this.#places.map((place) => (place.key === key ? { key, entry: { ...place.entry, repeats: n } } : place)));
  }

  count(entry: Pick<EntryView, 'endpoint' | 'model'>): number {
    return this.#places.filter((place) => same(place.entry, entry)).length;
  }

  #place(entry: EntryView): Place {
    return { key: this.#nextKey++, entry: { ...entry, repeats: Math.max(entry.repeats, 1) } };
  }

  #set(places: Place[]): void {
    this.#places = places;
    this.#settings.change({ lineup: places.map((place) => place.entry) });
  }

  #seat({ key, entry }: Place): Seat {
    const model = this.#models.find(entry);
    const endpoint = this.#models.endpoint(entry.endpoint);
    const place = model?.place ?? endpoint?.place ?? 'cloud';
    const [state, why] = this.#stateOf(entry, model, endpoint, place);
    return { key, entry, model, endpoint, name: model?.name ?? entry.model, openness: model?.openness ?? 'unknown', place, state, why };
  }

  #stateOf(entry: EntryView, model: ModelView | undefined, endpoint: EndpointView | undefined, place: string): [SeatState, string] {
    const stays = place !== 'cloud' || (model?.stays ?? endpoint?.own ?? false);
    if (this.#settings.view.localOnly && !stays) return ['locked', 'Leaves this machine. Switch Local only off to use it.'];
    if (this.#settings.view.sensitive && !stays) return ['locked', 'Leaves this machine, and the prompt is marked sensitive.'];
    if (model !== undefined || !this.#models.loaded) return ['ready', ''];
    if (endpoint === undefined) return ['missing', `Bakeoff knows no provider named ${entry.endpoint} any more. Remove it or choose another model.`];
    if (endpoint.state === 'no_key') return ['keyless', `${endpoint.label} has no key. Enter one in Models.`];
    if (endpoint.state === 'ready') return ['missing', `${endpoint.label} does not offer it any more. Remove it or choose another model.`];
    return ['ready', ''];
  }
}

/** An entry's own parameters where it has them, else those common to all. Its own system text has no common one here. */
export function mergeParams(common: ParamsView, own: ParamsView): ParamsView {
  return {
    system: own.system,
    temperature: own.temperature ?? common.temperature,
    topP: own.topP ?? common.topP,
    maxTokens: own.maxTokens ?? common.maxTokens,
    seed: own.seed ?? common.seed,
    stop: own.stop.length > 0 ? own.stop : common.stop,
    effort: own.effort || common.effort,
    thinkingBudget: own.thinkingBudget ?? common.thinkingBudget,
    numCtx: own.numCtx ?? common.numCtx,
    keepAlive: own.keepAlive || common.keepAlive,
    responseFormat: own.responseFormat || common.responseFormat,
    extra: own.extra || common.extra,
  };
}

function same(a: Pick<EntryView, 'endpoint' | 'model'>, b: Pick<EntryView, 'endpoint' | 'model'>): boolean {
  return a.endpoint === b.endpoint && a.model === b.model;
}
