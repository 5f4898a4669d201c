import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { AppError } from '../api';
import { FakeBackend } from '../api/fake';
import { Settings } from './settings.svelte';

describe('settings', () => {
  let backend: FakeBackend;
  beforeEach(() => {
    vi.useFakeTimers();
    backend = new FakeBackend('finished');
  });
  afterEach(() => vi.useRealTimers());

  async function loaded(): Promise<Settings> {
    const settings = new Settings(backend);
    await settings.load();
    return settings;
  }

  it('show a change at once and save many as one, a moment after the last', async () => {
    const save = vi.spyOn(backend.settings, 'save');
    const settings = await loaded();
    for (const draft of ['H', 'He', 'Hel']) {
      settings.change({ draft });
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(settings.view.draft).toBe('Hel');
    expect(save).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(400);
    expect(save).toHaveBeenCalledTimes(1);
    expect(backend.saved.draft).toBe('Hel');
  });

  it('never save what was not read first', async () => {
    const stored = backend.saved;
    backend.settings.get = () => Promise.reject(new AppError({ code: 'internal', message: 'No file.' }));
    const settings = await loaded();
    settings.change({ theme: 'dark' });
    await settings.flush();
    expect(settings.problem?.message).toBe('No file.');
    expect(settings.view.theme).toBe('dark');
    expect(backend.saved).toBe(stored);
  });

  it('save one after another, since calls overtake each other', async () => {
    const settings = await loaded();
    const order: string[] = [];
    const answers: (() => void)[] = [];
    backend.settings.save = (view) =>
      new Promise<undefined>((resolve) => {
        order.push(view.draft);
        answers.push(() => resolve(undefined));
      });
    settings.change({ draft: 'first' });
    const flushed = settings.flush();
    settings.change({ draft: 'second' });
    await vi.advanceTimersByTimeAsync(1000);
    expect(order).toEqual(['first']);
    answers[0]?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(order).toEqual(['first', 'second']);
    answers[1]?.();
    await flushed;
  });

  it('keep a change that could not be saved for the next try', async () => {
    const settings = await loaded();
    const save = backend.settings.save;
    backend.settings.save = () => Promise.reject(new AppError({ code: 'internal', message: 'Disk full.' }));
    settings.change({ system: 'Be brief.' });
    await settings.flush();
    expect(settings.problem?.message).toBe('Disk full.');
    backend.settings.save = save;
    await settings.flush();
    expect(settings.problem).toBeNull();
    expect(backend.saved.system).toBe('Be brief.');
  });
});
