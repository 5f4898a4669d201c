/** The geometry of the race strip: pure, from a run's numbers to segments on one clock. */
import type { MetricsView, Status, StrokeView } from '../../lib/api';

export const STROKE_MS = 100;
const STEPS = [1, 2, 5, 10, 20];

export interface Segment {
  kind: 'wait' | 'load' | 'think' | 'stream';
  fromMs: number;
  toMs: number;
}

export interface Lane {
  segments: Segment[];
  /** When the bar ends, on the comparison's clock. */
  endMs: number;
  end: 'open' | 'done' | 'stopped' | 'failed';
}

export interface LaneInput {
  metrics: MetricsView;
  status: Status;
  pace: readonly StrokeView[];
}

/** The parts of one run. nowMs is the playhead, for a run that has no time of its own yet. */
export function lane({ metrics: m, status, pace }: LaneInput, nowMs: number): Lane {
  const sent = m.sentMs ?? (m.queueMs !== null && status !== 'queued' ? m.queueMs : null);
  const running = ['queued', 'loading', 'thinking', 'streaming'].includes(status);
  const end = running && (sent === null || m.totalMs === null) ? nowMs : (sent ?? 0) + (m.totalMs ?? 0);
  const segments: Segment[] = [];
  const add = (kind: Segment['kind'], fromMs: number, toMs: number) => {
    if (toMs > fromMs) segments.push({ kind, fromMs, toMs });
  };
  if (sent === null) {
    add('wait', 0, end);
  } else {
    const first = m.ttftMs === null ? end : sent + m.ttftMs;
    const answer = m.answerMs === null ? null : sent + m.answerMs;
    // Stopped or failed before its first token: a model that was not in memory was loading until then.
    const loading = status === 'loading' || (m.warmth === 'cold' && m.ttftMs === null && endOf(status) !== 'done' && !running);
    const load = Math.min(m.loadMs ?? (loading ? end - sent : 0), first - sent);
    const loads = load > 50;
    add('wait', 0, loads ? sent : first);
    if (loads) {
      add('load', sent, sent + load);
      add('wait', sent + load, first);
    }
    const reasons = pace.some((s) => s.r > 0) || status === 'thinking';
    const thinks = reasons && (answer === null || answer > first);
    const last = m.lastTextMs === null ? end : sent + m.lastTextMs;
    if (m.ttftMs !== null || status === 'thinking') {
      if (thinks) add('think', status === 'thinking' && m.ttftMs === null ? sent : first, answer ?? end);
      if (answer !== null) add('stream', answer, Math.max(running ? end : last, answer + STROKE_MS));
    }
  }
  return { segments, endMs: end, end: running ? 'open' : endOf(status) };
}

function endOf(status: Status): Lane['end'] {
  if (status === 'failed' || status === 'truncated') return 'failed';
  return status === 'cancelled' || status === 'interrupted' ? 'stopped' : 'done';
}

/** The height of the answer's texture at a moment, from 0 to 1: the square root of its speed over the fastest stroke. */
export function heightAt(pace: readonly StrokeView[], ms: number, widthMs: number, fastest: number): number {
  let most = 0;
  const last = Math.floor(Math.max(ms + widthMs - 1, ms) / STROKE_MS);
  for (let i = Math.max(Math.floor(ms / STROKE_MS), 0); i <= last && i < pace.length; i++) most = Math.max(most, pace[i]!.a);
  return fastest > 0 ? Math.sqrt(most / fastest) : 0;
}

export function fastestStroke(paces: readonly (readonly StrokeView[])[]): number {
  let most = 0;
  for (const pace of paces) for (const s of pace) most = Math.max(most, s.a);
  return most;
}

/** The right end of the axis in milliseconds: it grows by a step of 1, 2, 5, 10 or 20 s when 85% of it is used. */
export function axisEnd(usedMs: number, before = 0): number {
  let end = Math.max(before, 2000);
  while (usedMs > end * 0.85) end += stepFor(end) * 1000;
  return end;
}

function stepFor(endMs: number): number {
  return STEPS.find((s) => endMs / 1000 / s <= 8) ?? Math.ceil(endMs / 1000 / 8 / 20) * 20;
}

/** Where the axis has its marks, in milliseconds. */
export function ticks(endMs: number): number[] {
  const step = stepFor(endMs) * 1000;
  const out: number[] = [];
  for (let at = 0; at <= endMs; at += step) out.push(at);
  return out;
}
