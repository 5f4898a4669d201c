/** What the panel of old against new says: words and signs for numbers, pure. */
import type { ChangesView, ChangeView } from '../../lib/api';
import { cost, count, type Figure, seconds } from '../../lib/format/measure';

/** A value then and now. Equal ones are quiet. */
export interface Then {
  old: string;
  now: string;
  changed: boolean;
}

/** Times are never the same twice: from this share on one counts as another. */
const NOTABLE = 0.25;

export function time(pair: ChangeView['totalMs']): Then {
  return { old: words(seconds(pair.old)), now: words(seconds(pair.new)), changed: far(pair.old, pair.new) };
}

export function tokens(pair: ChangeView['output']): Then {
  return { old: count(pair.old), now: count(pair.new), changed: pair.delta !== null && pair.delta !== 0 };
}

export function charge(pair: ChangeView['cost']): Then {
  return { old: cost(pair.old), now: cost(pair.new), changed: pair.deltaUsd !== null && Number(pair.deltaUsd) !== 0 };
}

/** How far the answers of a model are apart. */
export function textOf(change: ChangeView): string {
  if (change.similarity === null) return 'No text to compare';
  if (change.sameText) return 'The same text';
  return change.similarity === 1 ? 'White space only' : `${Math.floor(change.similarity * 100)}% shared`;
}

/** Whether another model answers under the same name: what it says it is, or the files that it is made of. */
export function isAnother({ served, digest }: ChangeView): boolean {
  return served.changed || digest.changed;
}

/** The notes of a seat but that on its text, which stands in a column of its own. */
export function notesOf(change: ChangeView): string[] {
  return change.notes.filter((note) => !note.startsWith('The answers differ'));
}

/** The whole in a sentence or two, the gravest first. */
export function summaryOf({ seats, prompt }: ChangesView): string {
  const others = seats.filter(isAnother).map((seat) => seat.model);
  const compared = seats.filter((seat) => seat.similarity !== null);
  const same = compared.filter((seat) => seat.sameText).length;
  const differ = compared.length - same;
  const parts = [];
  if (others.length > 0) parts.push(`${list(others)} ${others.length === 1 ? 'is' : 'are'} not the model that answered then.`);
  if (!prompt) parts.push('The prompt is another.');
  if (compared.length === 0) parts.push('No answer can be compared.');
  else if (differ === 0) parts.push(compared.length === 1 ? 'The answer is the same.' : `All ${compared.length} answers are the same.`);
  else parts.push(`${differ} of ${compared.length} ${compared.length === 1 ? 'answer' : 'answers'} ${differ === 1 ? 'differs' : 'differ'}.`);
  return parts.join(' ');
}

function list(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function words({ value, unit }: Figure): string {
  return unit === '' ? value : `${value} ${unit}`;
}

function far(a: number | null, b: number | null): boolean {
  return a !== null && b !== null && Math.abs(a - b) > NOTABLE * Math.max(a, b);
}
