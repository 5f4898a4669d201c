import type { HistoryRunView } from '../../lib/api';

export interface Bar {
  openness: string;
  width: number;
}

/** The fingerprint of a comparison: a bar per run, as long as its total against the slowest. A run without a total has none. */
export function bars(runs: readonly Pick<HistoryRunView, 'openness' | 'totalMs'>[], width: number): Bar[] {
  const slowest = Math.max(...runs.map((run) => run.totalMs ?? 0));
  return runs.map(({ openness, totalMs }) => ({
    openness,
    width: totalMs === null || slowest <= 0 ? 0 : Math.max((totalMs / slowest) * width, 1.5),
  }));
}
