/** The fake backend's history: a generated library, searched, filtered, sorted and paged as the store does it. */
import type { ComparisonView, FacetsView, FacetView, HistoryPageView, HistoryQuery, HistoryRowView, HistoryRunView, SnippetView, VerdictKind } from './backend';
import type { AppError } from './errors';
import { endOf, type Voice } from './fake-play';
import { PROMPT, SCENES, TICKET_PROMPT, VOICES } from './fake-voices';

const PROMPTS = [
  PROMPT,
  TICKET_PROMPT,
  'Explain to a new colleague why our nightly import takes four hours.',
  'Write a SQL query for the three best-selling products of each month.',
  'Translate the release note into plain German, keeping every number.',
  'Is 2,147,483,647 a prime? Show the shortest argument.',
  'Why does our webhook run twice? Find the cause and the smallest fix.',
  'Review this Go handler for double charges. Name each risk with its line.',
  '把这份发布说明翻译成德语，并保留所有数字。',
  'Summarise the incident of 28 November for the people who were charged twice.',
];
const TAGS = ['payments', 'python', 'import', 'german', 'maths'];
const CATEGORIES = ['coding', 'writing', 'translation', 'maths'];
const VERDICTS: (VerdictKind | '')[] = ['best', '', 'best', 'tie', '', 'none', 'ranked'];
const HOUR = 3_600_000;

/** The voices that answer in a comparison: the index-th of the library. */
function voicesOf(index: number): Voice[] {
  const scenes = [SCENES['finished'], SCENES['eight'], SCENES['trouble'], SCENES['two']].filter((s) => s !== undefined);
  if (index % 11 === 8) return VOICES.filter((v) => v.place === 'local').slice(0, 2);
  return index % 9 === 4 ? VOICES.filter((v) => v.place === 'demo') : (scenes[index % scenes.length]?.voices ?? []);
}

function runOf(v: Voice, seat: number, blind: boolean, stars: number): HistoryRunView {
  if (blind) return { seat, endpoint: '', model: '', openness: 'unknown', place: 'cloud', status: 'done', totalMs: null, stars: 0 };
  const { status } = v.end;
  return { seat, endpoint: v.endpoint, model: v.model, openness: v.openness, place: v.place, status, totalMs: endOf(v), stars };
}

function rowOf(index: number, now: number): HistoryRowView {
  const voices = voicesOf(index);
  const blind = index % 23 === 5;
  const verdict = blind ? '' : VERDICTS[index % VERDICTS.length]!;
  const winners = verdict === 'best' || verdict === 'ranked' ? [index % voices.length] : verdict === 'tie' ? [0, 1] : [];
  const runs = voices.map((v, seat) => runOf(v, seat, blind, verdict === '' ? 0 : winners.includes(seat) ? 5 : 1 + ((index + seat) % 4)));
  const cost = voices.some((v) => v.place === 'cloud') ? String((index % 90) / 1000) : '0';
  const prompt = PROMPTS[index % PROMPTS.length]!;
  return {
    id: `past-${index}`, prompt: index < 200 ? prompt : `${prompt} Case ${index}.`, startedAtMs: now - (index + 1) * 1.5 * HOUR,
    totalMs: blind ? null : Math.max(...runs.map((r) => r.totalMs ?? 0)), costUsd: blind || index % 7 === 3 ? null : cost,
    demo: voices.every((v) => v.place === 'demo'), localOnly: voices.every((v) => v.place === 'local'), sensitive: false, runs,
    blind, favourite: index % 13 === 1, tags: index % 3 === 0 ? TAGS.slice(index % 4, (index % 4) + 2) : [],
    category: index % 2 === 0 ? CATEGORIES[index % CATEGORIES.length]! : '', verdict, winners,
    answers: voices.filter((v) => v.end.status !== 'failed').length, hit: null,
    threadId: '', parentId: index % 17 === 2 ? `past-${index + 1}` : '', relation: index % 17 === 2 ? (index % 2 === 0 ? 'rerun' : 'follow_up') : '',
  }; // prettier-ignore
}

interface Entry {
  row: HistoryRowView;
  place: string;
}

export class FakeHistory {
  /** Hidden by delete, by id. */
  readonly deleted = new Set<string>();
  /** What every search rejects with, while it is set. */
  failure: AppError | null = null;
  readonly #rows: HistoryRowView[];
  /** Where each text of the library holds the words of a query: there are few texts and many rows. */
  #found = new Map<string, SnippetView | null>();
  #words = '';
  /** The query that was asked last, and what it found. */
  #last = '';
  #result: Entry[] = [];

  constructor(count: number) {
    const now = Date.now();
    this.#rows = Array.from({ length: count }, (_, i) => rowOf(i, now));
  }

  row(id: string): HistoryRowView | undefined {
    return this.#rows.find((row) => row.id === id);
  }

