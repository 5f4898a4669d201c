import type { HistoryRowView, Status } from '../../lib/api';
import { dayName } from '../../lib/format/dates';

/** The rows of one day, under its name. */
export interface Day {
  name: string;
  rows: HistoryRowView[];
}

/** Cuts a list, newest first, where the day changes. */
export function byDay(rows: readonly HistoryRowView[], now = Date.now()): Day[] {
  const days: Day[] = [];
  for (const row of rows) {
    const name = dayName(row.startedAtMs, now);
    const last = days.at(-1);
    if (last?.name === name) last.rows.push(row);
    else days.push({ name, rows: [row] });
  }
  return days;
}

export function endedBadly({ status }: { status: Status }): boolean {
  return status === 'failed' || status === 'truncated' || status === 'interrupted';
}
