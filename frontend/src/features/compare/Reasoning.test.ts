import { render, screen } from '@testing-library/svelte';
import { tick } from 'svelte';
import { beforeEach, expect, test } from 'vitest';

import type { RunView } from '../../lib/api';
import { FakeBackend } from '../../lib/api/fake';
import { Run } from '../../lib/state/run.svelte';
import AnswerBody from './AnswerBody.svelte';
import Reasoning from './Reasoning.svelte';

let view: RunView;

beforeEach(async () => {
  const fake = new FakeBackend('finished');
  view = (await fake.comparisons.get(fake.stage('finished'))).runs[0]!;
});

function shown(change: Partial<RunView>, metrics: Partial<RunView['metrics']>): Run {
  const run = new Run({ ...view, endpointLabel: 'OpenAI', ...change, metrics: { ...view.metrics, ...metrics } });
  render(Reasoning, { run, ongrow: () => undefined });
  return run;
}
const details = () => screen.getByRole<HTMLDetailsElement>('group');
const tokens = { n: 384, source: 'reported' };

test('it is open while the model thinks, and folds when the answer begins', async () => {
  const run = shown({ status: 'thinking', answer: '', reasoning: 'First, ' }, { ttftMs: 500, answerMs: null, reasoning: null });
  await tick();
  expect(details().open).toBe(true);
  expect(screen.getByText('Reasoning')).toBeTruthy();

  run.apply({ id: run.id, answer: '', reasoning: 'then.', paceFrom: 0, pace: [], status: 'thinking', metrics: run.metrics, run: null });
  run.flush();
  expect(details().textContent).toContain('First, then.');

  const metrics = { ...run.metrics, answerMs: 4600, reasoning: tokens };
  run.apply({ id: run.id, answer: 'So', reasoning: '', paceFrom: 0, pace: [], status: 'streaming', metrics, run: null });
  run.flush();
  await tick();
  expect(details().open).toBe(false);
  expect(screen.getByText('Thought for 4.1 s, 384 tokens')).toBeTruthy();
});

test('reasoning that the provider keeps to itself says so, folded', async () => {
  shown({ status: 'done', answer: 'So', reasoning: '' }, { ttftMs: 500, answerMs: 500, reasoning: tokens });
  await tick();
  expect(details().open).toBe(false);
  expect(screen.getByText('Thought, 384 tokens')).toBeTruthy();
  expect(screen.getByText('OpenAI keeps this reasoning to itself.')).toBeTruthy();
});

test('announced reasoning has its line before the provider counts it, and keeps it when the answer comes', async () => {
  const run = new Run({ ...view, status: 'thinking', answer: '', reasoning: '', metrics: { ...view.metrics, answerMs: null, reasoning: null } });
  const nothing = () => undefined;
  render(AnswerBody, { run, name: 'a', held: false, onlink: nothing, oncopy: nothing, onretry: nothing, onfocus: nothing });
  await tick();
  expect(details().textContent).toContain('No text of it has come so far.');

  run.apply({ id: run.id, answer: 'So', reasoning: '', paceFrom: 0, pace: [], status: 'streaming', metrics: run.metrics, run: null });
  run.flush();
  await tick();
  expect(details().textContent).toContain('keeps this reasoning to itself');
});
