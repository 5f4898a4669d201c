import { describe, expect, test } from 'vitest';

import { FakeBackend } from '../../lib/api/fake';
import type { MetricsView } from '../../lib/api';
import { axisEnd, heightAt, lane, ticks } from './race';

const fake = new FakeBackend('finished');
const view = await fake.comparisons.get(fake.stage('finished'));
const none: MetricsView = {
  ...view.runs[0]!.metrics,
  sentMs: null, queueMs: null, connectMs: null, loadMs: null, ttftMs: null, answerMs: null, lastTextMs: null, totalMs: null,
};

describe('lane', () => {
  test('an answer waits, then streams until its last text', () => {
    const got = lane({ metrics: { ...none, sentMs: 10, ttftMs: 300, answerMs: 300, lastTextMs: 1000, totalMs: 1100 }, status: 'done', pace: [{ a: 1, r: 0 }] }, 0);
    expect(got).toEqual({ segments: [{ kind: 'wait', fromMs: 0, toMs: 310 }, { kind: 'stream', fromMs: 310, toMs: 1010 }], endMs: 1110, end: 'done' });
  });
  test('loading is apart, thinking comes before the answer', () => {
    const got = lane({ metrics: { ...none, sentMs: 0, loadMs: 2000, ttftMs: 2500, answerMs: 4000, lastTextMs: 5000, totalMs: 5000 }, status: 'done', pace: [{ a: 0, r: 5 }] }, 0);
    expect(got.segments.map((s) => `${s.kind} ${s.fromMs}-${s.toMs}`)).toEqual(['load 0-2000', 'wait 2000-2500', 'think 2500-4000', 'stream 4000-5000']);
  });
  test('a run that waits for its turn grows with the clock', () => {
    expect(lane({ metrics: none, status: 'queued', pace: [] }, 700)).toEqual({ segments: [{ kind: 'wait', fromMs: 0, toMs: 700 }], endMs: 700, end: 'open' });
  });
  test('a retry ends at its own time, wherever the playhead of the others is', () => {
    expect(lane({ metrics: { ...none, sentMs: 0, ttftMs: 200, answerMs: 200, totalMs: 900 }, status: 'streaming', pace: [{ a: 1, r: 0 }] }, 16_000).endMs).toBe(900);
  });
  test.each([['failed', 'failed'], ['truncated', 'failed'], ['cancelled', 'stopped'], ['interrupted', 'stopped'], ['cut', 'done']] as const)('a run that %s ends as %s', (status, end) => {
    expect(lane({ metrics: { ...none, sentMs: 0, totalMs: 900 }, status, pace: [] }, 0).end).toBe(end);
  });
});

test('the axis grows by whole steps when 85% of it is used, and never shrinks', () => {
  expect(axisEnd(0)).toBe(2000);
  expect(axisEnd(1699)).toBe(2000);
  expect(axisEnd(1701)).toBe(3000);
  expect(axisEnd(100, 14_000)).toBe(14_000);
  expect(axisEnd(600_000) * 0.85).toBeGreaterThanOrEqual(600_000);
});

test('the marks of the axis are at most nine', () => {
  for (const end of [2000, 9000, 16_000, 45_000, 120_000, 900_000]) {
    const at = ticks(end);
    expect(at[0]).toBe(0);
    expect(at.length).toBeLessThanOrEqual(9);
  }
});

test('a stroke is as high as the square root of its speed over the fastest', () => {
  const pace = [{ a: 0, r: 0 }, { a: 25, r: 0 }, { a: 100, r: 0 }];
  expect(heightAt(pace, 0, 10, 100)).toBe(0);
  expect(heightAt(pace, 110, 10, 100)).toBe(0.5);
  expect(heightAt(pace, 190, 30, 100)).toBe(1); // one bar over two strokes shows the higher
  expect(heightAt(pace, 900, 10, 100)).toBe(0);
});
