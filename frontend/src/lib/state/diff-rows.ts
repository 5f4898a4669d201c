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
  /** In code: what its fence says it is written in, and whether the line is that fence. */
  language: string;
  fence: '' | 'open' | 'close';
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
  let language = '';
  let inside = false;
  view.blocks.forEach((block, index) => {
    const info = block.code ? fenceOf(block) : null;
    const fence = info === null ? '' : inside && info === '' ? 'close' : 'open';
    if (fence === 'open') language = info!;
    if (fence !== '') inside = fence === 'open';
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
    rows.push({ type: 'block', index, sign: SIGNS[block.kind], a, b, code: block.code, joined, language, fence, movedTo: block.movedTo });
  });
  return rows;
}

/** What stands behind the fence of a line of code; null when the line is none. */
function fenceOf({ a, b }: DiffBlockView): string | null {
  const line = (a.length > 0 ? a : b).map((part) => part.text).join('');
  return /^\s*(?:`{3,}|~{3,})\s*([\w+#.-]*)/.exec(line)?.[1] ?? null;
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
