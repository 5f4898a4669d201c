/** How a scripted model behaves, and where it is at a given moment: pure functions of time for the fake backend. */
import type { CostView, CountView, EntryView, ErrorView, MetricsView, Openness, Place, RunView, Status, StrokeView } from './backend';

/** A scripted model. Times are milliseconds from the moment its request is sent. */
export interface Voice {
  endpoint: string;
  label: string;
  host: string;
  model: string;
  resolved: string;
  digest: string;
  quantization: string;
  openness: Openness;
  place: Place;
  /** Micro-dollars per million tokens, [input, output]; null: no price known. */
  price: [number, number] | null;
  inputTokens: number;
  /** Waiting for our own turn, before the request is sent. */
  queueMs: number;
  /** When the server has loaded the model; 0: it was in memory. */
  loadMs: number;
  /** Between these moments reasoning arrives; null: none. */
  think: [from: number, to: number] | null;
  reasoning: string;
  /** When the first answer text comes. */
  firstMs: number;
  /** Tokens per second. */
  rate: number;
  answer: string;
  end: { status: Status; atMs?: number; reason: string; error?: ErrorView };
  warnings: string[];
  notApplied: string[];
  mismatch: boolean;
}

const CHARS_PER_TOKEN = 4;

/** When the voice ends, in milliseconds from the moment it was sent. */
export function endOf(voice: Voice): number {
  return voice.end.atMs ?? voice.firstMs + streamMs(voice);
}

function streamMs(voice: Voice): number {
  return (voice.answer.length / CHARS_PER_TOKEN / voice.rate) * 1000;
}

/** How much of a text is there when a share of its time is over: uneven, as streams are, but never backwards. */
function progress(share: number): number {
  if (share >= 1 - 1e-9) return 1; // times are sums: the last letter must not be lost to rounding
  const x = Math.max(share, 0);
  return x + (0.5 * Math.sin(2 * Math.PI * 9 * x)) / (2 * Math.PI * 9) + (0.4 * Math.sin(2 * Math.PI * 41 * x)) / (2 * Math.PI * 41);
}

function answerLength(voice: Voice, t: number): number {
  return Math.floor(progress((t - voice.firstMs) / streamMs(voice)) * voice.answer.length);
}

function reasoningLength(voice: Voice, t: number): number {
  if (voice.think === null) return 0;
  const [from, to] = voice.think;
  return Math.floor(progress((t - from) / (to - from)) * voice.reasoning.length);
}

/**
 * One attempt: which voice plays, since when (performance time), and when the user stopped it (milliseconds from then). As
 * in Go, a retry has a start barrier of its own.
 */
export interface Take {
  id: string;
  seat: number;
  attempt: number;
  entry: EntryView;
  voice: Voice;
  startedAt: number;
  stoppedMs: number | null;
}

/** Where a take is at now, milliseconds from its start barrier. */
export function at(take: Take, now: number): RunView {
  const { voice } = take;
  const sentMs = voice.queueMs;
  const sent = now >= sentMs;
  const stopped = take.stoppedMs !== null && take.stoppedMs < sentMs + endOf(voice) ? take.stoppedMs - sentMs : null;
  const end = Math.max(stopped ?? endOf(voice), 0);
  const t = sent ? Math.min(now - sentMs, end) : 0;
  const ended = sent ? t >= end : stopped !== null;
  const status = !sent && !ended ? 'queued' : ended ? (stopped !== null ? 'cancelled' : voice.end.status) : moving(voice, t);
  const answer = sent ? answerLength(voice, t) : 0;
  const reasoning = sent ? reasoningLength(voice, t) : 0;
  return {
    id: take.id,
    seat: take.seat,
    attempt: take.attempt,
    endpoint: voice.endpoint,
    endpointLabel: voice.label,
    host: voice.host,
    model: voice.model,
    params: take.entry.params,
    resolvedModel: answer > 0 || reasoning > 0 || voice.place === 'local' ? voice.resolved : '',
    mismatch: voice.mismatch && answer > 0,
    digest: voice.digest,
    quantization: voice.quantization,
    openness: voice.openness,
    place: voice.place,
    notApplied: voice.notApplied,
    status,
    finishReason: ended && stopped === null ? voice.end.reason : '',
    answer: voice.answer.slice(0, answer),
    reasoning: voice.reasoning.slice(0, reasoning),
    error: ended && stopped === null ? (voice.end.error ?? null) : null,
    warnings: ended ? voice.warnings : [],
    metrics: measure(voice, { t, sent, sentMs, ended, stopped: stopped !== null, answer, reasoning }),
    pace: sent ? pace(voice, t) : [],
    requestId: answer > 0 && voice.place === 'cloud' ? `req_${take.id}` : '',
    endedAtMs: ended && sent ? wallTime(take.startedAt + sentMs + end) : 0,
  };
}

