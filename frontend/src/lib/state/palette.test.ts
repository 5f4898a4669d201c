import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { FakeBackend } from '../api/fake';
import { Desk } from './desk.svelte';
import type { Command } from './keys';
import { commandsFor, type Item, titleOf } from './palette.svelte';

const EVERYTHING = { groups: ['Anywhere', 'Prompt', 'Answers', 'Rating'] as const, can: () => true, models: true };

describe('commands', () => {
  const found = (query: string, can: (command: Command) => boolean = () => true) => commandsFor(query, { ...EVERYTHING, can }).map(titleOf);

  it('are found by every word, those that begin with one first, then by what is said after them', () => {
    expect(found('lo').slice(0, 2)).toEqual(['Local only', 'Load a model into memory']);
    expect(found('model pull')).toEqual(['Pull a model']);
    expect(found('download')).toEqual(['Pull a model']);
    expect(found('no such thing')).toEqual([]);
  });

  it('are only those that can be given now', () => {
    expect(found('save this', (command) => command !== 'saveLineup')).toEqual([]);
    expect(commandsFor('lineup', { groups: ['Anywhere'], can: () => true }).map((row) => row.command)).toEqual([]);
  });

  it('never are keys that mean something only where they are pressed', () => {
    const all = commandsFor('', EVERYTHING).map((row) => row.command);
    for (const command of ['close', 'stars', 'vote', 'up', 'palette'] as const) expect(all).not.toContain(command);
  });
});

describe('the palette', () => {
  let desk: Desk;
  let backend: FakeBackend;
  beforeEach(async () => {
    vi.useFakeTimers();
    backend = new FakeBackend('finished');
    desk = new Desk(backend);
    await desk.open();
  });
  afterEach(() => void vi.useRealTimers());
  const titles = () => desk.palette.sections.map((section) => section.title);
  const of = <K extends Item['kind']>(kind: K) => desk.palette.items.filter((item): item is Extract<Item, { kind: K }> => item.kind === kind);
  async function look(text: string): Promise<void> {
    desk.palette.begin(EVERYTHING, text);
    await vi.advanceTimersByTimeAsync(200);
  }

  it('looks for commands, lineups, models and comparisons at once', async () => {
    await look('o');
    expect(titles()).toEqual(['Commands', 'Lineups', 'Models', 'Comparisons']);
    expect(of('model').length).toBeLessThanOrEqual(5);
  });

  it('looks for one kind behind a sign', async () => {
    await look('>');
    expect(titles()).toEqual(['Commands']);
    await look('@gpt');
    expect(of('model').map((item) => item.model.id)).toEqual(['gpt-5', 'gpt-4o']);
    expect(titles()).toEqual(['Models']);
    await look('#pay');
    expect(of('tag').map((item) => item.tag.value)).toEqual(['payments']);
  });

  it('asks the history once one rests, and drops a reply to other words', async () => {
    const search = vi.spyOn(backend.history, 'search');
    desk.palette.begin(EVERYTHING, 'web');
    desk.palette.type('webh');
    desk.palette.type('webhook');
    expect(of('comparison')).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(search).toHaveBeenCalledTimes(1);
    expect(of('comparison').every((item) => item.row.prompt.includes('webhook'))).toBe(true);
    expect(of('comparison').length).toBeGreaterThan(0);
    await look('> webhook');
    expect(of('comparison')).toEqual([]);
  });

  it('goes through what was found and stays within it', async () => {
    await look('@');
    desk.palette.step(-3);
    expect(desk.palette.current).toBe(desk.palette.items[0]);
    desk.palette.step(1000);
    expect(desk.palette.current).toBe(desk.palette.items.at(-1));
    desk.palette.type('@gpt');
    expect(desk.palette.current).toBe(desk.palette.items[0]);
  });

  it('offers no model and no lineup where there is no lineup', async () => {
    desk.palette.begin({ ...EVERYTHING, models: false }, 'o');
    expect(titles()).toEqual(['Commands']);
  });
});
