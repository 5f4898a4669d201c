import type { DiffRow } from '../../lib/state/diff-rows';

/** Characters of prose in a line of a side, about. */
const LINE = 80;

/** How high rows will be that were not drawn yet, in pixels: a guess by their texts. */
export function heightOf(rows: readonly DiffRow[]): number {
  return rows.reduce((sum, row) => sum + rowHeight(row), 0);
}

function rowHeight(row: DiffRow): number {
  if (row.type === 'fold') return 28;
  const lines = Math.max(linesOf(row.a), linesOf(row.b), 1);
  return row.code ? lines * 19 + (row.joined ? 0 : 7) : lines * 22 + 25;
}

function linesOf(parts: readonly { text: string }[]): number {
  const text = parts.map((part) => part.text).join('').trimEnd();
  return text.split('\n').reduce((sum, line) => sum + Math.max(Math.ceil(line.length / LINE), 1), 0);
}
