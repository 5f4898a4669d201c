/** What the rows of a difference show, apart from how they look: pure. */
import type { DiffBlockView, DiffPartView, DiffView } from '../api';

export type DiffMode = 'words' | 'blocks' | 'code';
export type Sign = '=' | '≠' | '‹' | '›' | '↷';

/** A row of the table: a block on one side or on both. */
export interface BlockRow {
  type: 'block';
  /** The place of its block in the difference: the row's name. */
  index: number;
  sign: Sign;
  a: DiffPartView[];
  b: DiffPartView[];
  code: boolean;
  /** It goes on with the code of the row before. */
  joined: boolean;
  /** The place of the other half of a moved block; else -1. */
  movedTo: number;
}

/** Rows that are hidden because they are the same. */
export interface FoldRow {
  type: 'fold';
  index: number;
  count: number;
}

export type DiffRow = BlockRow | FoldRow;

const SIGNS: Record<DiffBlockView['kind'], Sign> = { same: '=', changed: '≠', removed: '‹', added: '›', moved: '↷' };

/** The rows of a view: with marked words or whole blocks, or the code alone; what is the same may be folded. */
export function rowsOf(view: DiffView, mode: DiffMode, hideSame: boolean): DiffRow[] {
  const rows: DiffRow[] = [];
  view.blocks.forEach((block, index) => {
    if (mode === 'code' && !block.code) return;
    const last = rows.at(-1);
    if (hideSame && block.kind === 'same') {
      if (last?.type === 'fold') last.count++;
      else rows.push({ type: 'fold', index, count: 1 });
      return;
    }
    // Lines of code are blocks of their own: those that follow one another are one piece of code.
    const joined = block.code && last?.type === 'block' && last.code && last.index === index - 1;
    const [a, b] = mode === 'blocks' ? [whole(block.a), whole(block.b)] : [block.a, block.b];
    rows.push({ type: 'block', index, sign: SIGNS[block.kind], a, b, code: block.code, joined, movedTo: block.movedTo });
  });
  return rows;
}

/** A side without marks on its words. */
function whole(parts: DiffPartView[]): DiffPartView[] {
  return parts.length === 0 ? [] : [{ text: parts.map((part) => part.text).join(''), mark: 'same' }];
}

/** Where the next difference begins after a row, by its place among the rows; -1 when there is none. */
export function nextDifference(rows: readonly DiffRow[], from: number, by: 1 | -1): number {
  const differs = (at: number) => {
    const row = rows[at];
    return row?.type === 'block' && row.sign !== '=';
  };
  // Lines of one piece of code that differ are one difference: its first line is the place to go to.
  const goesOn = (at: number) => {
    const row = rows[at];
    return row?.type === 'block' && row.joined && differs(at - 1);
  };
  for (let at = from + by; at >= 0 && at < rows.length; at += by) if (differs(at) && !goesOn(at)) return at;
  return -1;
}

/** What a summary says in one sentence. */
export function summaryOf({ summary: { same, changed, added, removed, moved, similarity, coarse } }: DiffView): string {
  const oneSide = added + removed;
  const parts = [
    same > 0 && `${blocks(same)} ${same === 1 ? 'is' : 'are'} the same`,
    changed > 0 && `${changed} ${changed === 1 ? 'differs' : 'differ'}`,
    moved > 0 && `${moved} moved`,
    oneSide > 0 && `${oneSide} ${oneSide === 1 ? 'is' : 'are'} on one side only`,
  ].filter((part) => part !== false);
  // Rounded down: 99.9 % is not all of it.
  const shared = `${Math.floor(similarity * 100)}% of the text is shared`;
  return `${shared}: ${parts.join(', ')}${coarse ? '. Too long to look at every word' : ''}`;
}

function blocks(n: number): string {
  return n === 1 ? '1 block' : `${n.toLocaleString('en-US')} blocks`;
}

/** A piece of a part: text of one look. */
export interface Ink {
  text: string;
  marked: boolean;
  strong: boolean;
  /** A sign of Markdown: it is there, but it is not what one reads. */
  faint: boolean;
  code: boolean;
}

/** The signs of Markdown that a block of prose may hold. */
const SIGN = /(\*\*|__|`+|^#{1,6} |^\s*(?:[-*+]|\d+[.)]) |^\|?[\s:|-]+\|[\s:|-]*$|\|)/gm;

/**
 * Cuts the parts of a block of prose by look. Bold stays bold across parts; the signs are kept, since they too can
 * differ. Text stays text: nothing of it becomes an element of its own.
 */
export function inked(parts: readonly DiffPartView[]): Ink[] {
  const out: Ink[] = [];
  let strong = /^#{1,6} /.test(parts[0]?.text ?? '');
  const heading = strong;
  let code = false;
  for (const { text, mark } of parts) {
    const marked = mark !== 'same';
    let from = 0;
    for (const match of text.matchAll(SIGN)) {
      if (match.index > from) out.push({ text: text.slice(from, match.index), marked, strong, faint: false, code });
      from = match.index + match[0].length;
      const sign = match[0];
      if (sign.startsWith('`')) code = !code;
      else if ((sign === '**' || sign === '__') && !code && !heading) strong = !strong;
      out.push({ text: sign, marked, strong: false, faint: true, code: false });
    }
    if (from < text.length) out.push({ text: text.slice(from), marked, strong, faint: false, code });
  }
  return out;
}

/** The cells of a block that is a table of Markdown, by line; null when it is none. The line under its head says nothing. */
export function tableOf(parts: readonly DiffPartView[]): Ink[][][] | null {
  const text = parts.map((part) => part.text).join('').trim();
  const lines = text.split('\n');
  if (lines.length < 2 || !lines.every((line) => line.trimStart().startsWith('|')) || !isRule(lines[1]!)) return null;
  const rows: Ink[][][] = [[[]]];
  for (const { text: whole, mark } of parts) {
    for (const piece of whole.split(/((?<!\\)\||\n)/)) {
      if (piece === '\n') rows.push([[]]);
      else if (piece === '|') rows.at(-1)!.push([]);
      else if (piece.trim() !== '') rows.at(-1)!.at(-1)!.push({ text: piece, marked: mark !== 'same', strong: false, faint: false, code: false });
    }
  }
  // What stands before the first and after the last bar is no cell.
  const cells = rows.filter((row, i) => i !== 1 && row.length > 1).map((row) => row.slice(1, row.at(-1)!.length === 0 ? -1 : undefined));
  return cells.length === 0 ? null : cells;
}

function isRule(line: string): boolean {
  return /^[\s|:-]+$/.test(line) && line.includes('-');
}
