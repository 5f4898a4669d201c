/** Where maths begins and ends in Markdown: `$…$`, `$$…$$`, `\(…\)`, `\[…\]`, but not money. */
import type { MarkdownIt, StateBlock, StateInline } from 'markdown-it';

interface Pair {
  open: string;
  close: string;
  display: boolean;
}

const PAIRS: readonly Pair[] = [
  { open: '$$', close: '$$', display: true },
  { open: '\\[', close: '\\]', display: true },
  { open: '\\(', close: '\\)', display: false },
  { open: '$', close: '$', display: false },
];

/** The longest inline maths, in characters, and the longest block that begins beside its sign, in lines: a search for an
 * end that is not there must not read the whole text, from each of its signs again. */
const LONGEST = 1000;
const MOST_LINES = 40;

/** The most formulas of one paragraph; what follows stays as it was written. */
const MOST_FORMULAS = 300;

/** Adds the rules. Their tokens are math_inline, math_display and math_block; content is TeX. */
export function addMaths(md: MarkdownIt): void {
  md.inline.ruler.before('escape', 'math', inline);
  md.block.ruler.before('fence', 'math_block', block, { alt: ['paragraph', 'reference', 'blockquote', 'list'] });
}

function inline(state: StateInline, silent: boolean): boolean {
  const { src, pos } = state;
  const sign = src[pos];
  if (sign !== '$' && sign !== '\\') return false;
  for (const { open, close, display } of PAIRS) {
    if (!src.startsWith(open, pos)) continue;
    const from = pos + open.length;
    const to = ending(src, from, close);
    if (to <= from) continue;
    const tex = src.slice(from, to);
    if (open === '$' && isMoney(tex, src[to + 1] ?? '')) continue;
    const count = Number(state.env['formulas'] ?? 0);
    if (count >= MOST_FORMULAS) return false;
    if (!silent) {
      state.env['formulas'] = count + 1;
      state.push(display ? 'math_display' : 'math_inline', 'span', 0).content = tex.trim();
    }
    state.pos = to + close.length;
    return true;
  }
  return false;
}

/** Where the closing sign stands, or -1. A dollar sign behind a backslash is part of the maths. */
function ending(src: string, from: number, close: string): number {
  const text = src.slice(from, from + LONGEST);
  let at = text.indexOf(close);
  while (at > 0 && close[0] === '$' && text[at - 1] === '\\') at = text.indexOf(close, at + 1);
  return at < 0 ? -1 : from + at;
}

/**
 * "$5 and $10": text that does not touch its signs on both sides, that a digit follows, that holds code, or that begins
 * with an amount and goes on in words is no maths.
 */
function isMoney(tex: string, next: string): boolean {
  return /^\s|\s$|`/.test(tex) || /\d/.test(next) || /^\d[^\\]*\s[a-z]{2,}[^\\]*$/i.test(tex);
}

/** A block of maths begins and ends with its own line, so that blank lines and underscores inside stay maths. */
function block(state: StateBlock, start: number, end: number, silent: boolean): boolean {
  const line = (n: number) => state.src.slice(state.bMarks[n]! + state.tShift[n]!, state.eMarks[n]).trimEnd();
  const first = line(start);
  const pair = PAIRS.find(({ open, display }) => display && first.startsWith(open));
  if (pair === undefined || state.sCount[start]! - state.blkIndent >= 4) return false;
  const { open, close } = pair;
  const alone = first === open;
  const lines: string[] = [];
  let n = start;
  let closed = false;
  for (; n < end && !closed; n++) {
    const text = n === start ? first.slice(open.length) : line(n);
    if (n > start && text !== '' && state.sCount[n]! < state.blkIndent) break; // the list item ended
    if (!alone && (text === '' || n - start > MOST_LINES)) return false; // text beside the sign: it is inline, or no maths
    closed = text.endsWith(close);
    if (n === start && !closed && text.includes(close)) return false; // text follows the closing sign
    lines.push(closed ? text.slice(0, -close.length) : text);
  }
  if (!closed && !alone) return false;
  if (silent) return true;
  const token = state.push('math_block', 'p', 0);
  token.content = lines.join('\n').trim();
  token.map = [start, n];
  token.info = closed ? '' : 'open';
  state.line = n;
  return true;
}
