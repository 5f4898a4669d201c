import type { EndpointView, ModelView } from '../../lib/api';
import { type Found, lacks, LONG_CONTEXT, wordsOf } from '../../lib/state/model-search';
import { contextLength } from '../../lib/format/bytes';

/** A line of the picker. All have one height, so that a list of thousands needs to draw only what is in view. */
export type Row =
  | { kind: 'group'; place: string; title: string; note: string }
  | { kind: 'model'; model: ModelView; endpoint: EndpointView }
  | { kind: 'why'; endpoint: EndpointView; text: string };

const GROUPS = [
  { place: 'local', title: 'Runs here', note: '' },
  { place: 'cloud', title: 'Leaves this machine', note: '$ per 1M, in / out' },
  { place: 'demo', title: 'Demo', note: 'answers from a script' },
] as const;

/** The small filters: each types a word. */
export const FILTERS = [
  { word: 'open', label: 'Open', why: 'Open weights' },
  { word: 'closed', label: 'Closed', why: 'Closed weights' },
  { word: 'local', label: 'Local', why: 'Runs here' },
  { word: 'cloud', label: 'Cloud', why: 'Leaves this machine' },
  { word: 'vision', label: 'Vision', why: 'Takes images' },
  { word: 'thinking', label: 'Thinking', why: 'Reasons before it answers' },
  { word: 'tools', label: 'Tools', why: 'Calls tools' },
  { word: 'long', label: 'Long context', why: `${contextLength(LONG_CONTEXT)} tokens or more. Type >200k for another bound.` },
  { word: '<5', label: 'Under $5', why: 'Known to cost less than $5 per 1M tokens out. Type <2 for another bound.' },
] as const;

/** The lines for what was found: grouped by where it runs, then what each provider lacks. */
export function pickerRows(found: readonly Found[], endpoints: readonly EndpointView[], query: string, free = ''): Row[] {
  const words = wordsOf(query);
  const byPlace = new Map<string, Row[]>(GROUPS.map(({ place }) => [place, []]));
  for (const { model, endpoint } of found) byPlace.get(model.place)?.push({ kind: 'model', model, endpoint });
  return GROUPS.flatMap(({ place, title, note }) => {
    const lacking = endpoints.filter((e) => e.place === place && e.state !== 'ready' && lacks(e, words)).map(whyRow);
    const rows = [...(byPlace.get(place) ?? []), ...lacking];
    return rows.length === 0 ? [] : [{ kind: 'group' as const, place, title, note: place === 'local' ? free : note }, ...rows];
  });
}

function whyRow(endpoint: EndpointView): Row {
  return { kind: 'why', endpoint, text: whyNot(endpoint) };
}

/** Why an endpoint offers nothing right now, with the next step. */
function whyNot(endpoint: EndpointView): string {
  switch (endpoint.state) {
    case 'checking':
      return 'Asking what it has';
    case 'no_key':
      return endpoint.locked ? 'Its key is locked' : 'No key yet';
    case 'off':
      return 'Switched off in Models';
    default:
      return endpoint.problem?.message ?? `${endpoint.label} does not answer. Try again.`;
  }
}
