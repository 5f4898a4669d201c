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

/** The first words of an answer without its marks: an excerpt, not a rendering. Code, tables and formulas are left out. */
export function excerpt(answer: string, length = 240): string {
  const head = answer.slice(0, length * 8);
  const words = head
    .replace(/^(```|~~~)[\s\S]*?(^\1|$(?![\s\S]))/gm, ' ')
    .replace(/\$\$[\s\S]*?(\$\$|$(?![\s\S]))/g, ' ')
    .split('\n')
    .filter((line) => !/^\s*(#|\||-{3,})/.test(line))
    .join(' ')
    .replace(/\*\*|__|`/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  return words.length > length ? `${words.slice(0, length).trimEnd()}…` : words;
}

export function endedBadly({ status }: { status: Status }): boolean {
  return status === 'failed' || status === 'truncated' || status === 'interrupted';
}
