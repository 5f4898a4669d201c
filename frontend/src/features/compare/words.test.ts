import { beforeEach, describe, expect, it } from 'vitest';

import type { ErrorView, RunView } from '../../lib/api';
import { FakeBackend } from '../../lib/api/fake';
import { Run } from '../../lib/state/run.svelte';
import { lane } from './race';
import { failedInLoad, sentence } from './words';

let view: RunView;
const refused: ErrorView = { code: 'internal', message: 'It needs more memory.', detail: '', httpStatus: 500, retryAfterMs: 0 };

beforeEach(async () => {
  const fake = new FakeBackend('finished');
  view = (await fake.comparisons.get(fake.stage('finished'))).runs[0]!;
});

function run(change: Partial<RunView>, metrics: Partial<RunView['metrics']>): Run {
  return new Run({ ...view, pace: [], ...change, metrics: { ...view.metrics, ...metrics } });
}
const told = (r: Run) => sentence(r, lane(r, 0));

describe('the sentence of a race', () => {
  // "wait 0.0 s" was told of every model that was sent at once.
  it('leaves out parts too short to read', () => {
    const at = { sentMs: 2, loadMs: 1500, ttftMs: 1530, answerMs: 1530, lastTextMs: 3000, totalMs: 3010, warmth: 'cold' };
    expect(told(run({ status: 'done', model: 'm' }, at))).toMatch(/^m: load 1\.5 s, stream 1\.5 s, done after 3\.0 s;/);
  });

  it('tells a failure in the load, which the provider reports no time for', () => {
    const failed = run({ status: 'failed', error: refused, model: 'm', endpointLabel: 'Ollama' }, { sentMs: 0, loadMs: null, ttftMs: null, answerMs: null, totalMs: 4600, warmth: 'cold' });
    expect(told(failed)).toMatch(/^m: load 4\.6 s, failed while loading, 500 from Ollama;/);
  });
});

describe('a failure', () => {
  const early = { loadMs: null, ttftMs: null, answerMs: null, warmth: 'cold' };
  it.each([
    ['is one of the load when the model was not in memory', early, refused, true],
    ['is none of the load when text had come', { ...early, ttftMs: 900 }, refused, false],
    ['is none of the load when the model was in memory', { ...early, warmth: 'warm' }, refused, false],
    ['is none of the load when the request was turned down', early, { ...refused, httpStatus: 404 }, false],
    ['is none of the load when nobody answered', early, { ...refused, httpStatus: 0, code: 'unreachable' }, false],
  ])('%s', (_, metrics, error, want) => {
    expect(failedInLoad(run({ status: 'failed', error }, metrics))).toBe(want);
  });
});
