import { describe, expect, it } from 'vitest';

import type { EndpointView } from '../../lib/api';
import { endpoints } from '../../lib/api/fake-library';
import { fitting } from './fold';
import { doubts, readNumber, readStops, showStops } from './params';
import { pickerRows } from './picker';
import { receives } from './readers';

const all = endpoints('finished');
const names = (query: string, list = all) => pickerRows(list, query).flatMap((row) => (row.kind === 'model' ? [row.model] : []));

describe('the picker', () => {
  it('groups by where a model runs and tells what each endpoint lacks', () => {
    const rows = pickerRows(all, '');
    expect(rows.flatMap((row) => (row.kind === 'group' ? [row.title] : []))).toEqual(['Runs here', 'Leaves this machine', 'Demo']);
    const why = rows.find((row) => row.kind === 'why');
    expect(why).toMatchObject({ text: 'No key. Enter one in Models.' });
  });

  it('shows the sentence of an endpoint that is down', () => {
    const why = pickerRows(endpoints('no-ollama'), '').find((row) => row.kind === 'why' && row.endpoint.name === 'ollama');
    expect(why).toMatchObject({ text: 'Ollama does not answer at 127.0.0.1:11434. Start it and try again.' });
  });

  it('finds by every word, in any order and case', () => {
    const [first] = names('');
    const found = names(`OLLAMA ${first?.name ?? ''}`);
    expect(found).toContain(first);
    expect(names('no-such-model')).toEqual([]);
    expect(pickerRows(all, 'no-such-model')).toEqual([]);
  });

  it('takes open, closed, local, cloud and demo for kinds, not for parts of names', () => {
    expect(names('open').every((model) => model.openness === 'open')).toBe(true);
    expect(names('open').length).toBeGreaterThan(0);
    expect(names('closed').every((model) => model.openness === 'closed')).toBe(true);
    expect(names('cloud').every((model) => model.place === 'cloud')).toBe(true);
    expect(names('openai').every((model) => model.endpoint === 'openai')).toBe(true);
    expect(names('openai').length).toBeGreaterThan(0);
  });

  it('puts a model that an endpoint here only forwards under what leaves this machine', () => {
    const ollama = all.find((e) => e.name === 'ollama') as EndpointView;
    const forwarded = { ...ollama, models: ollama.models.slice(0, 1).map((model) => ({ ...model, place: 'cloud' as const })) };
    const [group, row] = pickerRows([forwarded], '');
    expect(group).toMatchObject({ title: 'Leaves this machine' });
    expect(row).toMatchObject({ kind: 'model' });
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
    expect(receives(lineupOf(['x', [text, image]], ['y', [text, none]], ['y', [text, none]], ['z', [text, image]]))).toEqual(['b.png: x and z: image; y: cannot take images']);
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
