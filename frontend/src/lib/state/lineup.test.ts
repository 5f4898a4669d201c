import { beforeEach, describe, expect, it } from 'vitest';

import type { EndpointView } from '../api';
import { FakeBackend } from '../api/fake';
import { Draft } from './draft.svelte';
import { Lineup, mergeParams } from './lineup.svelte';
import { Models } from './models.svelte';
import { NO_PARAMS, Settings } from './settings.svelte';

describe('lineup', () => {
  let backend: FakeBackend;
  let settings: Settings;
  let models: Models;
  let lineup: Lineup;

  beforeEach(async () => {
    backend = new FakeBackend('finished');
    settings = new Settings(backend);
    models = new Models(backend);
    lineup = new Lineup(settings, models);
    await Promise.all([settings.load(), models.load()]);
    lineup.restore();
  });

  const names = () => lineup.seats.map((seat) => seat.entry.model);
  const local = () => pick('local');
  const cloud = () => pick('cloud');
  function pick(place: string): { endpoint: string; model: string } {
    const model = models.all.find((m) => m.place === place);
    if (model === undefined) throw new Error(`the fake has no ${place} model`);
    return { endpoint: model.endpoint, model: model.id };
  }

  it('restores what was stored', () => {
    expect(names()).toEqual(backend.saved.lineup.map((entry) => entry.model));
  });

  it('may hold the same model twice, each with its own key and parameters', () => {
    lineup.replace([local()]);
    lineup.add(local());
    const [first, second] = lineup.seats;
    expect(first?.key).not.toBe(second?.key);
    lineup.setParams(second?.key ?? -1, { ...NO_PARAMS, temperature: 0 });
    expect(lineup.seats.map((seat) => seat.entry.params.temperature)).toEqual([null, 0]);
    expect(lineup.count(local())).toBe(2);
  });

  it('moves a seat and stops at the edges', () => {
    lineup.replace(['a', 'b', 'c'].map((model) => ({ endpoint: 'ollama', model })));
    const key = lineup.seats[2]?.key ?? -1;
    lineup.move(key, -1);
    expect(names()).toEqual(['a', 'c', 'b']);
    lineup.move(key, -9);
    expect(names()).toEqual(['c', 'a', 'b']);
    expect(settings.view.lineup.map((entry) => entry.model)).toEqual(['c', 'a', 'b']);
  });

  it('keeps a model that is gone as missing and leaves it out of the run', () => {
    lineup.replace([local(), { endpoint: 'ollama', model: 'gone:7b' }]);
    expect(lineup.seats[1]).toMatchObject({ state: 'missing', name: 'gone:7b' });
    expect(lineup.seats[1]?.why).toContain('Remove it');
    expect(lineup.ready).toHaveLength(1);
  });

  it('says where a key is entered when an endpoint has none', () => {
    lineup.replace([{ endpoint: 'groq', model: 'some-model' }]);
    expect(lineup.seats[0]).toMatchObject({ state: 'keyless' });
    expect(lineup.seats[0]?.why).toContain('Enter one in Models');
  });

  it('keeps the models of an endpoint that is down: it may be up by the time of the run', async () => {
    const down = models.endpoints.map((e) => (e.name === 'ollama' ? { ...e, state: 'problem' as const, models: [] } : e));
    models.endpoints = down;
    lineup.replace([{ endpoint: 'ollama', model: 'llama3.2:1b' }]);
    expect(lineup.seats[0]?.state).toBe('ready');
  });

  it('locks what leaves this machine under Local only', () => {
    lineup.replace([local(), cloud()]);
    expect(lineup.leaving).toBe(1);
    settings.change({ localOnly: true });
    expect(lineup.seats.map((seat) => seat.state)).toEqual(['ready', 'locked']);
    expect(lineup.leaving).toBe(0);
  });

  it('sends the ready seats only, own parameters before the common ones', () => {
    lineup.replace([local(), { endpoint: 'ollama', model: 'gone:7b' }]);
    lineup.setParams(lineup.seats[0]?.key ?? -1, { ...NO_PARAMS, temperature: 0 });
    settings.change({ params: { ...NO_PARAMS, temperature: 1, seed: 7 }, system: 'Be brief.' });
    const draft = new Draft(backend, settings, lineup);
    draft.text = 'Why is the sky blue?';
    expect(draft.request()).toEqual({
      system: 'Be brief.', prompt: 'Why is the sky blue?', attachments: [], lanes: 'parallel', warmUp: false, localOnly: false, sensitive: false, unmark: false, blind: false, parentId: '', relation: '', baseRunId: '', confirmed: false, template: false, variables: [],
      lineup: [{ ...local(), params: { ...NO_PARAMS, temperature: 0, seed: 7 }, repeats: 1 }],
    }); // prettier-ignore
  });

  it('tells why a prompt cannot run', () => {
    const draft = new Draft(backend, settings, lineup);
    lineup.replace([]);
    expect(draft.reason).toBe('Add a model to run.');
    lineup.replace([cloud()]);
    expect(draft.reason).toBe('Write a prompt to run.');
    settings.change({ localOnly: true });
    expect(draft.reason).toBe('Every model of this lineup leaves this machine.');
    settings.change({ localOnly: false });
    draft.text = 'Hello';
    expect(draft.reason).toBe('');
  });

  it('takes a file once, whatever way it comes', async () => {
    const draft = new Draft(backend, settings, lineup);
    await draft.attach();
    await draft.attach();
    await draft.drop([new File(['one'], 'one.txt'), new File(['%PDF-'], 'two.pdf')]);
    expect(draft.attachments.map((file) => [file.name, file.pages])).toEqual([['checkout.png', 0], ['one.txt', 0], ['two.pdf', 12]]);
  });

  it('says why a file is not taken, and goes on with the next try', async () => {
    const draft = new Draft(backend, settings, lineup);
    await draft.drop([new File([''], 'empty.txt'), new File(['never read'], 'next.txt')]);
    expect([draft.problem?.message, draft.attachments.length]).toEqual(['empty.txt is empty. Attach an image, a PDF or a text file.', 0]);
    await draft.drop([new File([new Uint8Array((10 << 20) + 1)], 'huge.bin')]);
    expect(draft.problem?.message).toContain('huge.bin is larger than 10 MB');
    await draft.drop([new File(['x'], 'good.txt')]);
    expect([draft.problem, draft.attachments.length]).toEqual([null, 1]);
  });

  it('an entry is asked as often as it says, within bounds', () => {
    const draft = new Draft(backend, settings, lineup);
    lineup.replace([local(), cloud()]);
    const [first, second] = lineup.seats;
    lineup.setRepeats(first!.key, 3);
    lineup.setRepeats(second!.key, 1000);
    expect(draft.request().lineup.map((entry) => entry.repeats)).toEqual([3, 20]);
    lineup.setRepeats(second!.key, 0);
    expect(lineup.seats[1]?.entry.repeats).toBe(1);
  });
});

