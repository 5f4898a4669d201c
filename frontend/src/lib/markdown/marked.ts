/**
 * A piece of Markdown drawn as an answer is, with some of its source marked: what a difference found there. The marks are
 * on the source; the drawn text lacks its signs, so each drawn word is looked up in the source, in order. A mark on a
 * sign alone goes to the word that the sign belongs to: no mark is lost, and a word without one is the same on both sides.
 */
import { codeNodes } from './code';
import { Links, parse } from './parser';
import { build, type OnLink } from './render';

export interface Part {
  text: string;
  marked: boolean;
}

/** The class of what is marked. */
const MARK = 'md-only';

/** So far ahead a word is looked for, in characters: what is skipped are signs and the addresses of links. */
const REACH = 2000;

/** After so many pieces that are not found, any place will do for the next: no mark is lost. */
const MOST_LOST = 3;

/** Something drawn that stands for a stretch of the source: a word or sign of a text node, or a formula. */
interface Piece {
  node: Text | Element;
  /** Within the text node. */
  from: number;
  to: number;
  blank: boolean;
  marked: boolean;
}

/** A source with its marks by character. */
interface Source {
  text: string;
  marks: Uint8Array;
}

/** The elements of a piece of Markdown; null where it draws nothing that can be read. Deep lists begin at the margin. */
export function drawMarked(parts: readonly Part[], onLink: OnLink): Element[] | null {
  const source = dedent(sourceOf(parts));
  const links = new Links();
  const { blocks } = parse(source.text, links, {}, true);
  let read = false;
  const elements = build(blocks.map((block) => block.html).join(''), links, onLink, (drawn) => {
    const pieces = [...piecesOf(drawn)];
    read = pieces.some((piece) => !piece.blank) || drawn.querySelector('hr') !== null;
    locate(pieces, source);
    wrap(pieces);
  });
  return read ? elements : null;
}

/** The nodes of a line of code, highlighted, with its marks. */
export function drawCode(parts: readonly Part[], language: string): DocumentFragment {
  const { text, marks } = sourceOf(parts);
  const fragment = codeNodes(text, language) ?? document.createDocumentFragment();
  if (fragment.childNodes.length === 0) fragment.append(text);
  const pieces = [...piecesOf(fragment)];
  let at = 0;
  for (const piece of pieces) {
    const next = at + piece.to - piece.from;
    piece.marked = !piece.blank && marks.subarray(at, next).includes(1);
    at = next;
  }
  bridge(pieces);
  wrap(pieces);
  return fragment;
}

function sourceOf(parts: readonly Part[]): Source {
  const text = parts.map((part) => part.text).join('');
  const marks = new Uint8Array(text.length);
  let at = 0;
  for (const { text: piece, marked } of parts) {
    if (marked) marks.fill(1, at, at + piece.length);
    at += piece.length;
  }
  return { text, marks };
}

/** Without the indentation of the first line, which alone would make code of a list item. */
function dedent({ text, marks }: Source): Source {
  const indent = /^[ \t]*/.exec(text)![0].length;
  if (indent === 0) return { text, marks };
  const kept: number[] = [];
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\n', at) + 1 || text.length;
    const blank = /^[ \t]*/.exec(text.slice(at, Math.min(end, at + indent)))![0].length;
    for (let i = at + blank; i < end; i++) kept.push(i);
    at = end;
  }
  return { text: kept.map((i) => text[i]).join(''), marks: Uint8Array.from(kept, (i) => marks[i]!) };
}

