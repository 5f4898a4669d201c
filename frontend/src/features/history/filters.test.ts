import { describe, expect, it } from 'vitest';

import { NO_FILTERS } from '../../lib/state/history.svelte';
import { amountOf, countOn, dateField, datePresets, dayStart, FILTERS } from './filters';

describe('filters', () => {
  it('are all off at first, and each can be taken off', () => {
    expect(countOn(NO_FILTERS)).toBe(0);
    const on = {
      ...NO_FILTERS, models: ['openai/gpt-5'], providers: ['openai'], openness: ['open' as const], places: ['local' as const], tags: ['a'], category: 'coding',
      minStars: 3, verdict: 'tie' as const, setId: 'a', favourite: true, status: ['failed' as const], relation: 'rerun' as const, fromMs: 1, toMs: 2, minCostUsd: '1', maxCostUsd: '2',
    }; // prettier-ignore
    expect(countOn(on)).toBe(FILTERS.length);
    for (const filter of FILTERS) expect(filter.words({ ...on, ...filter.off }), filter.label).toBe('');
  });

  it.each([
    ['models', { models: ['ollama/llama4:scout', 'openai/gpt-5'] }, 'llama4:scout, gpt-5'],
    ['models', { models: ['a/1', 'b/2', 'c/3'] }, '3 of them'],
    ['stars', { minStars: 3 }, '3 or more'],
    ['stars', { minStars: 5 }, '5'],
    ['verdict', { verdict: 'unrated' as const }, 'Waits for a vote'],
    ['cost', { minCostUsd: '0.01' }, '$0.01 or more'],
    ['cost', { maxCostUsd: '0' }, '$0'],
    ['cost', { minCostUsd: '0.01', maxCostUsd: '0.5' }, '$0.01 to $0.5'],
  ])('%s say what is chosen', (name, change, want) => {
    expect(FILTERS.find((filter) => filter.name === name)?.words({ ...NO_FILTERS, ...change })).toBe(want);
  });

  it('tell two models of one name apart', () => {
    const facets = { models: ['ollama/llama', 'groq/llama', 'openai/gpt-5'].map((value) => ({ value, count: 1 })) };
    const none = { providers: [], openness: [], places: [], tags: [], categories: [], statuses: [], verdicts: [] };
    expect(FILTERS[0]!.options({ ...none, ...facets }).map((option) => option.label)).toEqual(['ollama/llama', 'groq/llama', 'gpt-5']);
  });

  it('keep what is chosen in step with the options', () => {
    const models = FILTERS[0]!;
    expect(models.choose(['x/y'])).toEqual({ models: ['x/y'] });
    const stars = FILTERS.find((filter) => filter.name === 'stars')!;
    expect([stars.choose(['4']), stars.choose([])]).toEqual([{ minStars: 4 }, { minStars: 0 }]);
  });
});

describe('an amount of money', () => {
  it.each([
    ['', ''], [' $ 0.05 ', '0.05'], ['.5', '0.5'], ['5.', '5'], ['0,25', '0.25'], ['-1', undefined], ['1e3', undefined], ['abc', undefined], ['1.2.3', undefined],
  ])('%j is %j', (text, want) => expect(amountOf(text)).toBe(want)); // prettier-ignore
});

describe('dates', () => {
  it('go into a field and out of it as the same day', () => {
    const day = new Date(2026, 10, 24).getTime();
    expect([dateField(day), dayStart('2026-11-24'), dayStart(''), dateField(0)]).toEqual(['2026-11-24', day, 0, '']);
    expect(dayStart('2026-11-30', 1)).toBe(new Date(2026, 11, 1).getTime());
  });

  it('are offered from the beginning of a day', () => {
    const days = datePresets(new Date(2026, 10, 24, 15).getTime()).map((preset) => dateField(preset.fromMs));
    expect(days).toEqual(['2026-11-24', '2026-11-18', '2026-10-26', '2026-01-01']);
  });
});
