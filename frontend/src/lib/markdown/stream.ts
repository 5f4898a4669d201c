/**
 * Markdown that grows. Finished blocks are rendered once and never touched again, so that a selection in them stays; only
 * the last block is drawn anew, and an open code block only gets its new text. One call per frame, no work per token.
 */
import { md } from './parser';
import { type OnLink, render } from './render';

/** Above this a text is shown plain, with a way to format it: no input may hold up the window. */
export const FORMAT_LIMIT = 256 * 1024;

/** A definition of a reference link changes blocks before it; a text with one is rendered whole at its end. */
const REFERENCE = /^ {0,3}\[[^\]]+\]:/m;

export class ProseStream {
  readonly #root: HTMLElement;
  readonly #onLink: OnLink;
  #text = '';
  /** Where the open block begins in the text. */
  #open = 0;
  /** The nodes of the open block. */
  #tail: Node[] = [];
  /** The text node of an open code block, and how much of the open block is in it. */
  #code: { node: Text; body: number; fence: string } | undefined;
  #plain: Text | undefined;

  constructor(root: HTMLElement, onLink: OnLink) {
    this.#root = root;
    this.#onLink = onLink;
  }

  get text(): string {
    return this.#text;
  }

  /** Adds text and draws what changed. */
  append(delta: string): void {
    if (delta === '') return;
    this.#text += delta;
    if (this.#plain !== undefined) {
      this.#plain.appendData(delta);
    } else if (this.#text.length > FORMAT_LIMIT) {
      this.#showPlain();
    } else if (!this.#growCode(delta)) {
      this.#draw();
    }
  }

  /** Draws the last block as it stays. */
  finish(): void {
    this.#code = undefined;
    if (this.#plain !== undefined) return;
    if (REFERENCE.test(this.#text)) {
      this.#root.replaceChildren(render(this.#text, this.#onLink));
      this.#tail = [];
      return;
    }
    this.#replaceTail(render(this.#text.slice(this.#open), this.#onLink));
  }

  #showPlain(): void {
    this.#plain = document.createTextNode(this.#text);
    const pre = document.createElement('p');
    pre.className = 'md-plain';
    pre.append(this.#plain);
    this.#root.replaceChildren(pre);
  }

  /** Appends to an open code block; false when the open block is none, or may end here. */
  #growCode(delta: string): boolean {
    if (this.#code === undefined) return false;
    if (delta.includes(this.#code.fence[0]!) || this.#text.endsWith('\n' + this.#code.fence)) return false;
    this.#code.node.appendData(delta);
    return true;
  }

  #draw(): void {
    const tail = this.#text.slice(this.#open);
    const blocks = md.parse(tail, { links: [] }).filter((token) => token.level === 0 && token.map !== null && token.nesting >= 0);
    const last = blocks[blocks.length - 1];
    const at = blocks.length > 1 && last?.map ? offsetOfLine(tail, last.map[0]) : tail.length;
    if (settled(tail, at, blocks[blocks.length - 2]?.type ?? '')) {
      this.#replaceTail(render(tail.slice(0, at), this.#onLink));
      this.#tail = [];
      this.#open += at;
    }
    const rest = this.#text.slice(this.#open);
    const fence = last?.type === 'fence' && !/\n\s*(`{3,}|~{3,})\s*$/.test(rest) ? last.markup : undefined;
    this.#replaceTail(render(rest, this.#onLink, fence === undefined));
    this.#code = undefined;
    if (fence !== undefined) this.#follow(fence);
  }

  #follow(fence: string): void {
    const element = this.#tail.find((node) => node instanceof Element) as Element | undefined;
    const code = element?.querySelector('code');
    if (!code) return;
    // A fence shows a line break at its end that is not there yet: it would stand before the next letter.
    const node = document.createTextNode(code.textContent.replace(/\n$/, this.#text.endsWith('\n') ? '\n' : ''));
    code.replaceChildren(node);
    this.#code = { node, body: 0, fence };
  }

  #replaceTail(fragment: DocumentFragment): void {
    const fresh = [...fragment.childNodes];
    for (const node of this.#tail) node.parentNode?.removeChild(node);
    this.#root.append(fragment);
    this.#tail = fresh;
  }
}

/**
 * Whether the block that begins at an offset can no more become a part of the one before it. Once its first line is whole
 * it cannot. Before, only after a blank line, and not behind a list: "2" may become "2. …".
 */
function settled(text: string, at: number, before: string): boolean {
  if (at >= text.length) return false;
  return text.includes('\n', at) || (/\n[ \t]*\n$/.test(text.slice(Math.max(at - 40, 0), at)) && /^\S/.test(text.slice(at)) && !/list|code_block/.test(before));
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
