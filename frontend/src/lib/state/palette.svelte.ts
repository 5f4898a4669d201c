import { type Backend, emptyQuery, type EndpointView, type FacetView, type HistoryRowView, type LineupView, type ModelView } from '../api';
import { wantedWords } from '../format/words';
import { type Command, type CommandRow, COMMANDS, type KeyGroup } from './keys';
import { ModelSearch } from './model-search';
import type { Models } from './models.svelte';
import type { SavedLineups } from './saved-lineups.svelte';

export type Item =
  | { kind: 'command'; row: CommandRow }
  | { kind: 'lineup'; saved: LineupView }
  | { kind: 'model'; model: ModelView; endpoint: EndpointView }
  | { kind: 'comparison'; row: HistoryRowView }
  | { kind: 'tag'; tag: FacetView };

export interface Section {
  title: string;
  items: Item[];
}

/** What is looked for: one kind alone, or all but tags. */
export type Mode = 'commands' | 'models' | 'tags' | 'all';

/** Which commands can be given now. */
export interface Reach {
  groups: readonly KeyGroup[];
  can: (command: Command) => boolean;
  /** A model can be added to the lineup. */
  models: boolean;
}

/** How long one rests before the history is searched, in milliseconds. */
const ASK_AFTER = 120;
/** How many of a kind are shown among others, and when only they are looked for. */
const FEW = 5;
const MANY = 200;

/** What a sign at the front looks for alone. */
const SIGNS: Record<string, Mode> = { '>': 'commands', '@': 'models', '#': 'tags' };

/** Finds commands, saved lineups, models, comparisons and tags by what one types. */
export class Palette {
  text = $state('');
  /** Where one is among the items; the first is 0. */
  active = $state(0);

  readonly mode: Mode = $derived(SIGNS[this.text[0] ?? ''] ?? 'all');
  /** What is looked for, without the sign. */
  readonly query = $derived((this.mode === 'all' ? this.text : this.text.slice(1)).trim());
  /** What to point out in what was found. */
  readonly words = $derived(wantedWords(this.query));
  readonly sections: Section[] = $derived.by(() => this.#sections());
  readonly items = $derived(this.sections.flatMap((section) => section.items));
  readonly current = $derived(this.items[Math.min(this.active, this.items.length - 1)]);

  #reach = $state.raw<Reach>({ groups: [], can: () => false, models: false });
  #recent = $state.raw<HistoryRowView[]>([]);
  #tags = $state.raw<FacetView[]>([]);
  #backend: Pick<Backend, 'history'>;
  #models: Models;
  #lineups: SavedLineups;
  readonly #search = $derived.by(() => new ModelSearch(this.#models.endpoints));
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  constructor(backend: Pick<Backend, 'history'>, models: Models, lineups: SavedLineups) {
    this.#backend = backend;
    this.#models = models;
    this.#lineups = lineups;
  }

  /** Begins anew, with what can be done now. */
  begin(reach: Reach, text = ''): void {
    this.#reach = reach;
    this.#recent = [];
    this.type(text);
    void this.#learnTags();
  }

  type(text: string): void {
    this.text = text;
    this.active = 0;
    clearTimeout(this.#timer);
    this.#asked++; // a reply on its way is about other words
    if (this.mode === 'all') this.#timer = setTimeout(() => void this.#ask(), ASK_AFTER);
  }

  step(by: number): void {
    const last = Math.max(this.items.length - 1, 0);
    this.active = Math.min(Math.max(Math.min(this.active, last) + by, 0), last);
  }

  #sections(): Section[] {
    const { mode, query } = this;
    const most = mode === 'all' ? FEW : MANY;
    const models = this.#reach.models && (mode === 'models' || (mode === 'all' && query !== '')) ? this.#search.find(query).slice(0, most) : [];
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    const tags = mode === 'tags' ? this.#tags.filter((tag) => words.every((word) => tag.value.toLowerCase().includes(word))).slice(0, MANY) : [];
    const commands = mode === 'all' || mode === 'commands' ? commandsFor(query, this.#reach).slice(0, most) : [];
    const lineups = mode === 'all' && this.#reach.models ? lineupsFor(words, this.#lineups.list).slice(0, FEW) : [];
    const all: Section[] = [
      { title: 'Commands', items: commands.map((row) => ({ kind: 'command', row })) },
      { title: 'Lineups', items: lineups.map((saved) => ({ kind: 'lineup', saved })) },
      { title: 'Models', items: models.map(({ model, endpoint }) => ({ kind: 'model', model, endpoint })) },
      { title: 'Comparisons', items: mode === 'all' ? this.#recent.map((row) => ({ kind: 'comparison', row })) : [] },
      { title: 'Tags', items: tags.map((tag) => ({ kind: 'tag', tag })) },
    ];
    return all.filter((section) => section.items.length > 0);
  }

  async #ask(): Promise<void> {
    const asked = ++this.#asked;
    let rows: HistoryRowView[] = [];
    try {
      ({ rows } = await this.#backend.history.search({ ...emptyQuery(), text: this.query, limit: FEW }));
    } catch {
      // The history's own page says what is wrong with it.
    }
    if (asked === this.#asked) this.#recent = rows.slice(0, FEW);
  }

  async #learnTags(): Promise<void> {
    try {
      this.#tags = (await this.#backend.history.facets()).tags;
    } catch {
      this.#tags = [];
    }
  }
}

/** The commands that can be given now and hold every word, those that begin with one first. */
export function commandsFor(query: string, { groups, can }: Pick<Reach, 'groups' | 'can'>): CommandRow[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found: { row: CommandRow; rank: number }[] = [];
  for (const row of COMMANDS) {
    if (row.icon === undefined || !groups.includes(row.group) || !can(row.command)) continue;
    const rank = rankOf(titleOf(row).toLowerCase(), (row.more ?? '').toLowerCase(), words);
    if (rank >= 0) found.push({ row, rank });
  }
  return found.sort((a, b) => a.rank - b.rank).map(({ row }) => row);
}

/** What a command is called where no heading stands above it. */
export function titleOf(row: CommandRow): string {
  return row.title ?? row.words;
}

function lineupsFor(words: readonly string[], list: readonly LineupView[]): LineupView[] {
  return list.filter(({ name, entries }) => {
    const text = [name, ...entries.map((entry) => entry.model)].join('\n').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** 0: the title begins with the word; 1: one of its words does; 2: it is inside; 3: in what is said after it; -1: nowhere. */
function rankOf(title: string, more: string, words: readonly string[]): number {
  let sum = 0;
  for (const word of words) {
    if (title.startsWith(word)) continue;
    else if (title.includes(` ${word}`)) sum += 1;
    else if (title.includes(word)) sum += 2;
    else if (more.includes(word)) sum += 3;
    else return -1;
  }
  return sum;
}
