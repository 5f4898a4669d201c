/**
 * An order of answers while it is being made: places, best first, each with the answers that share it. An answer that
 * is in no place is not ranked. Every function returns a new order without empty places.
 */
export type Places<T> = readonly (readonly T[])[];

/** Where an answer is dropped: into a place, before one (places.length: after the last), or out of the order. */
export type Target = { into: number } | { before: number } | 'out';

/** The rank of an answer, from 1; 0 while it has none. */
export function rankIn<T>(places: Places<T>, one: T): number {
  return places.findIndex((place) => place.includes(one)) + 1;
}

/** Puts an answer where it is dropped. A target means the places as they are, with the answer still in its own. */
export function put<T>(places: Places<T>, one: T, target: Target): Places<T> {
  const rest = places.map((place) => place.filter((other) => other !== one));
  if (target !== 'out' && 'into' in target) rest[target.into]?.push(one);
  else if (target !== 'out') rest.splice(target.before, 0, [one]);
  return rest.filter((place) => place.length > 0);
}

/** Puts an answer last, or takes it out when it has a place. */
export function toggle<T>(places: Places<T>, one: T): Places<T> {
  return put(places, one, rankIn(places, one) > 0 ? 'out' : { before: places.length });
}

/**
 * Moves an answer up or down by half a place: out of a shared place into one of its own, from there into the neighbour's.
 * Below the last place it is not ranked.
 */
export function nudge<T>(places: Places<T>, one: T, by: 1 | -1): Places<T> {
  const at = rankIn(places, one) - 1;
  if (at < 0) return by < 0 ? put(places, one, { before: places.length }) : places;
  if (places[at]!.length > 1) return put(places, one, { before: by < 0 ? at : at + 1 });
  if (by > 0 && at === places.length - 1) return put(places, one, 'out');
  return places[at + by] === undefined ? places : put(places, one, { into: at + by });
}

/** Joins the place of an answer to the one above it, or gives the answer one of its own again. */
export function tie<T>(places: Places<T>, one: T): Places<T> {
  const at = rankIn(places, one) - 1;
  if (at < 0) return places;
  if (places[at]!.length > 1) return put(places, one, { before: at + 1 });
  return at === 0 ? places : put(places, one, { into: at - 1 });
}
