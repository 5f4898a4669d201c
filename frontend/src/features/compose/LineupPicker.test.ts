import { render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import type { ModelView } from '../../lib/api';
import { FakeBackend } from '../../lib/api/fake';
import { Desk } from '../../lib/state/desk.svelte';
import { NO_PARAMS } from '../../lib/state/settings.svelte';
import LineupPicker from './LineupPicker.svelte';

describe('the lineup picker', () => {
  let desk: Desk;
  let backend: FakeBackend;
  beforeEach(async () => {
    // Nothing is laid out here, and the list draws only what is in view.
    vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(480);
    backend = new FakeBackend('finished');
    desk = new Desk(backend);
    await desk.open();
    desk.lineup.replace([]);
  });

  function show(editing: number | null = null, localOnly = false) {
    const { lineup, lineups, locals, rated, models } = desk;
    return render(LineupPicker, { lineup, lineups, locals, rated, models, estimate: null, onkey: () => {}, common: { ...NO_PARAMS, temperature: 0.7 }, localOnly, editing, ondone: () => {} });
  }
  const seats = () => desk.lineup.seats.map((seat) => seat.name);

  it('has the search in focus; arrows and Enter add, Enter again removes', async () => {
    const user = userEvent.setup();
    show();
    screen.getByRole('combobox', { name: 'Find a model' }).focus();
    const [first, second] = screen.getAllByRole('option');
    await user.keyboard('{ArrowDown}{Enter}');
    expect(seats()).toHaveLength(1);
    expect(second?.getAttribute('aria-selected')).toBe('true');
    expect(screen.getByRole('combobox').getAttribute('aria-activedescendant')).toBe(second?.id);
    await user.keyboard('{Enter}{ArrowUp}{Enter}');
    expect(first?.getAttribute('aria-selected')).toBe('true');
    expect(second?.getAttribute('aria-selected')).toBe('false');
  });

  it('adds the same model once more with Shift and Enter', async () => {
    const user = userEvent.setup();
    show();
    screen.getByRole('combobox').focus();
    await user.keyboard('{Enter}{Shift>}{Enter}{/Shift}');
    expect(seats()).toHaveLength(2);
    expect(new Set(seats()).size).toBe(1);
  });

  it('filters as one types and says when nothing matches', async () => {
    const user = userEvent.setup();
    show();
    await user.type(screen.getByRole('combobox'), 'openai');
    expect(screen.getAllByRole('option').every((option) => option.textContent.includes('OpenAI'))).toBe(true);
    await user.type(screen.getByRole('combobox'), 'xyz');
    expect(screen.queryAllByRole('option')).toEqual([]);
    screen.getByText('No model matches “openaixyz”.');
  });

  it('draws a thousand models as few rows and counts them all', () => {
    const [ollama, ...others] = desk.models.endpoints;
    if (ollama === undefined) throw new Error('no endpoint');
    const [model] = ollama.models;
    const many = Array.from({ length: 1000 }, (_, i) => ({ ...(model as ModelView), id: `m${i}`, name: `m${i}` }));
    desk.models.endpoints = [{ ...ollama, models: many }, ...others.map((e) => ({ ...e, models: [] }))];
    show();
    const options = screen.getAllByRole('option');
    expect(options.length).toBeLessThan(40);
    expect(options[0]?.getAttribute('aria-setsize')).toBe('1000');
  });

  it('shows a seat its parameters, with the common ones where it has none', async () => {
    const user = userEvent.setup();
    desk.lineup.replace([{ endpoint: 'ollama', model: 'llama4:scout' }]);
    show(desk.lineup.seats[0]?.key ?? null);
    const field = screen.getByRole('spinbutton', { name: 'Temperature' });
    expect(field.getAttribute('placeholder')).toBe('0.7');
    await user.type(field, '0');
    expect(desk.lineup.seats[0]?.entry.params.temperature).toBe(0);
    await user.click(screen.getByRole('button', { name: /^More/ }));
    await user.type(screen.getByRole('textbox', { name: 'Extra, JSON' }), '[[1');
    screen.getByText(/This is no JSON object yet/);
    expect(desk.lineup.seats[0]?.entry.params.extra).toBe('');
  });

  it('tells the last rating of the model that is pointed out, and none of what is blind', async () => {
    const play = await desk.comparison.start({ ...desk.draft.request(), prompt: 'Why?', lineup: [{ endpoint: 'ollama', model: 'llama4:scout', params: NO_PARAMS, repeats: 1 }] });
    expect(play).toBe(true);
    const run = desk.comparison.newest[0]!;
    await backend.ratings.rate(desk.comparison.view!.id, run.id, 4);
    show();
    await screen.findByText(/^Rated 4 of 5 on /);
    await backend.ratings.blind(desk.comparison.view!.id);
    expect(await backend.ratings.rated()).toEqual([]);
  });

  it('moves a seat of the list with Alt and an arrow', async () => {
    const user = userEvent.setup();
    desk.lineup.replace(['llama4:scout', 'qwen2.5:72b'].map((model) => ({ endpoint: 'ollama', model })));
    show();
    within(screen.getByRole('navigation')).getByRole('button', { name: 'qwen2.5:72b' }).focus();
    await user.keyboard('{Alt>}{ArrowUp}{/Alt}');
    expect(seats()).toEqual(['qwen2.5:72b', 'llama4:scout']);
  });
});