/** Words, signs and blanks of the text nodes, and formulas, in the order of the page. */
function* piecesOf(node: Node): Generator<Piece> {
  if (node instanceof Text) {
    for (const { index, 0: text } of node.data.matchAll(/\s+|[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu)) {
      yield { node, from: index, to: index + text.length, blank: text.trim() === '', marked: false };
    }
  } else if (node instanceof Element && node.classList.contains('md-math')) {
    yield { node, from: 0, to: node.textContent.length, blank: false, marked: false };
  } else {
    for (const child of node.childNodes) yield* piecesOf(child);
  }
}

/** Finds the pieces in the source, and takes over its marks. */
function locate(pieces: Piece[], source: Source): void {
  const words = pieces.filter((piece) => !piece.blank);
  let at = 0;
  let lost = 0;
  let before: Piece | undefined;
  for (const piece of words) {
    const text = piece.node.textContent!.slice(piece.from, piece.to);
    const found = find(source.text, text, at, lost >= MOST_LOST || piece.node instanceof Element);
    if (found < 0) {
      lost++; // written otherwise, "&lt;" say: its mark goes to the next
      continue;
    }
    lost = 0;
    carry(source, at, found, before, piece);
    piece.marked ||= source.marks.subarray(found, found + text.length).includes(1);
    at = found + text.length;
    before = piece;
  }
  if (before === undefined && source.marks.includes(1)) for (const piece of words) piece.marked = true;
  carry(source, at, source.text.length, before, before);
  bridge(pieces);
}

/** Where a piece stands in the source from an offset on, or -1. What it skips must be signs, unless anything may be. */
function find(source: string, text: string, at: number, anything: boolean): number {
  const i = source.slice(at, at + REACH + text.length).indexOf(text);
  if (i < 0) return -1;
  const skipped = source.slice(at, at + i).replace(/\]\([^)\n]*\)?|\]\[[^\]\n]*\]|&#?\w+;|(?<![^\s>*+-])\d+[.)](?=\s)/g, '');
  return !anything && /[\p{L}\p{N}]/u.test(skipped) ? -1 : at + i; // words in between are drawn themselves
}

/** Marks on what lies between two pieces go to the one that they touch: signs open before a word and close behind it. */
function carry({ text, marks }: Source, from: number, to: number, before: Piece | undefined, after: Piece | undefined): void {
  if (!marks.subarray(from, to).includes(1)) return;
  const gap = text.slice(from, to);
  const closing = /^\S*/.exec(gap)![0].length;
  const lone = closing === gap.length && after !== undefined && after !== before && isWord(after);
  for (let i = 0; i < gap.length; i++) {
    if (marks[from + i] !== 1 || /[\s|]/.test(gap[i]!)) continue; // the bars of a table are its own
    const owner = i < closing && !lone ? (before ?? after) : (after ?? before);
    if (owner !== undefined) owner.marked = true;
  }
}

function isWord({ node, from }: Piece): boolean {
  return node instanceof Element || /[\p{L}\p{N}]/u.test(node.data[from]!);
}

/** A blank between two marked pieces is marked with them; not one that only parts elements. */
function bridge(pieces: Piece[]): void {
  pieces.forEach((piece, i) => {
    if (piece.blank && !parts(piece)) piece.marked = pieces[i - 1]?.marked === true && pieces[i + 1]?.marked === true;
  });
}

function parts({ node }: Piece): boolean {
  return node instanceof Text && node.data.includes('\n') && node.data.trim() === '';
}

/** Puts what is marked into elements of its own; neighbours share one. */
function wrap(pieces: Piece[]): void {
  const byNode = new Map<Text | Element, Piece[]>();
  for (const piece of pieces) {
    const list = byNode.get(piece.node);
    if (list === undefined) byNode.set(piece.node, [piece]);
    else list.push(piece);
  }
  for (const [node, list] of byNode) {
    if (!list.some((piece) => piece.marked)) continue;
    if (node instanceof Element) {
      const span = marker();
      node.replaceWith(span);
      span.append(node);
      continue;
    }
    const made = document.createDocumentFragment();
    let open: HTMLElement | undefined;
    for (const { from, to, marked } of list) {
      if (!marked) open = undefined;
      else if (open === undefined) made.append((open = marker()));
      (open ?? made).append(node.data.slice(from, to));
    }
    made.normalize(); // a dashed line begins anew with each text node
    node.replaceWith(made);
  }
}

function marker(): HTMLElement {
  const span = document.createElement('span');
  span.className = MARK;
  return span;
}
