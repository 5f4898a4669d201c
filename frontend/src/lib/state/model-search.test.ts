import { describe, expect, it } from 'vitest';

import type { EndpointView, ModelView } from '../api';
import { endpoints } from '../api/fake-library';
import { ModelSearch, toggled } from './model-search';

const [ollama, openai] = endpoints('finished') as [EndpointView, EndpointView];
const base = ollama.models[0] as ModelView;
const model = (id: string, more: Partial<ModelView> = {}): ModelView => ({ ...base, id, name: id, capabilities: [], quantization: '', parameterSize: '', ...more });
const price = (output: string) => ({ input: '1', output, cacheRead: '', date: '2026-11-01', source: 'x', yours: false, why: '' });

const here = { ...ollama, models: [model('tinyqwen:1b', { contextLength: 8192 }), model('qwen3:8b', { capabilities: ['tools'], contextLength: 131_072 }), model('maker/qwen-vl', { capabilities: ['vision'] }), model('mistral:7b', { quantization: 'Q4_K_M' })] };
const away = {
  ...openai,
  models: [
    model('gpt-5', { endpoint: 'openai', place: 'cloud', openness: 'closed', price: price('10') }),
    model('gpt-5-mini', { endpoint: 'openai', place: 'cloud', openness: 'closed', price: price('2') }),
    model('gpt-x', { endpoint: 'openai', place: 'cloud', openness: 'closed', price: null }),
  ],
};
const search = new ModelSearch([here, away], (m) => (m.id === 'mistral:7b' ? 'Apache 2.0' : ''));
const ids = (query: string) => search.find(query).map((found) => found.model.id);

describe('the search for models', () => {
  it('finds everything, as listed, when nothing is typed', () => {
    expect(ids(' ')).toHaveLength(7);
    expect(ids('')[0]).toBe('tinyqwen:1b');
  });

  it('puts a name that begins with the word first, then a part that does, then any other', () => {
    expect(ids('qwen')).toEqual(['qwen3:8b', 'maker/qwen-vl', 'tinyqwen:1b']);
  });

  it('takes words in any order, over name, id and provider', () => {
    expect(ids('mini openai gpt')).toEqual(['gpt-5-mini']);
    expect(ids('GPT OpenAI mini')).toEqual(['gpt-5-mini']);
    expect(ids('gpt ollama')).toEqual([]);
  });

  it.each([
    ['closed', ['gpt-5', 'gpt-5-mini', 'gpt-x']],
    ['cloud qwen', []],
    ['local vision', ['maker/qwen-vl']],
    ['tools', ['qwen3:8b']],
    ['apache', ['mistral:7b']],
    ['q4_k', ['mistral:7b']],
    ['qwen3 >100k', ['qwen3:8b']],
    ['tinyqwen long', []],
    ['cloud <5', ['gpt-5-mini']],
    ['cloud <$2', []],
  ])('takes %j for kinds, licences and bounds; what is unknown is within none', (query, want) => {
    expect(ids(query)).toEqual(want);
  });

  it('is narrowed by small filters, which only type a word', () => {
    expect(toggled('gpt', 'open')).toBe('gpt open');
    expect(toggled('gpt Open', 'open')).toBe('gpt');
    expect(toggled('gpt <5', '<1')).toBe('gpt <1');
    expect(toggled('gpt <5', '<5')).toBe('gpt');
  });
});
