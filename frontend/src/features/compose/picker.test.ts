import { describe, expect, it } from 'vitest';

import type { EndpointView, LocalHostView } from '../../lib/api';
import { endpoints } from '../../lib/api/fake-library';
import { ModelSearch } from '../../lib/state/model-search';
import { fitting } from './fold';
import { doubts, readNumber, readStops, showStops } from './params';
import { memoryOf } from './memory';
import { pickerRows } from './picker';
import { receives } from './readers';

const all = endpoints('finished');
const rowsOf = (query: string, list = all) => pickerRows(new ModelSearch(list).find(query), list, query, '72 GB free');

describe('the picker', () => {
  it('groups by where a model runs and tells what each endpoint lacks', () => {
    const rows = rowsOf('');
    expect(rows.flatMap((row) => (row.kind === 'group' ? [row.title] : []))).toEqual(['Runs here', 'Leaves this machine', 'Demo']);
    expect(rows[0]).toMatchObject({ note: '72 GB free' });
    expect(rows.find((row) => row.kind === 'why')).toMatchObject({ text: 'No key yet' });
  });

  it('shows the sentence of an endpoint that is down', () => {
    const why = rowsOf('', endpoints('no-ollama')).find((row) => row.kind === 'why' && row.endpoint.name === 'ollama');
    expect(why).toMatchObject({ text: 'Ollama does not answer at 127.0.0.1:11434. Start it and try again.' });
  });

  it('keeps an endpoint without models in sight only while its name is what is looked for', () => {
    expect(rowsOf('groq').map((row) => row.kind)).toEqual(['group', 'why']);
    expect(rowsOf('no-such-model')).toEqual([]);
  });

  it('puts a model that an endpoint here only forwards under what leaves this machine', () => {
    const ollama = all.find((e) => e.name === 'ollama') as EndpointView;
    const forwarded = { ...ollama, models: ollama.models.slice(0, 1).map((model) => ({ ...model, place: 'cloud' as const })) };
    const [group, row] = rowsOf('', [forwarded]);
    expect(group).toMatchObject({ title: 'Leaves this machine' });
    expect(row).toMatchObject({ kind: 'model' });
  });
});

describe('memory', () => {
  const GB = 1e9;
  const size = (name: string, gb: number, remoteHost = '') => ({ name, sizeBytes: gb * GB, remoteHost });
  const host = {
    endpoint: 'ollama', label: 'Ollama', place: 'local', problem: null, totalMemory: 64 * GB, freeMemory: 10 * GB,
    models: [size('small:1b', 2), size('wide:latest', 20), size('big:70b', 40), size('huge:400b', 245), size('away:1t', 1, 'ollama.com')],
    loaded: [{ name: 'busy:8b', memoryBytes: 12 * GB, graphicsBytes: 2 * GB }],
  } as unknown as LocalHostView; // prettier-ignore
  it.each([
    ['busy:8b', 'in memory', false],
    ['small:1b', 'fits', false],
    ['wide', 'fits', false], // the server can free 10 GB of what it has loaded
    ['big:70b', 'needs 20 GB more', true],
    ['huge:400b', 'larger than memory', true],
  ])('of %s is said: %s', (id, text, short) => {
    expect(memoryOf({ endpoint: 'ollama', id }, [host])).toMatchObject({ text, short });
  });

  it('is not spoken of where it is not known', () => {
    expect(memoryOf({ endpoint: 'ollama', id: 'away:1t' }, [host])).toBeUndefined();
    expect(memoryOf({ endpoint: 'ollama', id: 'big:70b' }, [{ ...host, totalMemory: 0 }])).toBeUndefined();
    expect(memoryOf({ endpoint: 'openai', id: 'gpt-5' }, [host])).toBeUndefined();
  });
});

describe('chips', () => {
  const chip = (offsetLeft: number, offsetWidth: number) => ({ offsetLeft, offsetWidth });
  it('fold where the room ends', () => {
    const chips = [chip(14, 100), chip(120, 100), chip(226, 100)];
    expect(fitting(chips, 400)).toBe(3);
    expect(fitting(chips, 250)).toBe(2);
    expect(fitting(chips, 50)).toBe(0);
    expect(fitting([], 50)).toBe(0);
  });
});

describe('a typed parameter', () => {
  it.each([
    ['an empty field is not sent', 'temperature', ' ', null],
    ['zero is sent', 'temperature', '0', 0],
    ['nonsense is not sent', 'temperature', 'hot', null],
    ['top P stays within one', 'topP', '3', 1],
    ['tokens are whole', 'maxTokens', '12.6', 13],
    ['no tokens is not sent', 'maxTokens', '0', null],
    ['a seed may be negative', 'seed', '-5', -5],
    ['a seed beyond exact numbers is not sent', 'seed', '9007199254740993', null],
  ] as const)('%s', (_, name, text, want) => {
    expect(readNumber(name, text)).toBe(want);
  });
});

describe('what a model gets of a file', () => {
  const file = (name: string, as: string, note: string) => ({ name, as, note });
  const lineupOf = (...by: [string, ReturnType<typeof file>[]][]) =>
    ({ ready: by.map(([name], key) => ({ key, name })), prospects: new Map(by.map(([, files], key) => [key, { files }])) }) as never;

  it('is said of each file once, model by model, and not of plain text', () => {
    const text = file('a.pdf', 'text', 'text of 12 pages');
    const image = file('b.png', 'image', 'image');
    const none = file('b.png', 'none', 'cannot take images');
    expect(receives(lineupOf(['x', [text, image]], ['y', [text, none]], ['y', [text, none]], ['z', [text, image]]))).toEqual(['b.png: x and z get the image; y cannot take images']);
    expect(receives(lineupOf(['x', [text]]))).toEqual([]);
  });
});

describe('stop sequences', () => {
  it.each([[['END']], [['a', 'b c']], [['\n\n', 'x']], [['\\n', '\t']]])('%j stay what they are', (stops) => {
    expect(readStops(showStops(stops))).toEqual(stops);
  });
  it('are one a line, and an empty line is none', () => {
    expect(readStops('END\n\n\\n\n')).toEqual(['END', '\n']);
  });
});

describe('doubts', () => {
  it('are what must be known before it runs, the gravest first', () => {
    const prospect = { notApplied: ['temperature', 'images'], problem: null, tooLong: 'It does not fit.', files: [{ name: 'b.png', as: 'none', note: 'cannot take images' }], warnings: ['said by the files'], input: 1, images: true, context: 2, basis: '' } as const;
    expect(doubts(prospect as never)).toEqual(['It does not fit.', 'Not applied: temperature.', 'b.png: cannot take images.']);
    expect(doubts({ ...prospect, notApplied: [], tooLong: '', files: [], warnings: [] } as never)).toEqual([]);
  });
});