const LOADED_AT_MS = Date.now();

/** Unix milliseconds of a performance time. What ended long ago, as a staged scene, ended when this page was loaded. */
function wallTime(at: number): number {
  return Number.isFinite(at) ? Math.round(performance.timeOrigin + at) : LOADED_AT_MS;
}

function moving(voice: Voice, t: number): Status {
  if (t < voice.loadMs) return 'loading';
  if (voice.think !== null && t >= voice.think[0] && t < voice.firstMs) return 'thinking';
  return t >= voice.firstMs ? 'streaming' : 'queued';
}

interface Moment {
  t: number;
  sent: boolean;
  sentMs: number;
  ended: boolean;
  stopped: boolean;
  answer: number;
  reasoning: number;
}

function measure(voice: Voice, m: Moment): MetricsView {
  const first = Math.min(voice.think?.[0] ?? voice.firstMs, voice.firstMs);
  const final = m.ended && !m.stopped && voice.end.status !== 'cancelled';
  const none = final && (voice.end.status === 'failed' || voice.end.status === 'truncated');
  const source = final ? 'reported' : 'estimated';
  const count = (n: number): CountView | null => (none || !m.sent ? null : { n, source });
  const reasoning = Math.ceil(m.reasoning / CHARS_PER_TOKEN);
  const output = Math.ceil(m.answer / CHARS_PER_TOKEN) + reasoning;
  const streamed = m.t - voice.firstMs;
  return {
    sentMs: m.sent ? m.sentMs : null,
    queueMs: m.sent ? voice.queueMs : null,
    connectMs: m.sent ? 0 : null,
    loadMs: voice.loadMs > 0 && m.t >= voice.loadMs ? voice.loadMs - 20 : null,
    ttftMs: m.sent && m.t >= first ? first : null,
    answerMs: m.sent && m.t >= voice.firstMs ? voice.firstMs : null,
    lastTextMs: m.answer > 0 ? m.t : null,
    totalMs: m.sent ? m.t : null,
    serverWaitMs: null,
    rate: m.answer > 0 && streamed > 150 ? (m.answer / CHARS_PER_TOKEN / streamed) * 1000 : null,
    rateSource: source,
    input: count(voice.inputTokens),
    output: m.answer > 0 || m.reasoning > 0 ? count(output) : null,
    reasoning: count(reasoning),
    cacheRead: final ? count(0) : null,
    cacheWrite: null,
    cost: cost(voice, m, output),
    warmth: voice.place === 'local' ? (voice.loadMs > 0 ? 'cold' : 'warm') : '',
    contended: false,
  };
}

function cost(voice: Voice, m: Moment, output: number): CostView {
  const unknown: CostView = { usd: null, source: 'unknown', atLeast: false, priceDate: '', priceSource: '', note: '' };
  if (voice.place !== 'cloud') return { ...unknown, usd: '0', source: 'free' };
  if (voice.price === null) return { ...unknown, note: 'No price is known for this model.' };
  if (!m.sent || (m.answer === 0 && m.reasoning === 0)) return unknown;
  const picoUSD = BigInt(voice.price[0]) * BigInt(voice.inputTokens) + BigInt(voice.price[1]) * BigInt(output);
  return {
    usd: decimal(picoUSD),
    source: m.ended && !m.stopped && voice.end.status !== 'cancelled' ? 'computed' : 'estimated',
    atLeast: m.ended && (m.stopped || voice.end.status === 'cancelled'),
    priceDate: '2026-11-23',
    priceSource: `https://prices.example/${voice.endpoint}`,
    note: '',
  };
}

function decimal(picoUSD: bigint): string {
  const digits = picoUSD.toString().padStart(13, '0');
  return `${digits.slice(0, -12)}.${digits.slice(-12)}`.replace(/\.?0+$/, '');
}

function pace(voice: Voice, t: number): StrokeView[] {
  const strokes = Math.ceil(t / 100);
  return Array.from({ length: strokes }, (_, i) => {
    const [from, to] = [i * 100, Math.min((i + 1) * 100, t)];
    return { a: answerLength(voice, to) - answerLength(voice, from), r: reasoningLength(voice, to) - reasoningLength(voice, from) };
  });
}
