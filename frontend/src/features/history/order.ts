import type { ComparisonView, HistoryRowView, RunView } from '../../lib/api';

/** An answer as the preview shows it: the newest attempt of a seat with what was said about it. */
export interface Shown {
  run: RunView;
  /** While the comparison is blind: its letter. */
  letter: string;
  won: boolean;
  /** Its place in an order; 0: none. */
  rank: number;
  stars: number;
}

/** The answers of a comparison, the best first: winners, then by rank, then by stars, then as they stood. Blind ones stay as they are. */
export function answersOf(row: HistoryRowView, comparison: ComparisonView): Shown[] {
  const newest = comparison.runs.filter((run, i, all) => all[i + 1]?.seat !== run.seat);
  if (row.blind) return newest.map((run, i) => ({ run, letter: String.fromCharCode(65 + i), won: false, rank: 0, stars: 0 }));
  const starsOf = (seat: number) => row.runs.find((run) => run.seat === seat)?.stars ?? 0;
  const won = row.verdict === 'best' || row.verdict === 'ranked' ? row.winners : [];
  const { verdict } = comparison.review;
  const rankOf = (run: RunView) => (verdict?.kind === 'ranked' ? (verdict.standings.find((s) => s.runId === run.id)?.rank ?? 0) : 0);
  return newest
    .map((run) => ({ run, letter: '', won: won.includes(run.seat), rank: rankOf(run), stars: starsOf(run.seat) }))
    .sort((a, b) => Number(b.won) - Number(a.won) || last(a.rank) - last(b.rank) || b.stars - a.stars || a.run.seat - b.run.seat);
}

/** Whoever has no rank comes after those who have one. */
function last(rank: number): number {
  return rank || 99;
}
