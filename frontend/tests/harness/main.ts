// The page in which answers are rendered by the product's own pipeline, and for the controls without its walls.
import '../../src/features/compare/prose.css';
import '../../src/styles/tokens.css';
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

/** A text of Markdown with a table, code and maths, as long as wanted. */
function tokens(count: number): string[] {
  const part = 'A paragraph with **bold** words, `code` and $x^2$ in it, long enough to wrap once or twice in its column.\n\n## A heading\n\n| a | b |\n|---|--:|\n| one | 1 |\n| two | 2 |\n\n```go\nfunc f(n int) int {\n\treturn n * f(n-1)\n}\n```\n\n- first item\n- second item\n\n$$\na = \\sqrt{b^2 + c^2}\n$$\n\n';
  const words = part.match(/\s*\S+\s*?(?=\s|$)|\s+/g) ?? [];
  return Array.from({ length: count }, (_, i) => words[i % words.length]!);
}

interface Growing {
  append(text: string): void;
}

/** The least that any window does: plain blocks, appended to. */
class Plain implements Growing {
  #root: HTMLElement;
  #node = new Text();
  constructor(root: HTMLElement) {
    this.#root = root;
    this.#block();
  }
  #block(): void {
    const p = document.createElement('p');
    this.#node = new Text();
    p.append(this.#node);
    this.#root.append(p);
  }
  append(text: string): void {
    const [first = '', ...rest] = text.split('\n\n');
    this.#node.appendData(first);
    for (const block of rest) {
      this.#block();
      this.#node.appendData(block);
    }
  }
}

/** Lets eight columns grow by 100 tokens a second each, drawn at 30 Hz, and measures what the page does meanwhile. */
async function race(seconds: number, how: string): Promise<Record<string, number>> {
  answer.replaceChildren();
  answer.style.cssText = 'display:grid;grid-template-columns:repeat(8,1fr);height:700px';
  const text = tokens(seconds * 100);
  const columns = Array.from({ length: 8 }, () => {
    const column = document.createElement('div');
    column.className = 'prose live';
    column.style.cssText = 'overflow-y:scroll;contain:layout style;background:white';
    answer.append(column);
    const sink: Growing = how === 'plain' ? new Plain(column) : new ProseStream(column, () => undefined);
    return { column, sink };
  });
  const long: number[] = [];
  new PerformanceObserver((list) => long.push(...list.getEntries().map((e) => e.duration))).observe({ entryTypes: ['longtask'] });
  let frames = 0;
  let sent = 0;
  const delays: number[] = [];
  const begin = performance.now();
  await new Promise<void>((done) => {
    let last = begin;
    const draw = (now: number) => {
      frames++;
      if (now - last >= 32) {
        last = now;
        const due = Math.min(Math.floor((performance.now() - begin) / 10), text.length);
        if (due > sent) {
          const oldest = begin + sent * 10;
          const delta = text.slice(sent, due).join('');
          sent = due;
          for (const { column, sink } of columns) {
            sink.append(delta);
            column.scrollTop = 1e9;
          }
          const channel = new MessageChannel(); // its message comes after the paint of this frame
          channel.port1.onmessage = () => delays.push(performance.now() - oldest);
          requestAnimationFrame(() => channel.port2.postMessage(0));
        }
      }
      if (sent >= text.length) done();
      else requestAnimationFrame(draw);
    };
    requestAnimationFrame(draw);
  });
  const took = (performance.now() - begin) / 1000;
  const at = (list: number[], p: number) => list.toSorted((a, b) => a - b)[Math.min(Math.floor(list.length * p), list.length - 1)] ?? 0;
  return { fps: frames / took, longest: Math.max(0, ...long), over50: long.length, p50: at(delays, 0.5), p99: at(delays, 0.99), late: at(delays.slice(-Math.floor(delays.length / 4)), 0.5) };
}

export type Harness = typeof harness;
Object.assign(window, { harness: { ...harness, race }, ran: [] as string[] });
for (const name of ['alert', 'confirm', 'prompt']) Object.assign(window, { [name]: () => (window as unknown as { ran: string[] }).ran.push(name) });
