import type { HistoryRowView, Status } from '../../lib/api';
import { dayName } from '../../lib/format/dates';

/** What stands in the list: a row, or the name of a day above its rows. */
export type Line = HistoryRowView | string;

/** Heights in pixels: what HistoryRow and the day's name are drawn with. */
export const DAY = 34;
export const ROW = 61;
export const ROW_WITH_HIT = 81;

export function heightOf(line: Line): number {
  if (typeof line === 'string') return DAY;
  return line.hit === null ? ROW : ROW_WITH_HIT;
}

/** Puts the name of each day above its rows. A list in another order than time's has no days. */
export function linesOf(rows: readonly HistoryRowView[], days: boolean, now = Date.now()): Line[] {
  if (!days) return [...rows];
  const lines: Line[] = [];
  // A day is named once, not at each of its rows: naming is slow, and a list may be long.
  let [from, to] = [0, 0];
  for (const row of rows) {
    if (row.startedAtMs < from || row.startedAtMs >= to) {
      const date = new Date(row.startedAtMs);
      from = date.setHours(0, 0, 0, 0);
      to = date.setDate(date.getDate() + 1);
      lines.push(dayName(row.startedAtMs, now));
    }
    lines.push(row);
  }
  return lines;
}

export function endedBadly({ status }: { status: Status }): boolean {
  return status === 'failed' || status === 'truncated' || status === 'interrupted';
}
