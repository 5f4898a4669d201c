import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { FakeBackend } from '../api/fake';
import type { ComparisonView, Frame, RunPatch } from '../api';
import { Comparison } from './comparison.svelte';
import type { RunListener } from './run.svelte';

/** A backend whose frames the test sends itself. */
class Scripted extends FakeBackend {
  send: (frame: Frame) => void = () => undefined;
  asked = 0;
  answer: ComparisonView | undefined;

  constructor() {
    super('empty');
    this.events = { onFrame: (listener) => ((this.send = listener), () => undefined), onEndpoint: () => () => undefined, onEndpoints: () => () => undefined, onPrivacy: () => () => undefined, onTransfer: () => () => undefined, onJobs: () => () => undefined };
    const { comparisons } = this;
    this.comparisons = { ...comparisons, get: (id) => (this.asked++, this.answer ? Promise.resolve(this.answer) : comparisons.get(id)) };
  }
}

let backend: Scripted;
let comparison: Comparison;
let base: ComparisonView;

beforeEach(async () => {
  vi.useFakeTimers();
  vi.stubGlobal('requestAnimationFrame', (draw: FrameRequestCallback) => setTimeout(() => draw(0), 16));
  const fake = new FakeBackend('finished');
  base = await fake.comparisons.get(fake.stage('finished'));
  base = { ...base, seq: 0, live: true, runs: base.runs.slice(0, 2).map((r) => ({ ...r, status: 'streaming', answer: '', reasoning: '', pace: [] })) };
  backend = new Scripted();
  comparison = new Comparison(backend);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const [A, B] = [0, 1];
function patch(run: number, answer: string, more: Partial<RunPatch> = {}): RunPatch {
  const view = base.runs[run]!;
  return { id: view.id, answer, reasoning: '', paceFrom: 0, pace: [], status: 'streaming', metrics: view.metrics, run: null, ...more };
}
function frame(seq: number, ...runs: RunPatch[]): Frame {
  return { comparison: base.id, seq, nowMs: seq * 33, live: true, saveProblem: '', runs };
}
const tick = () => vi.advanceTimersByTime(20);
const texts = () => comparison.newest.map((r) => r.answer);

test('frames add up, and a frame is drawn once a picture', () => {
  comparison.show(base);
  const before = comparison.tick;
  backend.send(frame(1, patch(A, 'blue')));
  backend.send(frame(2, patch(A, ' sky'), patch(B, 'red')));
  tick();
  expect(texts()).toEqual(['blue sky', 'red']);
  expect(comparison.tick).toBe(before + 1);
});

test('a frame that comes before its predecessor waits for it', () => {
  comparison.show(base);
  backend.send(frame(2, patch(A, ' two')));
  tick();
  expect(texts()).toEqual(['', '']);
  backend.send(frame(1, patch(A, 'one')));
  tick();
  expect(texts()).toEqual(['one two', '']);
});

test('frames that overtake the reply which announces their comparison are kept', () => {
  backend.send(frame(1, patch(A, 'early')));
  comparison.show(base);
  tick();
  expect(texts()).toEqual(['early', '']);
});

test('frames that are in the snapshot already are dropped', () => {
  comparison.show({ ...base, seq: 2, runs: base.runs.map((r) => ({ ...r, answer: 'whole' })) });
  backend.send(frame(1, patch(A, 'old')));
  backend.send(frame(2, patch(A, 'old')));
  backend.send(frame(3, patch(A, '!')));
  tick();
  expect(texts()).toEqual(['whole!', 'whole']);
});

test('a frame that got lost makes it ask for the whole', async () => {
  comparison.show(base);
  backend.send(frame(3, patch(A, 'three')));
  backend.answer = { ...base, seq: 3, runs: base.runs.map((r) => ({ ...r, answer: 'all of it' })) };
  await vi.advanceTimersByTimeAsync(400);
  expect(backend.asked).toBe(1);
  expect(texts()).toEqual(['all of it', 'all of it']);
});

test('frames that go on coming do not put off the question after a lost one', async () => {
  comparison.show(base);
  backend.answer = { ...base, seq: 30, runs: base.runs.map((r) => ({ ...r, answer: 'all of it' })) };
  for (let seq = 2; seq < 22; seq++) {
    backend.send(frame(seq, patch(A, '.')));
    await vi.advanceTimersByTimeAsync(33);
  }
  expect(backend.asked).toBe(1);
  expect(texts()[A]).toBe('all of it');
});

test('a snapshot that the frames have overtaken changes nothing', () => {
  comparison.show(base);
  backend.send(frame(1, patch(A, 'one')));
  backend.send(frame(2, patch(A, ' two')));
  tick();
  comparison.show({ ...base, seq: 1, runs: base.runs.map((r) => ({ ...r, answer: 'one' })) });
  expect(texts()[A]).toBe('one two');
});

test('a run that nobody announced makes it ask for the whole', async () => {
  comparison.show(base);
  backend.answer = { ...base, seq: 1 };
  backend.send(frame(1, { ...patch(A, 'text'), id: 'stranger' }));
  await vi.advanceTimersByTimeAsync(20);
  expect(backend.asked).toBe(1);
});

test('the frames of a comparison that is not shown are kept within bounds', () => {
  for (let seq = 1; seq <= 400; seq++) backend.send(frame(seq, patch(A, 'x')));
  comparison.show({ ...base, seq: 144 });
  tick();
  expect(texts()[A]).toHaveLength(256);
});

test('frames that pile up reach a listener as one text, and a snapshot that continues it as growth', () => {
  comparison.show(base);
  const calls: string[] = [];
  comparison.newest[A]!.listen({ reset: (a) => calls.push(`reset ${a}`), text: (a) => calls.push(`text ${a}`) });
  for (let seq = 1; seq <= 3; seq++) backend.send(frame(seq, patch(A, `${seq}`)));
  tick();
  comparison.show({ ...base, seq: 9, runs: base.runs.map((r) => ({ ...r, answer: '1234' })) });
  comparison.show({ ...base, seq: 10, runs: base.runs.map((r) => ({ ...r, answer: 'other' })) });
  expect(calls).toEqual(['reset ', 'text 123', 'text 4', 'reset other']);
});

test('a page that is hidden with a picture on its way takes frames at once', () => {
  comparison.show(base);
  backend.send(frame(1, patch(A, 'one')));
  const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
  backend.send(frame(2, patch(A, ' two')));
  expect(texts()[A]).toBe('one two');
  hidden.mockReturnValue(false);
  tick();
  backend.send(frame(3, patch(A, ' three')));
  tick();
  expect(texts()[A]).toBe('one two three');
});

test('a retry is a new attempt; the old one keeps its text', () => {
  comparison.show(base);
  backend.send(frame(1, patch(A, 'first try', { status: 'failed' })));
  const again = { ...base.runs[A]!, id: 'again', attempt: 2, status: 'queued' as const };
  backend.send(frame(2, { ...patch(A, 'second'), id: 'again', run: again }));
  tick();
  expect(comparison.seats[A]!.attempts.map((r) => r.answer)).toEqual(['first try', 'second']);
  expect(comparison.newest[A]!.id).toBe('again');
});

test('a listener gets the text that is there, then one call a frame, and the strokes are replaced from their index', () => {
  comparison.show(base);
  backend.send(frame(1, patch(A, 'ab', { pace: [{ a: 2, r: 0 }] })));
  tick();
  const calls: string[] = [];
  const listener: RunListener = { reset: (a) => calls.push(`reset ${a}`), text: (a) => calls.push(`text ${a}`) };
  const run = comparison.newest[A]!;
  const stop = run.listen(listener);
  backend.send(frame(2, patch(A, 'cd', { paceFrom: 0, pace: [{ a: 4, r: 0 }, { a: 1, r: 0 }] })));
  tick();
  stop();
  backend.send(frame(3, patch(A, 'ef', { paceFrom: 2 })));
  tick();
  expect(calls).toEqual(['reset ab', 'text cd']);
  expect(run.pace.slice(0, 2).map((s) => s.a)).toEqual([4, 1]);
});

test('in a hidden window frames are taken at once', () => {
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
  comparison.show(base);
  backend.send(frame(1, patch(A, 'now')));
  expect(texts()).toEqual(['now', '']);
});
