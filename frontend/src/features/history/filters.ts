/** The filters of the list: what each offers, what it says when it is on, and how it is taken off. */
import type { FacetsView, FacetView } from '../../lib/api';
import { shortDay } from '../../lib/format/dates';
import type { Filters } from '../../lib/state/history.svelte';

export type FilterName =
  | 'models' | 'providers' | 'openness' | 'places' | 'tags' | 'category' | 'stars' | 'verdict' | 'favourite' | 'status' | 'relation' | 'date' | 'cost' | 'set'; // prettier-ignore

export interface Option {
  value: string;
  label: string;
  /** Comparisons that have it; -1: not known. */
  count: number;
}

export interface Filter {
  name: FilterName;
  label: string;
  kind: 'many' | 'one' | 'switch' | 'date' | 'cost' | 'fixed';
  /** What is chosen, in words; "" when the filter is off. */
  words: (filters: Filters) => string;
  off: Partial<Filters>;
  /** What there is to choose from. */
  options: (facets: FacetsView) => Option[];
  /** The values that are chosen. */
  chosen: (filters: Filters) => string[];
  /** The change that chooses other values. */
  choose: (values: string[]) => Partial<Filters>;
}

type Lists = 'models' | 'providers' | 'openness' | 'places' | 'tags' | 'status';

const WORDS: Record<string, string> = {
  open: 'Open', closed: 'Closed', unknown: 'Unknown',
  local: 'Runs here', cloud: 'Leaves this machine', demo: 'Demo',
  done: 'Done', cut: 'Cut at the limit', truncated: 'Broke off', failed: 'Failed', cancelled: 'Stopped', interrupted: 'Interrupted',
  any: 'Rated', unrated: 'Waits for a vote', best: 'One best', tie: 'Tie', none: 'None good', ranked: 'Ranked',
  rerun: 'Run again', edited: 'Edited and run again', follow_up: 'Follow-up',
}; // prettier-ignore

/** The words for a value: models are named without their endpoint, which the provider's filter has. */
export function wordsOf(name: FilterName, value: string): string {
  if (name === 'models') return value.slice(value.indexOf('/') + 1);
  return name === 'tags' || name === 'category' || name === 'providers' ? value : (WORDS[value] ?? value);
}

/** Two models of one name, of two endpoints, are told apart by them. */
function optionsOf(name: FilterName, facets: readonly FacetView[]): Option[] {
  const words = facets.map(({ value }) => wordsOf(name, value));
  return facets.map(({ value, count }, i) => ({ value, label: words.indexOf(words[i]!) === words.lastIndexOf(words[i]!) ? words[i]! : value, count }));
}

/** A filter of which several values can be on: they are alternatives. */
function many(name: Lists, label: string, facets: (all: FacetsView) => FacetView[]): Filter {
  return {
    name, label, kind: 'many', off: { [name]: [] }, options: (all) => optionsOf(name, facets(all)),
    chosen: (filters) => filters[name], choose: (values) => ({ [name]: values }),
    words: ({ [name]: values }) => (values.length > 2 ? `${values.length} of them` : values.map((v) => wordsOf(name, v)).join(', ')),
  }; // prettier-ignore
}

function one(name: 'category' | 'verdict' | 'relation', label: string, options: (facets: FacetsView) => Option[]): Filter {
  return {
    name, label, kind: 'one', off: { [name]: '' }, options, chosen: (filters) => (filters[name] === '' ? [] : [filters[name]]),
    choose: (values) => ({ [name]: values[0] ?? '' }), words: (filters) => (filters[name] === '' ? '' : wordsOf(name, filters[name])),
  }; // prettier-ignore
}

const noChoice: Pick<Filter, 'options' | 'chosen' | 'choose'> = { options: () => [], chosen: () => [], choose: () => ({}) };

function stars(n: number): string {
  return n === 5 ? '5' : `${n} or more`;
}

function verdicts({ verdicts: facets }: FacetsView): Option[] {
  const of = (value: string) => facets.find((facet) => facet.value === value)?.count ?? 0;
  return ['any', 'unrated', 'best', 'ranked', 'tie', 'none'].map((value) => ({ value, label: wordsOf('verdict', value), count: of(value) }));
}

