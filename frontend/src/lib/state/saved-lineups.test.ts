import { beforeEach, describe, expect, it } from 'vitest';

import type { LineupView } from '../api';
import { FakeBackend } from '../api/fake';
import { Desk } from './desk.svelte';

describe('saved lineups', () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = new Desk(new FakeBackend('finished'));
    await desk.open();
  });
  const names = () => desk.lineups.list.map((saved) => saved.name);
  const saved = (name: string) => desk.lineups.list.find((one) => one.name === name) as LineupView;

  it('tell which of them is the present one, by models, parameters, repeats and lanes', () => {
    expect(desk.lineups.current?.name).toBe('Daily four');
    const [seat] = desk.lineup.seats;
    desk.lineup.setParams(seat?.key ?? 0, { ...seat!.entry.params, temperature: 0 });
    expect(desk.lineups.current).toBeUndefined();
    desk.lineups.use(saved('Daily four'));
    expect(desk.lineups.current?.name).toBe('Daily four');
    desk.settings.change({ lanes: 'serial' });
    expect(desk.lineups.current).toBeUndefined();
  });

  it('are saved, renamed and deleted, and a deletion can be undone to its place', async () => {
    desk.lineup.removeLast(desk.lineup.entries[0]!);
    expect(await desk.lineups.save('  Mine  ')).toBe(true);
    expect(desk.lineups.current?.name).toBe('Mine');
    expect(await desk.lineups.save('daily FOUR')).toBe(false);
    expect(desk.lineups.problem?.message).toMatch(/of this name already/);
    expect(await desk.lineups.rename(saved('Mine'), 'Ours')).toBe(true);
    const before = names();
    await desk.lineups.remove(saved('Daily four'));
    expect(names()).not.toContain('Daily four');
    desk.toasts.current?.action?.run();
    await expect.poll(names).toEqual(before);
  });

  it('keep what no longer exists, and the seat says so', () => {
    desk.lineups.use(saved('Last year'));
    expect(desk.lineup.seats.map((seat) => seat.state)).toEqual(['ready', 'missing']);
    expect(desk.lineup.seats[1]?.why).toMatch(/does not offer it any more/);
  });

  it('name what is gone, and nothing of a provider that cannot be asked', () => {
    expect(desk.lineups.gone(saved('Last year'))).toEqual(['gpt-retired']);
    expect(desk.lineups.gone(saved('Daily four'))).toEqual([]);
    desk.models.endpoints = desk.models.endpoints.map((e) => (e.name === 'openai' ? { ...e, state: 'problem' as const, models: [] } : e));
    expect(desk.lineups.gone(saved('Last year'))).toEqual([]);
  });

  it('can be kept under their name once they are changed, or taken back whole', async () => {
    const before = desk.lineups.shape;
    desk.lineups.use(saved('Health, local'));
    desk.lineup.add({ endpoint: 'openai', model: 'gpt-5' });
    expect(desk.lineups.changed?.name).toBe('Health, local');
    expect(await desk.lineups.update(desk.lineups.changed!)).toBe(true);
    expect(desk.lineups.current?.name).toBe('Health, local');
    expect(saved('Health, local').entries.map((entry) => entry.model)).toContain('gpt-5');
    desk.lineups.put(before);
    expect(desk.lineups.current?.name).toBe('Daily four');
  });

  it('have an order', async () => {
    const [first, second] = names();
    await desk.lineups.move(saved(second!), -1);
    expect(names().slice(0, 2)).toEqual([second, first]);
  });
});
