import { expect, test } from 'vitest';

import { FakeBackend } from '../../lib/api/fake';
import { charge, isAnother, notesOf, summaryOf, textOf, time, tokens } from './changes';

test('what differs is marked, what is equal is not', async () => {
  const backend = new FakeBackend('rerun');
  const changes = await backend.comparisons.changes(backend.stage('rerun'));
  expect(summaryOf(changes)).toBe('deepseek-r1:14b and gpt-5 are not the model that answered then. 1 of 4 answers differs.');
  const [scout, , gpt] = changes.seats;
  expect([textOf(scout!), isAnother(scout!), notesOf(scout!)]).toEqual(['The same text', false, []]);
  expect([tokens(scout!.output).changed, charge(scout!.cost).changed, time(scout!.totalMs).changed]).toEqual([false, false, false]);
  expect(notesOf(gpt!)).toEqual(['It is served by another model: gpt-5-2025-08-07 then, gpt-5-2025-11-13 now.']);
  expect(tokens(gpt!.output).changed).toBe(true);
});

test('times count as another from a quarter on', () => {
  const pair = (old: number | null, now: number | null) => ({ old, new: now, delta: null });
  expect(time(pair(1000, 1200))).toEqual({ old: '1.00 s', now: '1.20 s', changed: false });
  expect(time(pair(1000, 1400)).changed).toBe(true);
  expect(time(pair(null, 1400))).toEqual({ old: '–', now: '1.40 s', changed: false });
});

test('a prompt that was edited is said, and so is that nothing can be compared', async () => {
  expect(summaryOf({ oldId: '', newId: '', oldAtMs: 0, newAtMs: 0, prompt: false, seats: [] })).toBe('The prompt is another. No answer can be compared.');
});
