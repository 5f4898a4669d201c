/** What the fake backend keeps of the user's judgement, and the veil: as in Go, no name leaves it while blind. */
import type {
  AnswerReviewView, ComparisonView, DescriptionView, JudgeRequest, ReviewView, RunView, Status, VerdictView, VocabularyView,
} from './backend'; // prettier-ignore
import { AppError } from './errors';
import { NO_PARAMS } from './fake-voices';

/** How long after a reveal it can be undone. */
const UNDO_MS = 10_000;

const CATEGORIES = [
  'general knowledge', 'coding', 'maths', 'science and reasoning', 'writing', 'summarising', 'extraction', 'translation', 'conversation',
]; // prettier-ignore
const REASONS = ['correct', 'complete', 'clear', 'follows instructions', 'style', 'too long', 'wrong', 'refused', 'unsafe'];

interface Sitting {
  /** Seats by letter: seats[0] is A's. */
  seats: number[];
  /** Date.now() of the reveal; null: still blind. */
  revealedAt: number | null;
}

interface Sheet {
  sitting: Sitting | null;
  /** Every verdict that was given; null takes back what came before. */
  votes: (VerdictView | null)[];
  answers: Map<string, AnswerReviewView>;
  description: DescriptionView;
}

export class FakeReview {
  #sheets = new Map<string, Sheet>();
  #nextId = 0;

  sheet(id: string): Sheet {
    let sheet = this.#sheets.get(id);
    if (sheet === undefined) {
      sheet = { sitting: null, votes: [], answers: new Map(), description: { category: '', tags: [], note: '', favourite: false } };
      this.#sheets.set(id, sheet);
    }
    return sheet;
  }

  blind(id: string): boolean {
    return this.#sheets.get(id)?.sitting?.revealedAt === null;
  }

