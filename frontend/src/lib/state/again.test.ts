import { beforeEach, describe, expect, test } from 'vitest';

import { AppError, type HistoryRowView } from '../api';
import { FakeBackend } from '../api/fake';
import { Desk } from './desk.svelte';
import { placeIn } from './family.svelte';

let backend: FakeBackend;
let desk: Desk;
let id: string;

async function open(scene: string): Promise<void> {
  backend = new FakeBackend(scene);
  desk = new Desk(backend);
  await desk.open();
  id = backend.stage(scene);
  await desk.comparison.open(id);
}

describe('run again', () => {
  beforeEach(() => open('two'));

  test('the same once more is linked to its original', async () => {
    expect(await desk.again.run(id)).toBe(true);
    expect(desk.comparison.id).not.toBe(id);
    expect(desk.comparison.view).toMatchObject({ parentId: id, relation: 'rerun' });
  });

  test('what no longer exists is said before anything is sent', async () => {
    const again = backend.comparisons.again;
    backend.comparisons.again = async (of) => ({ ...(await again(of)), gone: ['gpt-5 is not offered any more.'] });
    expect(await desk.again.run(id)).toBe(false);
    expect([desk.comparison.id, desk.again.question?.gone]).toEqual([id, ['gpt-5 is not offered any more.']]);
    expect(await desk.again.confirm()).toBe(true);
    expect(desk.comparison.view?.parentId).toBe(id);
  });

  test('Local only is asked about, and goes along', async () => {
    desk.settings.change({ localOnly: true });
    expect(await desk.again.run(id)).toBe(false);
    expect(desk.again.question?.gone).toEqual(['Local only is on: gpt-5 would leave this machine.']);
    await desk.again.confirm();
    expect(desk.comparison.view?.localOnly).toBe(true);
  });

  test('an edited one is told apart from a rerun, and its lineup comes along', async () => {
    desk.lineup.replace([{ endpoint: 'demo', model: 'quick' }]);
    desk.draft.text = 'half a thought';
    await desk.again.edit(id, true);
    expect(desk.lineup.seats.map((seat) => seat.name)).toEqual(['llama4:scout', 'gpt-5']);
    desk.toasts.current?.action?.run();
    expect([desk.draft.text, desk.draft.origin, desk.lineup.seats.length]).toEqual(['half a thought', null, 1]);
    await desk.again.edit(id, true);
    desk.draft.text += ' Be brief.';
    await desk.comparison.start(desk.draft.request());
    expect(desk.comparison.view).toMatchObject({ parentId: id, relation: 'edited' });
  });

  test('with another lineup the one that was chosen stays', async () => {
    desk.lineup.replace([{ endpoint: 'demo', model: 'quick' }]);
    await desk.again.edit(id, false);
    expect(desk.draft.request()).toMatchObject({ parentId: id, relation: 'rerun', lineup: [{ model: 'quick' }] });
  });

  test('a failure is kept with its sentence', async () => {
    backend.comparisons.again = () => Promise.reject(new AppError({ code: 'invalid', message: 'Vote or reveal first.' }));
    expect(await desk.again.run(id)).toBe(false);
    expect(desk.again.problem?.message).toBe('Vote or reveal first.');
  });
});

describe('follow up', () => {
  beforeEach(() => open('two'));

  test('each goes on with its own answers', async () => {
    await desk.again.follow(desk.comparison.view!);
    desk.draft.text = 'And why?';
    await desk.comparison.start(desk.draft.request());
    desk.draft.clear();
    const { view } = desk.comparison;
    expect(view).toMatchObject({ parentId: id, relation: 'follow_up', threadId: id });
    expect(view?.earlier.map((turns) => turns.length)).toEqual([1, 1]);
    expect(view?.earlier[0]?.[0]?.answer).not.toBe(view?.earlier[1]?.[0]?.answer);
    expect(desk.draft.origin).toBeNull();
  });

  test('or all go on with the answer of one', async () => {
    await desk.again.follow(desk.comparison.view!);
    const base = desk.comparison.newest[1]!;
    desk.draft.origin = { ...desk.draft.origin!, baseRunId: base.id };
    desk.draft.text = 'And why?';
    await desk.comparison.start(desk.draft.request());
    expect(desk.comparison.view?.earlier.map((turns) => turns[0]?.answer)).toEqual([base.answer, base.answer]);
  });

  test('a model that was not there is named', async () => {
    await desk.again.follow(desk.comparison.view!);
    desk.lineup.add({ endpoint: 'demo', model: 'quick' });
    expect(desk.draft.newcomers).toEqual(['quick']);
    desk.draft.origin = { ...desk.draft.origin!, baseRunId: desk.comparison.newest[0]!.id };
    expect(desk.draft.newcomers).toEqual([]);
  });
});

describe('the family', () => {
  test('knows the place in a conversation', async () => {
    await open('thread');
    await desk.family.learn();
    const { turn, turns, previous, next } = desk.family.place!;
    expect([turn, turns]).toEqual([2, 3]);
    expect([previous?.id, next?.relation]).toEqual([desk.comparison.view?.parentId, 'follow_up']);
  });

  test('sets old against new, and names a silent change', async () => {
    await open('rerun');
    await desk.family.learn();
    const gpt = desk.family.changes?.seats.find((seat) => seat.model === 'gpt-5');
    expect(gpt).toMatchObject({ sameText: false, served: { changed: true } });
    await desk.openChange(desk.family.changes!, gpt!);
    expect([desk.difference.alone, desk.difference.view !== null]).toEqual([false, true]);
  });

  test('tells nothing while the comparison is blind', async () => {
    await open('blind');
    await desk.family.learn();
    expect([desk.family.view, desk.family.changes, desk.family.place]).toEqual([null, null, null]);
  });

  const row = (name: string, parentId: string, relation: HistoryRowView['relation'], startedAtMs: number) => ({ id: name, parentId, relation, startedAtMs }) as HistoryRowView;
  test('a conversation may fork, and what was run again stands where its original stands', () => {
    const rows = [row('a', '', '', 1), row('b', 'a', 'follow_up', 2), row('c', 'a', 'follow_up', 3), row('d', 'b', 'follow_up', 4), row('e', 'b', 'rerun', 5)];
    const at = (name: string, turn: number) => {
      const { turns, previous, next } = placeIn(name, turn, rows);
      return [turns, previous?.id, next?.id];
    };
    expect(at('a', 1)).toEqual([3, undefined, 'c']);
    expect(at('b', 2)).toEqual([3, 'a', 'd']);
    expect(at('c', 2)).toEqual([2, 'a', undefined]);
    expect(at('e', 2)).toEqual([2, 'a', undefined]);
  });
});

test('two comparisons stand side by side, the older one at the left', async () => {
  await open('rerun');
  const { parentId } = desk.comparison.view!;
  expect(await desk.beside.show(id, parentId)).toBe(true);
  expect([desk.beside.old?.id, desk.beside.now?.id]).toEqual([parentId, id]);
  expect(desk.beside.pairs.map((pair) => [pair.old?.view.model, pair.now?.view.model])).toContainEqual(['gpt-5', 'gpt-5']);
});
