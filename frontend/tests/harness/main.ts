// The page in which answers are rendered by the product's own pipeline, and for the controls without its walls.
import 'katex/dist/katex.min.css';

import MarkdownIt from 'markdown-it';

import { render } from '../../src/lib/markdown/render';
import { ProseStream } from '../../src/lib/markdown/stream';

const answer = document.getElementById('answer') as HTMLElement;
const unsafe = new MarkdownIt({ html: true, linkify: true });
unsafe.validateLink = () => true;
const opened: string[] = [];

let growing: ProseStream | undefined;

function seen(node: Node): unknown {
  if (node.nodeType === Node.TEXT_NODE) return node.textContent;
  const children = [...node.childNodes].filter((c) => c.nodeType !== Node.TEXT_NODE || c.textContent?.trim() !== '');
  return [node.nodeName, children.map(seen)];
}

const harness = {
  opened,
  /** A finished text, as the history shows it. */
  done(text: string): void {
    answer.replaceChildren(render(text, (address) => opened.push(address)));
  },
  /** A text that arrives in pieces. */
  live(pieces: string[]): void {
    answer.replaceChildren();
    const stream = new ProseStream(answer, (address) => opened.push(address));
    for (const piece of pieces) stream.append(piece);
    stream.finish();
  },
  /** Control: the same text with HTML on and no sanitiser. */
  raw(text: string): void {
    answer.innerHTML = unsafe.render(text);
  },
  /** Begins a text that grows by grow(). */
  begin(): void {
    answer.replaceChildren();
    growing = new ProseStream(answer, (address) => opened.push(address));
  },
  grow(piece: string): void {
    growing?.append(piece);
  },
  finish(): void {
    growing?.finish();
  },
  /** What a reader sees: elements and their text, without blank text between blocks. */
  seen(): string {
    return JSON.stringify(seen(answer));
  },
  html(): string {
    return answer.innerHTML;
  },
};

export type Harness = typeof harness;
Object.assign(window, { harness, ran: [] as string[] });
for (const name of ['alert', 'confirm', 'prompt']) Object.assign(window, { [name]: () => (window as unknown as { ran: string[] }).ran.push(name) });