  /** The models of a comparison, also of a blind one. */
  voices(id: string): Voice[] {
    return voicesOf(Number(id.replace('past-', '')));
  }

  /** What waits for a verdict, newest first, demos last: two models or more answered. */
  waiting(): HistoryRowView[] {
    const rows = this.#alive().filter(waits);
    return [...rows.filter((row) => !row.demo), ...rows.filter((row) => row.demo)];
  }

  /** How many comparisons there are. */
  size(): number {
    return this.#alive().length;
  }

  /** How many of these comparisons are blind; of all when none is named. */
  blind(ids: readonly string[]): number {
    return this.#alive().filter((row) => row.blind && (ids.length === 0 || ids.includes(row.id))).length;
  }

  /** Takes over what was judged of a comparison. */
  note(id: string, { blind, runs, review }: ComparisonView): void {
    const row = this.row(id);
    if (row === undefined) return;
    this.#last = '';
    const { verdict, answers, category, tags, favourite } = review;
    const stars = (seat: number) => answers.find((a) => runs.find((run) => run.id === a.runId)?.seat === seat)?.stars ?? 0;
    const winners = runs.filter((run) => verdict?.standings.some((s) => s.rank === 1 && s.runId === run.id)).map((run) => run.seat);
    const hidden = blind === 'open';
    const chips = this.voices(id).map((voice, seat) => runOf(voice, seat, hidden, stars(seat)));
    Object.assign(row, { blind: hidden, verdict: verdict?.kind ?? '', winners, category, tags, favourite, runs: chips });
  }

  search = async (query: HistoryQuery): Promise<HistoryPageView> => {
    if (this.failure !== null) throw this.failure;
    const all = this.#all(query);
    // A mark tells the last row's place in the order, not its number: rows that go or come before it move nothing.
    const from = query.cursor === '' ? 0 : all.findIndex((entry) => entry.place > query.cursor);
    const page = from < 0 ? [] : all.slice(from, from + query.limit);
    const last = page.at(-1);
    return { rows: page.map((entry) => entry.row), next: last === undefined || last === all.at(-1) ? '' : last.place, total: all.length, left: 0 };
  };

  facets = async (): Promise<FacetsView> => {
    const rows = this.#alive();
    const ofRuns = (value: (run: HistoryRunView) => string) => count(rows.flatMap((row) => (row.blind ? [] : [...new Set(row.runs.map(value))])));
    return {
      models: ofRuns((r) => `${r.endpoint}/${r.model}`),
      providers: ofRuns((r) => r.endpoint),
      openness: ofRuns((r) => r.openness),
      places: ofRuns((r) => r.place),
      tags: count(rows.flatMap((row) => row.tags)),
      categories: count(rows.map((row) => row.category)),
      statuses: ofRuns((r) => r.status),
      verdicts: count(rows.flatMap((row) => (row.verdict !== '' ? [row.verdict, 'any'] : waits(row) ? ['unrated'] : []))),
    };
  };

  delete = async (ids: string[]): Promise<void> => {
    this.#last = '';
    for (const id of ids) this.deleted.add(id);
  };
  undelete = async (ids: string[]): Promise<void> => {
    this.#last = '';
    for (const id of ids) this.deleted.delete(id);
  };
  tag = async (ids: string[], add: string[], remove: string[]): Promise<void> => {
    this.#last = '';
    for (const row of this.#rows.filter((r) => ids.includes(r.id))) {
      row.tags = [...row.tags.filter((t) => !remove.includes(t) && !add.includes(t)), ...add];
    }
  };

  /** All rows of a query in their order: kept for the pages that follow. */
  #all(query: HistoryQuery): Entry[] {
    const key = JSON.stringify({ ...query, cursor: '', limit: 0 });
    if (key === this.#last) return this.#result;
    if (this.#words !== query.text) this.#found.clear();
    this.#words = query.text;
    this.#last = key;
    const rows = this.#alive().filter((row) => keeps(row, query)).flatMap((row) => this.#match(row, query.text));
    this.#result = rows.map((row) => ({ row, place: place(row, query) })).sort((a, b) => (a.place < b.place ? -1 : 1));
    return this.#result;
  }

  #alive(): HistoryRowView[] {
    return this.#rows.filter((row) => !this.deleted.has(row.id));
  }

  /** The row with what was found in it, or none. */
  #match(row: HistoryRowView, text: string): HistoryRowView[] {
    if (text.trim() === '') return [row];
    const hit = this.#look(row.prompt, 'prompt', -1) ?? this.#inAnswers(row) ?? this.#look(row.tags.join(', '), 'tag', -1);
    return hit === null ? [] : [{ ...row, hit }];
  }

  #inAnswers(row: HistoryRowView): SnippetView | null {
    for (const [seat, voice] of this.voices(row.id).entries()) {
      const hit = this.#look(voice.answer, 'answer', row.blind ? -1 : seat);
      if (hit !== null) return hit;
    }
    return null;
  }

  #look(text: string, source: SnippetView['source'], seat: number): SnippetView | null {
    let found = this.#found.get(text);
    if (found === undefined) {
      found = snippet(text, this.#words, source);
      this.#found.set(text, found);
    }
    return found && { ...found, source, seat };
  }
}

