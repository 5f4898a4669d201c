import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { AppError, type SetHeadView } from '../api';
import { FakeBackend } from '../api/fake';
import { Desk } from './desk.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const TABLE = 'country,tone\nNorway,brief\n"Chad, Africa",long\n';

async function desk(): Promise<{ backend: FakeBackend; desk: Desk }> {
  const backend = new FakeBackend('ready');
  const desk = new Desk(backend);
  await desk.open();
  desk.draft.text = 'Capital of {{country}}?';
  desk.settings.change({ system: 'Be {{tone}}.' });
  return { backend, desk };
}

/** Lets time pass, with the page's lease. */
async function pass(backend: FakeBackend, ms: number): Promise<void> {
  for (let gone = 0; gone < ms; gone += 1000) {
    await backend.desktop.renew();
    await vi.advanceTimersByTimeAsync(1000);
  }
}

describe('a prompt with variables', () => {
  it('runs only when each has a value, and says which lacks one', async () => {
    const { desk: d } = await desk();
    expect(d.draft.variables).toEqual(['tone', 'country']);
    expect(d.draft.reason).toBe('Fill in tone and country.');
    d.draft.fill('country', 'Norway');
    d.draft.fill('tone', 'brief');
    expect(d.draft.reason).toBe('');
    expect(d.draft.request()).toMatchObject({ template: true, variables: [{ name: 'tone', value: 'brief' }, { name: 'country', value: 'Norway' }] });
  });

  it('can be sent as it stands, until its braces are gone', async () => {
    const { desk: d } = await desk();
    d.settings.change({ system: '' });
    d.draft.literal = true;
    expect(d.draft.request()).toMatchObject({ template: false, variables: [], prompt: 'Capital of {{country}}?' });
    expect(d.draft.reason).toBe('');
    d.draft.text = 'No braces.';
    expect(d.draft.literal).toBe(false);
  });

  it('keeps a hundred values', async () => {
    const { desk: d } = await desk();
    for (let i = 0; i < 120; i++) d.draft.fill(`v${i}`, String(i));
    d.draft.fill('v119', 'again');
    expect(d.settings.view.variables).toHaveLength(100);
    expect([d.draft.valueOf('v119'), d.draft.valueOf('v20'), d.draft.valueOf('v0')]).toEqual(['again', '20', '']);
  });
});

describe('a set that is being made', () => {
  it('is looked at a moment after the last change, and keeps what was pasted', async () => {
    const { backend, desk: d } = await desk();
    const look = vi.spyOn(backend.sets, 'look');
    d.setDraft.show(['a']);
    d.setDraft.write('country');
    d.setDraft.write(TABLE);
    await vi.advanceTimersByTimeAsync(1000);
    expect(look).toHaveBeenCalledTimes(1);
    expect(d.setDraft.preview).toMatchObject({ problem: '', total: 2, columns: ['country', 'tone'] });
    d.setDraft.close();
    expect(d.setDraft.table).toBe(TABLE);
  });

  it('shows what is wrong in place of a start', async () => {
    const { desk: d } = await desk();
    d.setDraft.write('country,tone\nNorway\n');
    await vi.advanceTimersByTimeAsync(1000);
    expect(d.setDraft.preview?.problem).toContain('Line 2 has 1 cell');
    expect(await d.setDraft.start(false)).toBeNull();
    expect(d.setDraft.problem?.message).toContain('Line 2 has 1 cell');
    expect(d.setDraft.table).not.toBe('');
  });
});

describe('a set that runs', () => {
  it('shows its going row as it comes, and its table when the row has ended', async () => {
    const { backend, desk: d } = await desk();
    d.setDraft.write(TABLE);
    const started = await d.setDraft.start(false);
    d.sets.show(started!);
    expect(d.setDraft.table).toBe('');
    await pass(backend, 3000);
    const row = d.sets.view!.rows[0]!;
    expect(d.sets.going?.id).toBe(started!.head.id);
    expect(d.sets.cellsOf(row).map((cell) => cell.status)).toEqual(['streaming', 'loading']);
    await pass(backend, 40_000);
    expect(d.sets.head).toMatchObject({ state: 'done', ended: 2 });
    expect(d.sets.going).toBeNull();
    expect(d.sets.view!.rows[1]!.runs.map((cell) => cell.status)).toEqual(['done', 'done']);
    expect(d.sets.spent).toEqual({ usd: '0.000000000000', atLeast: false });
  });

  it('pauses after its row and goes on', async () => {
    const { backend, desk: d } = await desk();
    d.setDraft.write(TABLE);
    const { head } = (await d.setDraft.start(false))!;
    await d.sets.pause(head.id);
    await pass(backend, 25_000);
    expect(d.sets.list[0]).toMatchObject({ state: 'paused', ended: 1 });
    await d.sets.run(head.id);
    await pass(backend, 25_000);
    expect(d.sets.list[0]).toMatchObject({ state: 'done', ended: 2 });
  });

  it('keeps what an event does not tell', async () => {
    const { backend, desk: d } = await desk();
    d.setDraft.write(TABLE);
    d.sets.show((await d.setDraft.start(false))!);
    const before = d.sets.list[0]!;
    let tell: (head: SetHeadView) => void = () => undefined;
    vi.spyOn(backend.sets, 'onChange').mockImplementation((listener) => ((tell = listener), () => undefined));
    const again = new Desk(backend).sets;
    again.show({ ...d.sets.view!, head: before });
    tell({ ...before, createdAtMs: 0, models: 0, ended: 1 });
    expect(again.list).toEqual([{ ...before, ended: 1 }]);
  });

  it('is deleted with time to undo it, and not while it runs', async () => {
    const { backend, desk: d } = await desk();
    d.setDraft.write(TABLE);
    const { head } = (await d.setDraft.start(false))!;
    await d.sets.remove(head);
    expect(d.toasts.current?.tone).toBe('bad');
    await pass(backend, 45_000);
    await d.sets.remove(d.sets.list[0]!);
    expect(d.sets.list).toEqual([]);
    d.toasts.current?.action?.run();
    await vi.advanceTimersByTimeAsync(10);
    expect(d.sets.list).toHaveLength(1);
  });
});

describe('the library', () => {
  it('saves, finds, changes and deletes with undo', async () => {
    const { desk: d } = await desk();
    await d.prompts.load();
    expect(d.prompts.found('capital geo').map((p) => p.name)).toEqual(['Capital city']);
    expect(await d.prompts.save({ name: 'Capital city', user: 'x', system: '' })).toBe(false);
    expect(d.prompts.problem?.message).toContain('one of this name already');
    expect(await d.prompts.save({ name: 'Mine', user: 'x', system: '' })).toBe(true);
    const mine = d.prompts.current!;
    await d.prompts.save({ ...mine, user: 'y' });
    await d.prompts.remove(mine);
    expect(d.prompts.found('Mine')).toEqual([]);
    d.toasts.current?.action?.run();
    await vi.advanceTimersByTimeAsync(10);
    expect(d.prompts.found('Mine')).toHaveLength(1);
    expect(d.systems.kind).toBe('system');
  });

  it('tells why it cannot be read', async () => {
    const { backend, desk: d } = await desk();
    vi.spyOn(backend.prompts, 'list').mockRejectedValue(new AppError({ code: 'internal', message: 'The history cannot be read.' }));
    await d.prompts.load();
    expect(d.prompts.problem?.message).toBe('The history cannot be read.');
  });
});
