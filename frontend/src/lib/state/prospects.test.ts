import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { AppError } from '../api';
import { FakeBackend } from '../api/fake';
import { Desk } from './desk.svelte';
import { NO_PARAMS } from './settings.svelte';

let backend: FakeBackend;
let desk: Desk;

beforeEach(async () => {
  backend = new FakeBackend('two');
  desk = new Desk(backend);
  await desk.open();
  vi.useFakeTimers();
});
afterEach(() => void vi.useRealTimers());

/** Lets what was asked be answered. */
async function asked(): Promise<void> {
  await vi.advanceTimersByTimeAsync(400);
}

describe('what becomes of a draft', () => {
  it('is known by seat, with settings that are not applied and files that are not seen', async () => {
    desk.lineup.replace([{ endpoint: 'ollama', model: 'llama4:scout' }, { endpoint: 'openai', model: 'gpt-5' }]);
    desk.settings.change({ params: { ...NO_PARAMS, temperature: 0.5, numCtx: 8192 } });
    await desk.draft.attach();
    desk.prospects.touch();
    await asked();
    const [scout, gpt] = desk.lineup.seats.map((seat) => desk.lineup.prospects.get(seat.key));
    expect([scout?.notApplied, scout?.context, scout?.files[0]?.note]).toEqual([[], 8192, 'cannot take images']);
    expect([gpt?.notApplied, gpt?.basis, gpt?.files[0]?.note]).toEqual([['temperature', 'num_ctx'], 'as OpenAI lists it', 'image']);
  });

  it('is not that of an older draft, whose reply comes late', async () => {
    const slow = backend.comparisons.foresee;
    let first = true;
    backend.comparisons.foresee = async (request) => {
      const late = first;
      first = false;
      const views = await slow(request);
      if (late) await new Promise((resolve) => setTimeout(resolve, 1000));
      return views;
    };
    desk.prospects.touch();
    await asked();
    desk.lineup.replace([{ endpoint: 'ollama', model: 'llama4:scout' }]);
    desk.prospects.touch();
    await asked();
    expect([...desk.lineup.prospects.keys()]).toEqual(desk.lineup.seats.map((seat) => seat.key));
    await vi.advanceTimersByTimeAsync(2000);
    expect([...desk.lineup.prospects.keys()]).toEqual(desk.lineup.seats.map((seat) => seat.key));
  });

  it('is nothing when it cannot be asked', async () => {
    backend.comparisons.foresee = () => Promise.reject(new AppError({ code: 'invalid', message: 'No.' }));
    desk.prospects.touch();
    await asked();
    expect([desk.lineup.prospects.size, desk.prospects.problem?.message]).toEqual([0, 'No.']);
  });
});

describe('above the cap for one comparison', () => {
  beforeEach(async () => {
    vi.useRealTimers();
    const id = backend.stage('two');
    await desk.comparison.open(id);
    backend.tooDear = 'This is expected to cost $9.';
  });

  it.each([
    ['a retry', () => desk.attempt(desk.comparison.newest[0]!.id)],
    ['all again', () => desk.attempt()],
    ['run again', async () => void desk.askCost((await desk.again.run(desk.comparison.id), desk.again.problem), () => void desk.again.anyway())],
  ])('%s is asked about, and goes on after a yes', async (_, ask) => {
    const before = [desk.comparison.id, desk.comparison.seats.flatMap((seat) => seat.attempts).length].join();
    await ask();
    expect([desk.dear?.message, desk.comparison.problem]).toEqual(['This is expected to cost $9.', null]);
    desk.dear?.go();
    await vi.waitFor(() => expect([desk.comparison.id, desk.comparison.seats.flatMap((seat) => seat.attempts).length].join()).not.toBe(before));
    expect(desk.again.problem).toBeNull();
  });
});

describe('columns', () => {
  it('are the entries: what is asked several times stands in one', async () => {
    vi.useRealTimers();
    desk.lineup.replace([{ endpoint: 'ollama', model: 'llama4:scout', repeats: 3 }, { endpoint: 'openai', model: 'gpt-5' }]);
    desk.draft.text = 'Why?';
    await desk.comparison.start(desk.draft.request());
    expect(desk.comparison.columns.map((column) => column.seats.length)).toEqual([3, 1]);
    expect(desk.comparison.newest).toHaveLength(4);
  });

  it('are all seats while it is blind: neighbours would tell who is the same', async () => {
    vi.useRealTimers();
    desk.lineup.replace([{ endpoint: 'ollama', model: 'llama4:scout', repeats: 3 }]);
    desk.draft.text = 'Why?';
    await desk.comparison.start({ ...desk.draft.request(), blind: true });
    expect(desk.comparison.columns.map((column) => column.seats.length)).toEqual([1, 1, 1]);
  });
});
