/** The blocks that may still change, as they stand in the page. Elements whose text did not change are kept. */
import type { Block } from './parser';

interface Drawn {
  block: Block;
  element: Element;
}

/** Blocks that share a part of the page. The browser passes over a part out of sight, so that a long answer costs no more. */
const PART = 12;

const HOLDERS = /^(UL|OL|LI|P|H[3-6]|BLOCKQUOTE|DIV|PRE|TABLE|TBODY|TR|TD)$/;

export class Tail {
  readonly #root: HTMLElement;
  readonly #build: (html: string) => Element[];
  #drawn: Drawn[] = [];
  #caret: Element | undefined;
  /** Where new blocks are put, and how many stand there for good. */
  #part = document.createElement('div');
  #settled = 0;

  constructor(root: HTMLElement, build: (html: string) => Element[]) {
    this.#root = root;
    this.#build = build;
    this.#begin();
  }

  get last(): Element | undefined {
    return this.#drawn.at(-1)?.element;
  }

  /** Makes the page show these blocks. */
  draw(blocks: readonly Block[]): void {
    let same = 0;
    while (same < blocks.length && this.#drawn[same]?.block.html === blocks[same]!.html) same++;
    if (this.#grow(this.#drawn[same], blocks[same])) same++;
    for (const { element } of this.#drawn.splice(same)) element.remove();
    const fresh = blocks.slice(same);
    if (fresh.length === 0) return;
    const elements = this.#build(fresh.map((block) => block.html).join(''));
    // A block of which the sanitiser lets nothing pass has an empty place: the elements stay in step with the blocks.
    fresh.forEach((block, i) => this.#drawn.push({ block, element: elements[i] ?? document.createElement('div') }));
    this.#part.append(...elements);
  }

  /** Lets the first blocks stay as they are for good. */
  freeze(count: number): void {
    const last = this.#drawn.splice(0, count).at(-1)?.element;
    this.#settled += count;
    if (this.#settled >= PART && !/^H/.test(last?.tagName ?? '')) this.#begin(); // a heading stays with what it heads
  }

  #begin(): void {
    this.#part = document.createElement('div');
    this.#part.className = 'md-part';
    this.#settled = 0;
    this.#root.append(this.#part);
  }

  /**
   * Adds text to the one that a paragraph or list item ends in, when that one shows all of the source's end: run is this
   * end, of letters and such. False when it does not.
   */
  extend(run: string, text: string): boolean {
    const node = this.#caret?.lastChild;
    if (!(node instanceof Text) || !/^(P|LI|H[3-6])$/.test(this.#caret?.tagName ?? '')) return false;
    const shown = node.data.trimEnd(); // spaces at the end are not shown
    if (!shown.endsWith(run.trimEnd())) return false;
    node.replaceData(shown.length, node.length, /\s*$/.exec(run)![0] + text);
    this.touched();
    return true;
  }

  /** The last block was changed in place: it is no more what was drawn. */
  touched(): void {
    const last = this.#drawn.at(-1);
    if (last !== undefined) last.block = { ...last.block, html: '', parts: undefined };
  }

  /** Marks the element in which text grows, and returns it; without growth, none. */
  caret(growing: boolean): Element | undefined {
    const place = growing && this.last !== undefined ? holder(this.last) : undefined;
    if (place !== this.#caret) {
      this.#caret?.classList.remove('md-caret');
      place?.classList.add('md-caret');
      this.#caret = place;
    }
    return place;
  }

  /** Draws only the items of a list, quotation or table that changed. */
  #grow(drawn: Drawn | undefined, block: Block | undefined): boolean {
    const old = drawn?.block.parts;
    const now = block?.parts;
    if (drawn === undefined || block === undefined || old === undefined || now === undefined || old.before !== now.before) return false;
    const body = bodyOf(drawn.element);
    let same = 0;
    while (same < now.items.length && old.items[same] === now.items[same]) same++;
    while (body.children.length > same) body.lastElementChild?.remove();
    if (same < now.items.length) {
      const [made] = this.#build(now.before + now.items.slice(same).join('') + now.after);
      body.append(...bodyOf(made!).children);
    }
    drawn.block = block;
    return true;
  }
}

/** The element whose children are the items of a block. */
function bodyOf(element: Element): Element {
  return element.querySelector(':scope > table > tbody') ?? element;
}

/** The element that holds the end of the text. */
function holder(element: Element): Element {
  let at = element;
  for (;;) {
    const cells = at.tagName === 'TR' ? [...at.children].filter((cell) => cell.textContent !== '') : undefined;
    const next = cells === undefined ? at.lastElementChild : (cells.at(-1) ?? at.firstElementChild);
    if (next === null || !(HOLDERS.test(next.tagName) || (next.tagName === 'CODE' && at.tagName === 'PRE'))) return at;
    at = next;
  }
}
