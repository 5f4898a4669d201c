/** What a verdict found, in sentences. */
import type { RunView, VerdictView } from '../api';
import { cost } from './measure';

export interface Judged {
  verdict: VerdictView;
  /** The newest attempt of each seat. */
  runs: readonly RunView[];
  /** By seat; empty when it was never blind. */
  letters: readonly string[];
}

/** A sentence around one model's name, or one without. */
export interface Finding {
  before: string;
  run: RunView | null;
  after: string;
}

/** Names joined as one says them: "A, B and C". */
export function list(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** "1st", "2nd", "3rd", "4th". Nobody ranks twenty. */
export function ordinal(n: number): string {
  return `${n}${['st', 'nd', 'rd'][n - 1] ?? 'th'}`;
}

/** Who stands where in an order, as one says it: "a, then b and c". Empty for a run without a place. */
export function orderWords(verdict: VerdictView, runs: readonly RunView[], name: (run: RunView) => string): string {
  const highest = Math.max(0, ...verdict.standings.map((s) => s.rank));
  const places = Array.from({ length: highest }, (_, i) => runs.filter((run) => verdict.standings.some((s) => s.rank === i + 1 && s.runId === run.id)));
  return places.filter((place) => place.length > 0).map((place) => list(place.map(name))).join(', then ');
}

export function finding({ verdict, runs, letters }: Judged): Finding {
  const letter = (run: RunView) => letters[run.seat] ?? '';
  const won = runs.filter((run) => verdict.standings.some((s) => s.rank === 1 && s.runId === run.id));
  const firsts = won.sort((a, b) => letter(a).localeCompare(letter(b)) || a.seat - b.seat);
  const [winner] = firsts;
  const alone = (before: string): Finding => ({ before, run: null, after: '' });
  if (verdict.kind === 'none') return alone('No answer was good enough.');
  if (winner === undefined) return alone('Your vote is kept.');
  if (verdict.kind === 'ranked' && letters.length === 0) return alone(`Ranked: ${orderWords(verdict, runs, (run) => run.model)}.`);
  if (firsts.length > 1 && verdict.kind === 'ranked') return alone(`You ranked ${list(firsts.map(letter))} first: ${list(firsts.map((run) => run.model))}.`);
  if (firsts.length > 1) {
    const letterList = letters.length > 0 ? ` of ${list(firsts.map(letter))}` : '';
    return alone(`A tie${letterList}: ${list(firsts.map((run) => run.model))}.`);
  }
  if (letters.length > 0) return { before: `You ${verdict.kind === 'ranked' ? 'ranked' : 'chose'} ${letter(winner)}${verdict.kind === 'ranked' ? ' first' : ''}. It was`, run: winner, after: `, ${where(winner)}, at ${cost(winner.metrics.cost)}.` };
  return { before: '', run: winner, after: ' is best.' };
}

/** The finding as plain text. */
export function found(judged: Judged): string {
  const { before, run, after } = finding(judged);
  return `${before}${before && run ? ' ' : ''}${run?.model ?? ''}${after}`;
}

/** What else the reveal shows: what the dearest answer cost, or who was who. */
export function aside({ verdict, runs, letters }: Judged): string {
  const letter = (run: RunView) => letters[run.seat] ?? '';
  if (verdict.kind === 'ranked') return `${orderWords(verdict, runs, (run) => `${letter(run)} (${run.model})`)}.`;
  if (verdict.kind !== 'best') {
    const byLetter = [...runs].sort((a, b) => letter(a).localeCompare(letter(b)));
    return `${byLetter.map((run) => `${letter(run)} was ${run.model}`).join(', ')}.`;
  }
  const priced = runs.filter((run) => Number(run.metrics.cost.usd ?? 0) > 0);
  const dearest = priced.sort((a, b) => Number(b.metrics.cost.usd) - Number(a.metrics.cost.usd))[0];
  if (dearest === undefined || verdict.standings.some((s) => s.rank === 1 && s.runId === dearest.id)) return '';
  return `The dearest answer, ${letter(dearest)}, cost ${cost(dearest.metrics.cost)}.`;
}

function where(run: RunView): string {
  if (run.place === 'local') return 'running here';
  return run.place === 'demo' ? 'a demo voice' : `served by ${run.endpointLabel}`;
}