/** The words, phrases and excluded words of a text, in lower case. */
function terms(text: string): { wanted: string[]; unwanted: string[] } {
  const all = [...text.toLowerCase().matchAll(/(-?)(?:"([^"]*)"?|([^\s"]+))/g)];
  const words = all.map(([, minus, phrase, word]) => ({ minus: minus === '-', word: (phrase ?? word ?? '').trim() })).filter((t) => t.word !== '');
  return { wanted: words.filter((t) => !t.minus).map((t) => t.word), unwanted: words.filter((t) => t.minus).map((t) => t.word) };
}

function snippet(text: string, query: string, source: SnippetView['source']): SnippetView | null {
  const { wanted, unwanted } = terms(query);
  const lower = text.toLowerCase();
  if (wanted.some((w) => !lower.includes(w)) || unwanted.some((w) => lower.includes(w))) return null;
  const first = Math.min(...wanted.map((w) => lower.indexOf(w)));
  const from = source === 'prompt' || first < 40 ? 0 : text.indexOf(' ', first - 40) + 1;
  const cut = text.slice(from, from + 160).replaceAll('\n', ' ');
  const pattern = new RegExp(wanted.map((w) => w.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|') || '(?!)', 'gi');
  const parts: SnippetView['parts'] = [];
  let at = 0;
  for (const match of cut.matchAll(pattern)) {
    if (match.index > at) parts.push({ text: cut.slice(at, match.index), hit: false });
    parts.push({ text: match[0], hit: true });
    at = match.index + match[0].length;
  }
  parts.push({ text: cut.slice(at), hit: false });
  if (from > 0) parts.unshift({ text: '…', hit: false });
  return { parts, source, seat: -1 };
}

/** Whether a comparison waits for a vote: two answers ended well and can be told apart. */
function waits(row: HistoryRowView): boolean {
  const well = voicesOf(Number(row.id.replace('past-', ''))).filter((voice) => voice.end.status === 'done');
  return row.verdict === '' && well.length >= 2;
}

function keeps(row: HistoryRowView, q: HistoryQuery): boolean {
  const some = <T>(wanted: readonly T[], has: (value: T) => boolean) => wanted.length === 0 || wanted.some(has);
  if (q.setId !== '') return false; // what is played here comes into no list
  const cost = row.costUsd === null ? null : Number(row.costUsd);
  return (
    some(q.models, (m) => row.runs.some((r) => `${r.endpoint}/${r.model}` === m)) &&
    some(q.providers, (p) => row.runs.some((r) => r.endpoint === p)) &&
    some(q.openness, (o) => !row.blind && row.runs.some((r) => r.openness === o)) &&
    some(q.places, (p) => !row.blind && row.runs.some((r) => r.place === p)) &&
    some(q.status, (s) => row.runs.some((r) => r.status === s)) &&
    some(q.tags, (t) => row.tags.includes(t)) &&
    (q.category === '' || row.category === q.category) &&
    (q.minStars === 0 || row.runs.some((r) => r.stars >= q.minStars)) &&
    (q.verdict === '' || (q.verdict === 'any' ? row.verdict !== '' : q.verdict === 'unrated' ? waits(row) : row.verdict === q.verdict)) &&
    (!q.favourite || row.favourite) &&
    (q.fromMs === 0 || row.startedAtMs >= q.fromMs) &&
    (q.toMs === 0 || row.startedAtMs < q.toMs) &&
    (q.minCostUsd === '' || (cost !== null && cost >= Number(q.minCostUsd))) &&
    (q.maxCostUsd === '' || (cost !== null && cost <= Number(q.maxCostUsd))) &&
    (q.relation === '' || row.relation === q.relation)
  );
}

/** Where a row stands in the order that a query asks for: texts that sort, the time last so that no two are the same. */
function place(row: HistoryRowView, { sort }: HistoryQuery): string {
  const digits = (n: number) => String(Math.round(n)).padStart(16, '0');
  const down = (n: number) => digits(9e15 - n);
  const newest = down(row.startedAtMs);
  if (sort === 'oldest') return digits(row.startedAtMs);
  if (sort === 'cost') return `${down(Number(row.costUsd ?? 0) * 1e9)} ${newest}`;
  return sort === 'slowest' ? `${down(row.totalMs ?? 0)} ${newest}` : newest;
}

/** How often each value occurs, most often first. */
function count(values: readonly string[]): FacetView[] {
  const counts = new Map<string, number>();
  for (const value of values) if (value !== '') counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].map(([value, n]) => ({ value, count: n })).sort((a, b) => b.count - a.count);
}
