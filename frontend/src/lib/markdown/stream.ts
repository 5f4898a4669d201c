/**
 * Markdown that grows. Finished blocks are drawn once and never touched again, so that a selection in them stays; of the
 * last one only what changed is drawn, and an open code block only gets its new text. One call per frame, no work per
 * token. A long text that comes at once is taken in slices, a task each, so that it does not hold up the window.
 *
 * However a text is cut, it ends as if it had come whole. A link whose definition comes later is the one thing that earlier
 * blocks owe to later ones: until the end it is shown as it was written, and then the answer is drawn again.
 */
import { type Block, Links, parse, type References, referencesOf } from './parser';
import { Plain } from './plain';
import { build, type OnLink } from './render';
import { Tail } from './tail';

/** Above this many characters a text is shown plain, with a way to format it: no answer may hold up the window. */
export const FORMAT_LIMIT = 256 * 1024;

/** How long no text comes until the caret blinks, in milliseconds. One that moves with each frame would only cost. */
const STILL = 600;

/**
 * What is taken at once, in characters: more behind a long block that may still change, since all of it is parsed again
 * each time, but not so much that the new elements alone hold up the window.
 */
const SLICE = 8 * 1024;
const LARGEST_SLICE = 24 * 1024;

/** An open code block: its text node, its fence, and the line that is not whole yet. */
interface OpenCode {
  node: Text;
  fence: string;
  line: string;
}

export class ProseStream {
  readonly #root: HTMLElement;
  readonly #onLink: OnLink;
  readonly #onDraw: () => void;
  readonly #links = new Links();
  #tail: Tail;
  #text = '';
  #halfBreak = false;
  /** Text that came and is not in the page yet, and the task that will bring it there. */
  #waiting = '';
  #task: ReturnType<typeof setTimeout> | undefined;
  #still: ReturnType<typeof setTimeout> | undefined;
  /** The source of the blocks that may still change, and its length when they were last drawn. */
  #open = '';
  #drawn = 0;
  #last: Block | undefined;
  #code: OpenCode | undefined;
  /** Text that stands unformatted behind the last block. */
  #rest: Text | undefined;
  #plain: Plain | undefined;
  /** The reader wants even a long text formatted. */
  #formatted = false;
  #ended = false;
  #references: References = {};
  /** A link was defined when blocks before it were already drawn for good. */
  #late = false;
  #frozen = false;

  /** onDraw is called after text reached the page in a task of its own, not within append. */
  constructor(root: HTMLElement, onLink: OnLink, onDraw: () => void = () => undefined) {
    this.#root = root;
    this.#onLink = onLink;
    this.#onDraw = onDraw;
    this.#tail = this.#begin();
  }

  /** All text so far, with line breaks as "\n". */
  get text(): string {
    return this.#text;
  }

  /** Whether all of it is in the page. */
  get settled(): boolean {
    return this.#task === undefined;
  }