  rated(id: string): boolean {
    return (this.#sheets.get(id)?.votes.at(-1) ?? null) !== null;
  }

  /** Opens a sitting unless there is one. The order is fixed: a picture of the fake is always the same. */
  sit(id: string, seats: number): void {
    const sheet = this.sheet(id);
    sheet.sitting ??= { seats: Array.from({ length: seats }, (_, i) => (i + seats - 1) % seats), revealedAt: null };
  }

  reveal(id: string): void {
    const { sitting } = this.sheet(id);
    if (sitting !== null) sitting.revealedAt ??= Date.now();
  }

  rate(view: ComparisonView, run: string, stars: number): void {
    if (!Number.isInteger(stars) || stars < 0 || stars > 5) throw invalid('A rating has one to five stars.');
    this.#answer(view, run).stars = stars;
  }

  say(view: ComparisonView, run: string, reasons: string[], note: string): void {
    Object.assign(this.#answer(view, run), { reasons: [...reasons], note });
  }

  judge(view: ComparisonView, { kind, standings }: JudgeRequest): void {
    const firsts = standings.filter((s) => s.rank === 1).length;
    if (kind === 'best' && firsts !== 1) throw invalid('Choose one answer as the best.');
    if (kind === 'none' && standings.some((s) => s.rank > 0)) throw invalid('When all answers are bad, none has a rank.');
    if (kind === 'tie' && firsts < 2) throw invalid('A tie needs two answers or more.');
    const highest = Math.max(0, ...standings.map((s) => s.rank));
    if (kind === 'ranked' && standings.filter((s) => s.rank > 0).length < 2) throw invalid('An order needs at least two answers. Rank two, or vote for the best.');
    for (let rank = 1; kind === 'ranked' && rank <= highest; rank++) if (!standings.some((s) => s.rank === rank)) throw invalid(`Rank ${rank} is missing in this order.`);
    const sheet = this.sheet(view.id);
    const blind = this.blind(view.id);
    const real = standings.map((s) => ({ runId: this.#run(view, s.run).id, rank: s.rank }));
    sheet.votes.push({ id: `vote-${++this.#nextId}`, kind, standings: real, blind, atMs: Date.now() });
    this.reveal(view.id);
  }

  /** Takes the newest verdict back; a fresh reveal is undone with it. */
  withdraw(id: string): void {
    const { sitting, votes } = this.sheet(id);
    const last = votes.at(-1);
    votes.push(null);
    const revealedAt = sitting?.revealedAt ?? 0;
    if (last?.blind && sitting !== null && Date.now() - revealedAt < UNDO_MS) sitting.revealedAt = null;
  }

  vocabulary(): VocabularyView {
    const sheets = [...this.#sheets.values()];
    const used = (words: string[]) => [...new Set(words)].filter((word) => word !== '').sort();
    const own = (fixed: string[], words: string[]) => [...fixed, ...used(words).filter((word) => !fixed.includes(word))];
    return {
      categories: own(CATEGORIES, sheets.map((s) => s.description.category)),
      reasons: own(REASONS, sheets.flatMap((s) => [...s.answers.values()].flatMap((a) => a.reasons))),
      tags: used(sheets.flatMap((s) => s.description.tags)),
    }; // prettier-ignore
  }

  /** What may be shown of a comparison: all of it with its review, or the veiled rest. view is as the models gave it. */
  dress(view: ComparisonView): ComparisonView {
    const { sitting } = this.sheet(view.id);
    if (sitting?.revealedAt === null) return this.#veiled(view, sitting);
    const letters = sitting === null ? [] : sitting.seats.map((_, seat) => letter(sitting.seats.indexOf(seat)));
    return { ...view, blind: sitting === null ? '' : 'revealed', letters, review: this.#review(view.id, (id) => id) };
  }

  #veiled(view: ComparisonView, { seats }: Sitting): ComparisonView {
    const letterOf = new Map(seats.map((seat, i) => [newest(view.runs, seat)?.id ?? '', letter(i)]));
    return {
      ...view, nowMs: 0, lanes: 'parallel', localOnly: false, sensitive: false, blind: 'open', letters: [], parentId: '', relation: '', threadId: '', earlier: [], runs: this.veilRuns(view.id, view.runs),
      review: this.#review(view.id, (id) => letterOf.get(id) ?? ''),
    }; // prettier-ignore
  }

  /** The runs of a blind comparison: by letter, and their answers only when the last one has ended. */
  veilRuns(id: string, runs: RunView[]): RunView[] {
    const seats = this.sheet(id).sitting?.seats ?? [];
    const shown = seats.map((seat) => newest(runs, seat)).filter((run) => run !== undefined);
    const all = shown.every((run) => statusBlind(run.status) !== 'streaming');
    return shown.map((run, i) => ({ ...NOBODY, id: letter(i), seat: i, answer: all ? run.answer : '', status: statusBlind(run.status) }));
  }

  #review(id: string, name: (runId: string) => string): ReviewView {
    const { votes, answers, description } = this.sheet(id);
    const verdict = votes.at(-1) ?? null;
    const said = [...answers.values()].map((a) => ({ ...a, runId: name(a.runId) })).filter((a) => a.runId !== '');
    const standings = verdict?.standings.map((s) => ({ ...s, runId: name(s.runId) })) ?? [];
    return { ...structuredClone(description), answers: said, verdict: verdict && { ...verdict, standings } };
  }

  #answer(view: ComparisonView, run: string): AnswerReviewView {
    const { answers } = this.sheet(view.id);
    const { id } = this.#run(view, run);
    let answer = answers.get(id);
    if (answer === undefined) answers.set(id, (answer = { runId: id, stars: 0, reasons: [], note: '' }));
    return answer;
  }

  /** The run that a name means: while blind its letter, and never its id. */
  #run(view: ComparisonView, name: string): RunView {
    const { sitting } = this.sheet(view.id);
    const seat = sitting?.seats[name.charCodeAt(0) - 65];
    const run = this.blind(view.id) ? seat !== undefined && name.length === 1 && newest(view.runs, seat) : view.runs.find((r) => r.id === name);
    if (!run) throw new AppError({ code: 'not_found', message: 'This answer is not part of the comparison.' });
    return run;
  }
}

export function invalid(message: string): AppError {
  return new AppError({ code: 'invalid', message });
}

function letter(i: number): string {
  return String.fromCharCode(65 + i);
}

function newest(runs: RunView[], seat: number): RunView | undefined {
  return runs.findLast((run) => run.seat === seat);
}

function statusBlind(status: Status): Status {
  if (status === 'done' || status === 'cut') return 'done';
  return ['queued', 'loading', 'thinking', 'streaming'].includes(status) ? 'streaming' : 'failed';
}

/** A run without anything that could tell it from another. */
const NOBODY: RunView = {
  id: '', seat: 0, attempt: 1, endpoint: '', endpointLabel: '', host: '', model: '', params: NO_PARAMS, resolvedModel: '', mismatch: false,
  digest: '', quantization: '', openness: 'unknown', place: 'cloud', notApplied: [], status: 'streaming', finishReason: '', answer: '',
  reasoning: '', error: null, warnings: [], pace: [], requestId: '', endedAtMs: 0,
  metrics: {
    sentMs: null, queueMs: null, connectMs: null, loadMs: null, ttftMs: null, answerMs: null, lastTextMs: null, totalMs: null,
    serverWaitMs: null, rate: null, rateSource: '', input: null, output: null, reasoning: null, cacheRead: null, cacheWrite: null,
    cost: { usd: null, source: 'unknown', atLeast: false, priceDate: '', priceSource: '', note: '' }, warmth: '', contended: false,
  },
}; // prettier-ignore
