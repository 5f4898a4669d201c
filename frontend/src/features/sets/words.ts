import type { SetHeadView } from '../../lib/api';
import { things } from '../../lib/format/things';

/** Where a set stands, in a few words. */
export function standing({ state, rows, ended, row, reason }: SetHeadView): string {
  switch (state) {
    case 'ready':
      return `${things(rows, 'row')}, not begun`;
    case 'running':
      return row < 0 ? `${ended} of ${rows} rows` : `Row ${row + 1} of ${rows}`;
    case 'paused':
      return reason === '' ? `Paused after ${ended} of ${rows} rows` : `Held after ${ended} of ${rows} rows`;
    case 'done':
      return `${things(rows, 'row')}, done`;
  }
}

/** The beginning of an answer on one line, without the signs of Markdown. */
export function firstWords(answer: string): string {
  return answer.replace(/^\s{0,3}(#{1,6}|[-*>])\s+/gm, '').replace(/[*_`~|]+/g, '').replace(/\s+/g, ' ').trim(); // prettier-ignore
}