describe('parameters', () => {
  it('of an entry go before the common ones, also when they are zero', () => {
    const common = { ...NO_PARAMS, temperature: 1, effort: 'low', maxTokens: 100 };
    expect(mergeParams(common, { ...NO_PARAMS, temperature: 0, effort: 'high' })).toEqual({ ...common, temperature: 0, effort: 'high' });
    const all = { ...NO_PARAMS, system: 'Rhyme.', stop: ['END'], thinkingBudget: 0, numCtx: 8192, keepAlive: '0', responseFormat: 'json' };
    expect(mergeParams({ ...common, stop: ['X'], thinkingBudget: 9, numCtx: 9, keepAlive: '9m', responseFormat: '{}' }, all)).toEqual({ ...all, temperature: 1, effort: 'low', maxTokens: 100 });
  });
});

describe('models', () => {
  it('are not taken back by an older event that comes late', async () => {
    const backend = new FakeBackend('finished');
    let tell: (endpoint: EndpointView) => void = () => {};
    backend.events.onEndpoint = (listener) => ((tell = listener), () => {});
    const models = new Models(backend);
    await models.load();
    const demo = models.endpoint('demo')!;
    tell({ ...demo, seq: 8, state: 'ready' });
    tell({ ...demo, seq: 7, state: 'checking', models: [] });
    expect(models.endpoint('demo')?.state).toBe('ready');
    tell({ ...demo, seq: 9, state: 'checking', models: [] });
    expect(models.endpoint('demo')?.state).toBe('checking');
  });

  it('keep an event that overtook the list', async () => {
    const backend = new FakeBackend('finished');
    const models = new Models(backend);
    const stale = (await backend.models.list()).map((e) => ({ ...e, seq: -1, models: [] }));
    backend.models.list = async () => {
      await backend.models.refresh('ollama'); // its event comes before the reply
      return stale;
    };
    await models.load();
    expect(models.endpoint('ollama')?.models.length).toBeGreaterThan(0);
    expect(models.endpoint('openai')?.models).toEqual([]);
  });
});
