import type { EndpointView, ModelView } from '../../lib/api';
import { lacks, matches, wordsOf } from '../../lib/state/model-search';
import type { Tested } from '../../lib/state/setup.svelte';

/** A line of the page. Every height is known before it is drawn: a list of a thousand models draws only what is in sight. */
export type Row =
  | { kind: 'half'; local: boolean; count: number }
  | { kind: 'endpoint'; endpoint: EndpointView }
  | { kind: 'note'; endpoint: EndpointView; note: Note }
  | { kind: 'model'; model: ModelView; endpoint: EndpointView }
  | { kind: 'more'; endpoint: EndpointView; hidden: number }
  | { kind: 'none'; local: boolean; query: string };

export interface Note {
  tone: 'bad' | 'good' | 'quiet';
  text: string;
}

/** What the page shows beside the endpoints themselves. */
export interface View {
  query: string;
  /** The endpoints that show all their models. */
  unfolded: ReadonlySet<string>;
  tests: Readonly<Record<string, Tested>>;
  /** Servers whose models are managed on the page: they stand in the left half wherever they are. */
  servers?: ReadonlySet<string>;
  /** The one of them whose models have a table of their own. */
  shown?: string;
}

/** How many models an endpoint shows until all are asked for. */
const FEW = 8;
/** Characters of a note in a line, at the least width. */
const MEASURE = 74;
const HEIGHTS = { half: 92, endpoint: 52, model: 34, more: 34, none: 64 };

export function heightOf(row: Row): number {
  if (row.kind === 'note') return 14 + 18 * Math.ceil(row.note.text.length / MEASURE);
  return HEIGHTS[row.kind];
}

/** One half of the page: what runs here with the demo models, or what leaves this machine. */
export function rowsOf(endpoints: readonly EndpointView[], local: boolean, view: View): Row[] {
  const words = wordsOf(view.query);
  const half = endpoints.filter((endpoint) => (endpoint.place !== 'cloud' || view.servers?.has(endpoint.name) === true) === local);
  const blocks = sorted(half).flatMap((endpoint) => blockOf(endpoint, words, view));
  const count = half.reduce((n, endpoint) => n + endpoint.models.length, 0);
  const rows: Row[] = blocks.length > 0 ? blocks : [{ kind: 'none', local, query: view.query }];
  return [{ kind: 'half', local, count }, ...rows];
}

/** Those that can be asked first, then those that lack a key or are off; else as Go lists them. */
function sorted(endpoints: EndpointView[]): EndpointView[] {
  const rank = (endpoint: EndpointView) => (endpoint.place === 'demo' ? 2 : endpoint.state === 'no_key' || endpoint.state === 'off' ? 1 : 0);
  return [...endpoints].sort((a, b) => rank(a) - rank(b));
}

function blockOf(endpoint: EndpointView, words: string[], view: View): Row[] {
  const searching = words.length > 0;
  const listed = endpoint.name === view.shown ? [] : endpoint.models;
  const found = searching ? listed.filter((model) => words.every((word) => matches(model, endpoint, word))) : listed;
  if (searching && found.length === 0 && !lacks(endpoint, words)) return [];
  const shown = searching || found.length <= FEW + 1 || view.unfolded.has(endpoint.name) ? found : found.slice(0, FEW);
  const note = noteOf(endpoint, view.tests[endpoint.name]);
  return [
    { kind: 'endpoint', endpoint },
    ...(note === null ? [] : [{ kind: 'note' as const, endpoint, note }]),
    ...shown.map((model) => ({ kind: 'model' as const, model, endpoint })),
    ...(shown.length < found.length ? [{ kind: 'more' as const, endpoint, hidden: found.length - shown.length }] : []),
  ];
}

/** What a test found goes before what was known: it is newer. */
export function noteOf(endpoint: EndpointView, tested: Tested | undefined): Note | null {
  if (tested === 'running') return { tone: 'quiet', text: `Asking ${endpoint.label} for its models.` };
  if (tested instanceof Error) return { tone: 'bad', text: tested.message };
  if (tested !== undefined) {
    if (tested.problem !== null) return { tone: 'bad', text: tested.problem.message };
    return { tone: 'good', text: `Works: answered in ${Math.round(tested.tookMs)} ms with ${modelCount(tested.models)}.` };
  }
  return endpoint.state === 'problem' && endpoint.problem !== null ? { tone: 'bad', text: endpoint.problem.message } : null;
}

export function modelCount(n: number): string {
  return n === 1 ? '1 model' : `${n.toLocaleString('en-US')} models`;
}