  /** Adds text and draws what changed. */
  append(delta: string): void {
    const text = this.#normal(delta);
    if (text === '') return;
    this.#ended = false;
    this.#moves();
    this.#text += text;
    this.#waiting += text;
    if (this.#task === undefined) this.#take();
  }

  /** Draws the last block as it stays. */
  finish(): void {
    this.#ended = true;
    clearTimeout(this.#still);
    if (this.#task === undefined) this.#end();
  }

  /** Ends all work; what is in the page stays. */
  stop(): void {
    clearTimeout(this.#still);
    clearTimeout(this.#task);
    this.#task = undefined;
  }

  #moves(): void {
    clearTimeout(this.#still);
    this.#root.classList.remove('md-still');
    this.#still = setTimeout(() => this.#root.classList.add('md-still'), STILL);
  }

  #take(): void {
    if (!this.#formatted && this.#text.length > FORMAT_LIMIT) {
      this.#showPlain();
      return;
    }
    const length = Math.min(Math.max(SLICE, Math.ceil(this.#open.length / 2)), LARGEST_SLICE);
    const slice = this.#waiting.slice(0, length);
    this.#waiting = this.#waiting.slice(length);
    if (this.#waiting === '' && this.#ended) {
      this.#open += slice; // the end draws it, once
      this.#end();
      return;
    }
    this.#add(slice);
    if (this.#waiting !== '') this.#task = setTimeout(() => this.#resume());
  }

  #resume(): void {
    this.#task = undefined;
    this.#take();
    this.#onDraw();
  }

  #showPlain(): void {
    if (this.#plain === undefined) {
      this.#plain = new Plain(this.#root, () => {
        this.#formatted = true;
        this.#again({});
        this.#onDraw();
      });
      this.#waiting = this.#text;
    }
    this.#plain.append(this.#waiting);
    this.#waiting = '';
  }

  /** Draws the whole text from its beginning. */
  #again(references: References): void {
    this.#references = references;
    this.#plain = undefined;
    this.#tail = this.#begin();
    this.#waiting = this.#text;
    this.#take();
  }

  #begin(): Tail {
    this.#root.replaceChildren();
    this.#open = '';
    this.#code = this.#rest = this.#last = undefined;
    this.#late = this.#frozen = false;
    return new Tail(this.#root, (html) => build(html, this.#links, this.#onLink));
  }

  #add(text: string): void {
    const before = this.#open;
    this.#open += text;
    if (this.#growCode(text) || this.#growLine(before, text)) return;
    const grown = this.#open.length - this.#drawn;
    if (grown >= patience(this.#open.length, this.#last) || text.includes('\n\n') || !this.#postpone(text)) this.#draw(false);
  }

  /** Shows text as it was written, behind the last block; false where there is none. */
  #postpone(text: string): boolean {
    if (this.#rest === undefined) {
      this.#rest = new Text();
      this.#tail.caret(true)?.append(this.#rest);
    }
    this.#rest.appendData(text);
    return this.#rest.isConnected;
  }

  #end(): void {
    if (this.#plain !== undefined) return;
    this.#draw(true);
    this.#tail.caret(false);
    if (this.#late) this.#again(referencesOf(this.#text));
  }

  #draw(final: boolean): void {
    this.#rest?.remove();
    this.#rest = this.#code = undefined;
    const { blocks, references } = parse(this.#open, this.#links, this.#references, final);
    this.#tail.draw(blocks);
    this.#last = blocks.at(-1);
    const at = this.#last === undefined ? 0 : offsetOfLine(this.#open, this.#last.line);
    const settles = settled(this.#open, at, blocks.at(-2)?.type ?? '');
    if ((settles || final) && this.#frozen) this.#late ||= size(references) > size(this.#references);
    if (settles) this.#freeze(blocks.length - 1, at, references);
    this.#drawn = this.#open.length;
    this.#tail.caret(!final);
    if (!final && this.#last?.type === 'fence') this.#followCode(settles ? this.#open : this.#open.slice(at));
  }

  #freeze(count: number, at: number, references: References): void {
    if (size(references) > size(this.#references)) this.#references = { ...referencesOf(this.#open.slice(0, at)), ...this.#references };
    this.#tail.freeze(count);
    this.#open = this.#open.slice(at);
    this.#frozen = true;
  }

  /** Notices that the code block at the end, of this source, is open: what follows is only appended to it. */
  #followCode(source: string): void {
    const begin = source.indexOf('\n') + 1;
    const fence = /^(`{3,}|~{3,})/.exec(source)?.[1]; // not indented
    const code = this.#tail.last?.querySelector('.md-open');
    if (begin === 0 || fence === undefined || !code) return;
    const node = new Text(source.slice(begin)); // the parser rounds its last line up to a whole one, or down
    code.replaceChildren(node);
    this.#code = { node, fence, line: source.slice(source.lastIndexOf('\n') + 1) };
  }

  /** Appends to an open code block; false when there is none, or it may end here. */
  #growCode(text: string): boolean {
    const code = this.#code;
    if (code === undefined) return false;
    const lines = (code.line + text).split('\n');
    if (lines.some((line) => closes(line, code.fence))) return false;
    code.line = lines.at(-1) ?? '';
    code.node.appendData(text);
    this.#tail.touched();
    this.#drawn = this.#open.length;
    return true;
  }

  /** Appends words to the line of words that the text ends in; false when they may mean more than themselves. */
  #growLine(before: string, text: string): boolean {
    if (this.#rest !== undefined || !WORDS.test(text)) return false;
    const run = wordsAtEnd(before);
    if (run === undefined || !this.#tail.extend(run, text)) return false;
    this.#drawn = this.#open.length;
    return true;
  }

  /** Text with line breaks as the parser has them, so that its lines are ours; a break may be cut between its two signs. */
  #normal(delta: string): string {
    const text = this.#halfBreak && delta.startsWith('\n') ? delta.slice(1) : delta;
    if (delta !== '') this.#halfBreak = delta.endsWith('\r');
    return text.replace(/\r\n?/g, '\n').replaceAll('\0', '\uFFFD');
  }
}

/** Characters that have no meaning in Markdown within a line that has words. */
const WORDS = /^[\p{L}\p{N} ,.'"?%/–—…’“”-]+$/u;

/** The words at the end of a text's last line; undefined where more could turn that line into something else. */
function wordsAtEnd(text: string): string | undefined {
  const line = text.slice(Math.max(text.lastIndexOf('\n') + 1, text.length - 400));
  if (/^[\s>*+-]*\[/.test(line)) return undefined; // perhaps the definition of a link
  const run = /[\p{L}\p{N} ,.'"?%/–—…’“”-]*$/u.exec(line)![0];
  return /\p{L}{2}/u.test(run) ? run : undefined;
}

function size(references: References): number {
  return Object.keys(references).length;
}

/** Whether a line ends a code block. */
function closes(line: string, fence: string): boolean {
  const marks = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(line)?.[1];
  return marks !== undefined && marks[0] === fence[0] && marks.length >= fence.length;
}

/**
 * How many characters may stand unformatted behind the last block before it is drawn again: none, unless it is so long
 * that drawing it each time would cost more the longer it gets. Items of a list or table are drawn one by one.
 */
function patience(length: number, last: Block | undefined): number {
  const items = last?.parts !== undefined;
  if (length < (items ? 8192 : 2048)) return 0;
  return length / (items ? 32 : 16);
}

/**
 * Whether the block that begins at an offset can no more become a part of the one before it. Once its first line is whole
 * it cannot. Before, only after a blank line, and not behind a list: "2" may become "2. …".
 */
function settled(text: string, at: number, before: string): boolean {
  if (at <= 0 || at >= text.length || before === '') return false;
  return text.includes('\n', at) || (/\n[ \t]*\n$/.test(text.slice(Math.max(at - 40, 0), at)) && /^\S/.test(text.slice(at, at + 1)) && !/list|code_block/.test(before));
}

function offsetOfLine(text: string, line: number): number {
  let at = 0;
  for (let n = 0; n < line; n++) {
    const next = text.indexOf('\n', at);
    if (next < 0) return text.length;
    at = next + 1;
  }
  return at;
}
