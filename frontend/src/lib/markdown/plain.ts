/** A very long text, as it was written: in pieces, of which the browser lays out only those in sight. */

/** The length of a piece, in characters. */
const PIECE = 16 * 1024;

export class Plain {
  readonly #root: HTMLElement;
  #node = new Text();

  /** onFormat is called when the reader wants the text formatted all the same. */
  constructor(root: HTMLElement, onFormat: () => void) {
    this.#root = root;
    const note = document.createElement('div');
    note.className = 'md-note';
    note.textContent = 'This answer is very long, so it is shown as it was written. ';
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'md-format';
    button.textContent = 'Format it';
    button.addEventListener('click', onFormat);
    note.append(button);
    root.replaceChildren(note);
    this.#begin();
  }

  append(text: string): void {
    let from = 0;
    while (from < text.length) {
      if (this.#node.length >= PIECE) this.#begin();
      const to = cut(text, from, from + PIECE - this.#node.length);
      this.#node.appendData(text.slice(from, to));
      from = to;
    }
  }

  #begin(): void {
    const piece = document.createElement('p');
    piece.className = 'md-plain';
    this.#node = new Text();
    piece.append(this.#node);
    this.#root.append(piece);
  }
}

/** Where to cut: behind the last line that fits, or the last character that is whole. */
function cut(text: string, from: number, to: number): number {
  if (to >= text.length) return text.length;
  const line = text.slice(from, to).lastIndexOf('\n');
  if (line >= 0) return from + line + 1;
  const whole = /[\uD800-\uDBFF]/.test(text[to - 1] ?? '') ? to + 1 : to;
  return Math.min(whole, text.length);
}
