/** The part of an answer that a preview shows: whole blocks of Markdown, beginning where the words were found. */
import { findWords } from '../../lib/format/words';

export interface Passage {
  text: string;
  /** Whether it is the whole answer. */
  whole: boolean;
}

/** About `length` characters of an answer, from the block with the first of the words on. */
export function passage(answer: string, words: readonly string[], length = 360): Passage {
  const blocks = blocksOf(answer);
  const hit = findWords(answer, words, 1)[0]?.[0] ?? 0;
  let first = 0;
  let at = 0;
  for (const [i, block] of blocks.entries()) {
    if (at + block.length > hit) {
      first = i;
      break;
    }
    at += block.length;
  }
  const inside = within(blocks[first] ?? '', hit - at, length);
  const shown: string[] = [];
  let sum = 0;
  for (const block of [inside, ...blocks.slice(first + 1)]) {
    if (sum > 0 && sum + block.length > length) break;
    shown.push(block);
    sum += block.length;
  }
  // A heading at the end promises what is not shown.
  while (shown.length > 1 && /^#{1,6} .*\s*$/.test(shown.at(-1) ?? '') && first + shown.length < blocks.length) shown.pop();
  const text = cut(shown.join('').trimEnd(), 2 * length);
  const later = first > 0 || inside !== (blocks[0] ?? '');
  return { text: later && /^[\p{L}\p{N}*_"“(]/u.test(text) ? `…${text}` : text, whole: text === answer.trimEnd() };
}

/** A long paragraph from a few words before a hit that stands deep in it; code and tables stay whole. */
function within(block: string, hit: number, length: number): string {
  if (hit < length / 2 || /^\s*(```|~~~|\|)/.test(block)) return block;
  return block.slice(block.lastIndexOf(' ', hit - length / 4) + 1);
}

/** Cuts Markdown at blank lines, not within a fenced code block; joined again they are the same text. */
function blocksOf(answer: string): string[] {
  const blocks: string[] = [];
  let block = '';
  let fence = '';
  for (const line of answer.split(/(?<=\n)/)) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence === '') fence = mark ?? '';
    else if (mark?.startsWith(fence)) fence = '';
    block += line;
    if (fence === '' && line.trim() === '') {
      blocks.push(block);
      block = '';
    }
  }
  if (block !== '') blocks.push(block);
  return blocks;
}

/** A block that is very long by itself ends at a space or a line's end. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = Math.max(text.lastIndexOf('\n', most), text.lastIndexOf(' ', most));
  return `${text.slice(0, end > 0 ? end : most).trimEnd()}…`;
}
