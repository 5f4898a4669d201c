import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { AppError } from '../api';
import { FakeBackend } from '../api/fake';
import { Desk } from './desk.svelte';

async function opened(scene = 'finished', prepare: (backend: FakeBackend) => void = () => {}): Promise<{ backend: FakeBackend; desk: Desk }> {
  const backend = new FakeBackend(scene);
  prepare(backend);
  const desk = new Desk(backend);
  await desk.open();
  return { backend, desk };
}

describe('the desk', () => {
  it('offers to unlock the keys when the lineup waits for one, and looks for no keychain else', async () => {
    const lock = (lineup: string) => (backend: FakeBackend) => {
      backend.saved.lineup = [{ ...backend.saved.lineup[0]!, endpoint: lineup, model: 'some' }];
      backend.endpoints.keys = vi.fn(async () => ({ place: 'file', keychainProblem: '', fileExists: true, locked: true }));
      const { list } = backend.models;
      backend.models.list = async () => (await list()).map((e) => ({ ...e, locked: e.name === 'groq' }));
    };
    const waiting = await opened('finished', lock('groq'));
    expect(waiting.desk.toasts.current?.text).toBe('The file of keys is locked.');
    waiting.desk.toasts.current?.action?.run();
    expect(waiting.desk.setup.dialog).toEqual({ kind: 'unlock' });
    const other = await opened('finished', lock('ollama'));
    expect(other.backend.endpoints.keys).not.toHaveBeenCalled();
  });

  it('opens with the first run until a lineup was chosen', async () => {
    const { desk } = await opened('first-run');
    expect(desk.firstRun).toBe(true);
    desk.begin([{ endpoint: 'demo', model: 'demo-fast' }]);
    expect(desk.firstRun).toBe(false);
    expect(desk.lineup.size).toBe(1);
  });

  it('does not take settings that cannot be read for a first run', async () => {
    const { desk } = await opened('first-run', (backend) => {
      backend.settings.get = () => Promise.reject(new AppError({ code: 'internal', message: 'The settings are damaged.' }));
    });
    expect(desk.firstRun).toBe(false);
    expect(desk.settings.problem?.message).toBe('The settings are damaged.');
    expect(desk.models.endpoints.length).toBeGreaterThan(0);
  });

  it('does at once what costs nothing, and what does at the second press or by its button', async () => {
    const { backend, desk } = await opened();
    await desk.comparison.open(backend.stage('finished'));
    const [scout, , gpt5, opus] = desk.comparison.newest;
    const go = vi.fn();
    desk.costly('Run scout', [scout!], go);
    expect(go).toHaveBeenCalledTimes(1);
    desk.costly('Run gpt-5', [gpt5!], go);
    expect(desk.toasts.current?.text).toBe('Run gpt-5 again? It cost $0.0049 the last time. Press the key once more.');
    desk.costly('Run opus', [opus!], go);
    expect(go).toHaveBeenCalledTimes(1);
    desk.costly('Run opus', [opus!], go);
    expect(go).toHaveBeenCalledTimes(2);
    expect(desk.toasts.current).toBeNull();
    desk.costly('Run opus', [opus!], go); // the answer of before is no answer for this one
    expect(go).toHaveBeenCalledTimes(2);
    desk.toasts.current?.action?.run();
    expect(go).toHaveBeenCalledTimes(3);
  });

  it('opens a link only after a yes, as Go checked it', async () => {
    const { backend, desk } = await opened();
    await desk.askLink('https://example.com/a');
    expect(backend.opened).toEqual([]);
    expect(desk.link?.host).toBe('example.com');
    await desk.openLink();
    expect(backend.opened).toEqual(['https://example.com/a']);
    expect(desk.link).toBeNull();
  });

  it('refuses what Go refuses, with its sentence', async () => {
    const { desk } = await opened();
    await desk.askLink('javascript:alert(1)');
    expect(desk.link).toBeNull();
    expect(desk.toasts.current).toMatchObject({ text: 'Only web addresses are opened.', tone: 'bad' });
  });

  it('deletes with an undo', async () => {
    const { backend, desk } = await opened();
    await desk.history.search();
    const id = desk.history.rows[0]?.id ?? '';
    await desk.delete([id]);
    expect(backend.history.deleted).toContain(id);
    desk.toasts.current?.action?.run();
    await vi.waitFor(() => expect(backend.history.deleted.size).toBe(0));
  });
});

describe('a toast', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('stays eight seconds, and as long as it is held', async () => {
    const { desk } = await opened();
    desk.toasts.show('Comparison deleted.');
    vi.advanceTimersByTime(7999);
    expect(desk.toasts.current).not.toBeNull();
    desk.toasts.hold();
    vi.advanceTimersByTime(60_000);
    expect(desk.toasts.current).not.toBeNull();
    desk.toasts.release();
    vi.advanceTimersByTime(8000);
    expect(desk.toasts.current).toBeNull();
  });
});
