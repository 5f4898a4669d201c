/** What the fake backend's scenes and history were judged to be. */
import type { ComparisonView, HistoryRowView, VerdictKind } from './backend';
import type { FakeReview } from './fake-review';

/** A judgement by seat. */
export interface Judged {
  blind?: 'open' | 'revealed';
  kind?: VerdictKind;
  best?: number | number[];
  /** The rank of each seat in an order. */
  ranks?: number[];
  stars?: number[];
  notes?: string[];
  reasons?: string[][];
  category?: string;
  tags?: string[];
  favourite?: boolean;
}

/** Writes a judgement as a user would have given it. view is the comparison as the models gave it. */
export function stageReview(review: FakeReview, view: ComparisonView, judged: Judged): void {
  const { best, ranks, stars = [], notes = [], reasons = [] } = judged;
  const sheet = review.sheet(view.id);
  view.runs.forEach((run, seat) => {
    if (stars[seat] !== undefined) review.rate(view, run.id, stars[seat]);
    if (notes[seat] || reasons[seat]?.length) review.say(view, run.id, reasons[seat] ?? [], notes[seat] ?? '');
  });
  const { category = '', tags = [], favourite = false } = judged;
  sheet.description = { note: '', category, tags: [...tags], favourite };
  if (judged.blind !== undefined) review.sit(view.id, view.runs.length);
  if (best === undefined) return;
  const firsts = [best].flat();
  const standings = view.runs.map((run, seat) => ({ runId: run.id, rank: ranks?.[seat] ?? (firsts.includes(seat) ? 1 : 2) }));
  sheet.votes.push({ id: `vote-${view.id}`, kind: judged.kind ?? 'best', standings, blind: judged.blind === 'revealed', atMs: Date.now() });
  review.reveal(view.id);
}

/** What the list says of a comparison of the history. */
export function judgedBy({ blind, verdict, winners, runs, category, tags, favourite }: HistoryRowView): Judged {
  const common = { category, tags, favourite };
  if (blind) return { ...common, blind: 'open' };
  // An order goes on behind the winner as the seats stand.
  const ranks = runs.map(({ seat }) => (winners.includes(seat) ? 1 : 2 + runs.filter((run) => run.seat < seat && !winners.includes(run.seat)).length));
  return { ...common, ...(verdict !== '' && { kind: verdict, best: winners }), ...(verdict === 'ranked' && { ranks }), stars: runs.map((run) => run.stars) };
}