function dateWords({ fromMs, toMs }: Filters): string {
  const last = toMs - 1; // the last day that is meant
  if (fromMs === 0) return toMs === 0 ? '' : `until ${shortDay(last)}`;
  if (toMs === 0) return `since ${shortDay(fromMs)}`;
  return shortDay(fromMs) === shortDay(last) ? shortDay(fromMs) : `${shortDay(fromMs)} to ${shortDay(last)}`;
}

function costWords({ minCostUsd: min, maxCostUsd: max }: Filters): string {
  if (min === '') return max === '' ? '' : Number(max) === 0 ? '$0' : `up to $${max}`;
  return max === '' ? `$${min} or more` : `$${min} to $${max}`;
}

export const FILTERS: readonly Filter[] = [
  many('models', 'Model', (f) => f.models),
  many('providers', 'Provider', (f) => f.providers),
  many('openness', 'Open or closed', (f) => f.openness),
  many('tags', 'Tag', (f) => f.tags),
  {
    name: 'stars', label: 'Rating', kind: 'one', off: { minStars: 0 },
    options: () => [5, 4, 3, 2, 1].map((n) => ({ value: String(n), label: stars(n), count: -1 })),
    chosen: ({ minStars }) => (minStars === 0 ? [] : [String(minStars)]), choose: ([value = '0']) => ({ minStars: Number(value) }),
    words: ({ minStars }) => (minStars === 0 ? '' : stars(minStars)),
  },
  { name: 'date', label: 'Date', kind: 'date', off: { fromMs: 0, toMs: 0 }, words: dateWords, ...noChoice },
  { name: 'cost', label: 'Cost', kind: 'cost', off: { minCostUsd: '', maxCostUsd: '' }, words: costWords, ...noChoice },
  one('verdict', 'Verdict', verdicts),
  many('places', 'Local or cloud', (f) => f.places),
  one('category', 'Category', (f) => optionsOf('category', f.categories)),
  many('status', 'Ended', (f) => f.statuses),
  one('relation', 'Made from another', () => ['rerun', 'edited', 'follow_up'].map((value) => ({ value, label: wordsOf('relation', value), count: -1 }))),
  { name: 'favourite', label: 'Favourites', kind: 'switch', off: { favourite: false }, words: (f) => (f.favourite ? 'only' : ''), ...noChoice },
  // One set is chosen where the sets are: here it is only taken off.
  { name: 'set', label: 'Prompt set', kind: 'fixed', off: { setId: '' }, words: (f) => (f.setId === '' ? '' : 'one'), ...noChoice },
]; // prettier-ignore

/** How many filters are on. */
export function countOn(filters: Filters): number {
  return FILTERS.filter((filter) => filter.words(filters) !== '').length;
}

/** Reads an amount of dollars that somebody typed: an exact decimal, "" for none, undefined when it is no amount. */
export function amountOf(text: string): string | undefined {
  const plain = text.trim().replace(/^\$\s*/, '').replace(',', '.');
  if (plain === '') return '';
  if (!/^(\d{1,9}(\.\d{0,12})?|\.\d{1,12})$/.test(plain)) return undefined;
  return plain.replace(/\.$/, '').replace(/^\./, '0.');
}

const DAY = 86_400_000;

/** The dates that are offered: from the beginning of a day on. */
export function datePresets(now = Date.now()): { label: string; fromMs: number }[] {
  const today = new Date(now).setHours(0, 0, 0, 0);
  const back = (days: number) => new Date(today - days * DAY + DAY / 2).setHours(0, 0, 0, 0); // noon: a day may have 23 hours
  return [
    { label: 'Today', fromMs: today },
    { label: 'Last 7 days', fromMs: back(6) },
    { label: 'Last 30 days', fromMs: back(29) },
    { label: 'This year', fromMs: new Date(new Date(now).getFullYear(), 0, 1).getTime() },
  ];
}

/** The value of a date field for a moment: "2026-11-24", "" for none. */
export function dateField(ms: number): string {
  if (ms === 0) return '';
  const date = new Date(ms);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((n) => String(n).padStart(2, '0')).join('-');
}

/** The beginning of the day in a date field, or of the day after it; 0 when it is empty. */
export function dayStart(field: string, after = 0): number {
  const [year, month, day] = field.split('-').map(Number);
  return year === undefined || month === undefined || day === undefined || Number.isNaN(year) ? 0 : new Date(year, month - 1, day + after).getTime();
}
