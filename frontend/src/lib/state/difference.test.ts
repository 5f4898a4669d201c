import { beforeEach, describe, expect, test } from 'vitest';

import { AppError } from '../api';
import type { DiffBlockView, DiffView } from '../api';
import { FakeBackend } from '../api/fake';
import { nextDifference, rowsOf, summaryOf } from './diff-rows';
import { Difference, type Side, sidesOf } from './difference.svelte';

const part = (text: string, mark: 'same' | 'del' | 'ins' = 'same') => ({ text, mark });
const block = (kind: DiffBlockView['kind'], more: Partial<DiffBlockView> = {}): DiffBlockView => ({
  kind, a: [part('a')], b: [part('b')], code: false, movedTo: -1, ...more,
}); // prettier-ignore
const view = (...blocks: DiffBlockView[]): DiffView => ({
  blocks, summary: { same: 1, changed: 5, added: 1, removed: 1, moved: 0, similarity: 0.5299, coarse: false },
}); // prettier-ignore
const signs = (rows: ReturnType<typeof rowsOf>) => rows.map((row) => (row.type === 'fold' ? `(${row.count})` : row.sign)).join(' ');

describe('rows', () => {
  const all = view(block('same'), block('same'), block('changed', { code: true }), block('same', { code: true }), block('removed'), block('moved', { movedTo: 0 }));

  test('each block has its sign', () => expect(signs(rowsOf(all, 'words', false))).toBe('= = ≠ = ‹ ↷'));
  test('what is the same folds into one row for each stretch', () => expect(signs(rowsOf(all, 'words', true))).toBe('(2) ≠ (1) ‹ ↷'));
  test('the code alone', () => expect(signs(rowsOf(all, 'code', false))).toBe('≠ ='));
  test('lines of code that follow one another are joined', () => {
    expect(rowsOf(all, 'words', false).map((row) => row.type === 'block' && row.joined)).toEqual([false, false, false, true, false, false]);
  });
  test('lines of code know what their fence says, and the fences are told apart from them', () => {
    const line = (text: string) => block('same', { code: true, a: [part(text)], b: [part(text)] });
    const rows = rowsOf(view(line('```python\n'), line('x = 1\n'), line('```\n'), line('~~~\n'), line('y\n')), 'words', false);
    expect(rows.map((row) => row.type === 'block' && `${row.fence}|${row.language}`)).toEqual(['open|python', '|python', 'close|python', 'open|', '|']);
  });
  test('blocks are shown without marks on their words', () => {
    const [row] = rowsOf(view(block('changed', { a: [part('one '), part('two', 'del')] })), 'blocks', false);
    expect(row).toMatchObject({ sign: '≠', a: [part('one two')] });
  });
  test('each block that differs is a place to go to; lines of code that differ together are one', () => {
    const code = { code: true };
    const rows = rowsOf(view(block('same'), block('changed'), block('added', code), block('removed', code), block('same', code), block('changed', code)), 'words', false);
    expect([-1, 0, 1, 2, 5].map((from) => nextDifference(rows, from, 1))).toEqual([1, 1, 2, 5, -1]);
    expect([5, 2, 1].map((from) => nextDifference(rows, from, -1))).toEqual([2, 1, -1]);
  });
  test('the summary is a sentence and never rounds up to all', () => {
    expect(summaryOf(view())).toBe('52% of the text is shared: 1 block is the same, 5 differ, 2 are on one side only');
    const almost = { ...view(), summary: { ...view().summary, same: 9, changed: 1, added: 0, removed: 0, similarity: 0.9999 } };
    expect(summaryOf(almost)).toBe('99% of the text is shared: 9 blocks are the same, 1 differs');
  });
});

describe('the difference', () => {
  let backend: FakeBackend;
  let sides: Side[];
  let difference: Difference;
  beforeEach(async () => {
    backend = new FakeBackend('diff');
    sides = sidesOf(await backend.comparisons.get(backend.stage('diff')));
    difference = new Difference(backend);
  });
  const pair = () => [difference.left?.name, difference.right?.name];

  test('shows two answers, their moved blocks and lines of code', async () => {
    await difference.show(sides[0]!, sides[1]!, sides);
    expect(difference.open).toBe(true);
    const moved = difference.rows.filter((row) => row.type === 'block' && row.sign === '↷');
    expect(moved).toHaveLength(2);
    expect(moved.map((row) => row.type === 'block' && row.movedTo)).toEqual(moved.map((row) => row.index).reverse());
    expect(difference.rows.some((row) => row.type === 'block' && row.code && row.sign === '≠')).toBe(true);
  });

  test('the next answer comes to the right, never the one on the left', async () => {
    await difference.show(sides[0]!, sides[1]!, sides);
    const seen = [];
    for (let i = 0; i < 3; i++) {
      await difference.step(1);
      seen.push(difference.right?.name);
    }
    expect(seen).toEqual([sides[2]!.name, sides[3]!.name, sides[1]!.name]);
    expect(difference.left?.name).toBe(sides[0]!.name);
  });

  test('who is chosen for the other side changes places', async () => {
    await difference.show(sides[0]!, sides[1]!, sides);
    await difference.choose('left', sides[1]!);
    expect(pair()).toEqual([sides[1]!.name, sides[0]!.name]);
    await difference.choose('right', sides[2]!);
    expect(pair()).toEqual([sides[1]!.name, sides[2]!.name]);
  });

  test('an answer with itself is the same to the letter', async () => {
    await difference.show(sides[0]!, { ...sides[0]!, name: 'again' });
    expect([difference.equal, difference.identical]).toEqual([true, true]);
  });

  test('a failure is kept with its sentence, and asked again', async () => {
    const { answers } = backend.diffs;
    backend.diffs.answers = () => Promise.reject(new AppError({ code: 'not_found', message: 'This answer is not in the history any more.' }));
    await difference.show(sides[0]!, sides[1]!, sides);
    expect(difference.problem?.message).toBe('This answer is not in the history any more.');
    backend.diffs.answers = answers;
    await difference.retry();
    expect([difference.problem, difference.view !== null]).toEqual([null, true]);
  });

  test('a reply to a pair that is no longer asked for is dropped', async () => {
    const { answers } = backend.diffs;
    let late = () => {};
    backend.diffs.answers = (a, b) => new Promise((resolve) => (late = () => void answers(a, b).then(resolve)));
    const first = difference.show(sides[0]!, sides[1]!, sides);
    backend.diffs.answers = answers;
    await difference.show(sides[0]!, sides[0]!);
    late();
    await first;
    expect(difference.identical).toBe(true);
  });

  test('blind answers are named by their letters', async () => {
    const id = backend.stage('blind');
    const letters = sidesOf(await backend.comparisons.get(id));
    expect(letters[0]).toMatchObject({ ref: `${id}:A`, name: 'Model A', openness: 'unknown', place: '' });
    await difference.show(letters[0]!, letters[1]!, letters);
    expect(difference.view?.blocks.length).toBeGreaterThan(0);
  });
});
