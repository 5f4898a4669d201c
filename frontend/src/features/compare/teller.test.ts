import { expect, test } from 'vitest';

import { FakeBackend } from '../../lib/api/fake';
import { Run } from '../../lib/state/run.svelte';
import { Teller } from './teller';

const fake = new FakeBackend('finished');
const [view] = (await fake.comparisons.get(fake.stage('finished'))).runs;

test('it tells states and totals once they change, and says nothing of a comparison that is opened', () => {
  const run = new Run({ ...view!, status: 'queued' });
  const teller = new Teller();
  expect(teller.tell('a', [run])).toBe('');
  run.status = 'streaming';
  expect(teller.tell('a', [run])).toBe('llama4:scout: Streaming');
  run.apply({ id: run.id, answer: 'more', reasoning: '', paceFrom: 0, pace: [], status: 'streaming', metrics: view!.metrics, run: null });
  expect(teller.tell('a', [run])).toBe('llama4:scout: Streaming');
  run.replace({ ...view!, metrics: { ...view!.metrics, totalMs: 16_300 } });
  expect(teller.tell('a', [run])).toBe('llama4:scout: Done after 16.3 s, cost $0');
  expect(teller.tell('b', [run])).toBe('');
});
