import { describe, expect, it } from 'vitest';

import type { EndpointView } from '../../lib/api';
import { endpoints } from '../../lib/api/fake-library';
import { heightOf, noteOf, rowsOf } from './rows';

const view = { query: '', unfolded: new Set<string>(), tests: {} };
const kinds = (list: EndpointView[], local: boolean, more = {}) => rowsOf(list, local, { ...view, ...more }).map((row) => row.kind);
const names = (list: EndpointView[], local: boolean, more = {}) =>
  rowsOf(list, local, { ...view, ...more }).flatMap((row) => (row.kind === 'endpoint' ? [row.endpoint.name] : []));

function many(n: number): EndpointView[] {
  return endpoints('finished').map((e) => (e.name !== 'openrouter' ? e : { ...e, models: Array.from({ length: n }, (_, i) => ({ ...e.models[0]!, id: `m-${i}`, name: `maker/model-${i}` })) }));
}

describe('the rows of the models page', () => {
  it('part what runs here from what leaves this machine, those without a key last', () => {
    const list = endpoints('finished');
    expect(names(list, true)).toEqual(['ollama', 'demo']);
    expect(names(list, false).at(-1)).toBe('groq');
  });

  it('fold a long list until it is asked for or searched', () => {
    const list = many(1000);
    expect(kinds(list, false)).toContain('more');
    expect(kinds(list, false, { unfolded: new Set(['openrouter']) }).filter((kind) => kind === 'model').length).toBeGreaterThan(1000);
    const found = rowsOf(list, false, { ...view, query: 'model-99' });
    expect(found.filter((row) => row.kind === 'model')).toHaveLength(11);
    expect(found.some((row) => row.kind === 'more')).toBe(false);
  });

  it('are found among a thousand within a frame', () => {
    const list = many(1000);
    rowsOf(list, false, { ...view, query: 'warm' });
    const begin = performance.now();
    for (const query of ['m', 'mo', 'mod', 'mode', 'model', 'model-', 'model-9', 'model-99', 'open', 'cloud']) rowsOf(list, false, { ...view, query });
    expect((performance.now() - begin) / 10).toBeLessThan(16);
  });

  it('say what a test found before what was known, in full height', () => {
    const [ollama] = endpoints('no-ollama') as [EndpointView];
    expect(noteOf(ollama, undefined)?.text).toContain('does not answer');
    const note = noteOf(ollama, { models: 3, tookMs: 41.2, problem: null });
    expect(note).toEqual({ tone: 'good', text: 'Works: answered in 41 ms with 3 models.' });
    const long = { kind: 'note' as const, endpoint: ollama, note: { tone: 'bad' as const, text: 'x'.repeat(200) } };
    expect(heightOf(long)).toBeGreaterThan(heightOf({ ...long, note: { tone: 'bad', text: 'x' } }));
  });

  it('say when nothing matches', () => expect(kinds(endpoints('finished'), false, { query: 'nonsense' })).toEqual(['half', 'none']));
});
