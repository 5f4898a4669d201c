// The page in which answers are rendered by the product's own pipeline, and for the controls without its walls.
import '../../src/features/compare/prose.css';
import '../../src/styles/tokens.css';
import '../../src/styles/base.css';
import '@fontsource-variable/inter/opsz.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import 'katex/dist/katex.min.css';

import MarkdownIt from 'markdown-it';

import { drawCode, drawMarked, type Part } from '../../src/lib/markdown/marked';
import { ProseStream } from '../../src/lib/markdown/stream';

const answer = document.getElementById('answer') as HTMLElement;
const unsafe = new MarkdownIt({ html: true, linkify: true });
unsafe.validateLink = () => true;
const opened: string[] = [];

let growing: ProseStream | undefined;

/** What a reader sees: elements with what gives them meaning, and text. Not blank text between blocks, nor the caret. */
function seen(node: Node): unknown {
  if (node instanceof Text) return node.data.replace(/ +$/, ''); // spaces at the end of a line are not seen
  const parts = (child: ChildNode) => (child instanceof Element && child.className === 'md-part' ? [...child.childNodes] : [child]);
  const children = [...node.childNodes].flatMap(parts).filter((child) => !(child instanceof Text) || child.data.trim() !== '');
  if (!(node instanceof Element)) return children.map(seen);
  const signs = [...node.attributes].filter(({ name }) => name !== 'style').map(({ name, value }) => `${name}=${value.replace(/ ?md-caret/, '')}`);
  return [node.tagName, signs.filter((sign) => sign !== 'class=').toSorted().join(' '), children.map(seen)];
}

function start(): ProseStream {
  answer.replaceChildren();
  growing?.stop();
  growing = new ProseStream(answer, (address) => opened.push(address));
  return growing;
}

/** Waits until all text of a stream is in the page. */
async function arrived(stream: ProseStream): Promise<void> {
  while (!stream.settled) await new Promise((done) => setTimeout(done));
}

/** The same random pieces of a text for the same seed, of up to so many characters each. */
function pieces(text: string, seed: number, most: number): string[] {
  let state = seed;
  const random = () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
  const made: string[] = [];
  for (let from = 0; from < text.length; ) {
    const to = from + 1 + Math.floor(random() * most);
    made.push(text.slice(from, to));
    from = to;
  }
  return made;
}

const harness = {
  opened,
  pieces,
  /** A finished text, as the history shows it. */
  async done(text: string): Promise<void> {
    await harness.live([text]);
  },
  /** A text that arrives in pieces. */
  async live(parts: string[]): Promise<void> {
    const stream = start();
    for (const part of parts) stream.append(part);
    stream.finish();
    await arrived(stream);
  },
  /** A piece of a difference, with its marked parts; false when it draws nothing. */
  marked(parts: Part[]): boolean {
    const elements = drawMarked(parts, (address) => opened.push(address));
    answer.replaceChildren(...(elements ?? []));
    return elements !== null;
  },
  /** A line of code of a difference. */
  markedCode(parts: Part[], language: string): void {
    answer.replaceChildren(drawCode(parts, language));
  },
  /** Control: the same text with HTML on and no sanitiser. */
  raw(text: string): void {
    answer.innerHTML = unsafe.render(text);
  },
  /** Begins a text that grows by grow(). */
  begin(): void {
    start();
  },
  grow(part: string): void {
    growing?.append(part);
  },
  async finish(): Promise<void> {
    growing?.finish();
    if (growing !== undefined) await arrived(growing);
  },
  seen(): string {
    return JSON.stringify(seen(answer));
  },
  /** Texts that end otherwise when they come in pieces, with both results. */
  async unlike(texts: string[], seeds: number[], most: number): Promise<string[][]> {
    const found: string[][] = [];
    for (const text of texts) {
      await harness.done(text);
      const whole = harness.seen();
      for (const seed of seeds) {
        await harness.live(pieces(text, seed, most));
        if (harness.seen() !== whole) found.push([`${seed}: ${text}`, harness.seen(), whole]);
      }
    }
    return found;
  },
  /** Texts that look otherwise while they come than the same beginning that came at once, with both looks. */
  unlikeOnTheWay(texts: string[], seed: number, most: number): string[][] {
    const found: string[][] = [];
    for (const text of texts) {
      const looks: string[] = [];
      const parts = pieces(text, seed, most);
      const stream = start();
      for (const part of parts) {
        stream.append(part);
        looks.push(harness.seen());
      }
      parts.some((_, i) => {
        const sofar = parts.slice(0, i + 1).join('');
        start().append(sofar);
        const differs = harness.seen() !== looks[i];
        if (differs) found.push([`${seed}: ${sofar}`, looks[i]!, harness.seen()]);
        return differs;
      });
    }
    return found;
  },
};

/** One section of the text that the race grows: like an answer in the design, with a formula, a table, code and a list. */
const SECTION = `## Delays for five tries

Retry only what is **safe to repeat**. Give every attempt one key and send the same key on each try, so that the server can tell a repeated request from a new one and answers it with what it did before.

$$
t_n = \\min(c, b \\cdot 2^n)
$$

Full jitter draws each wait from zero to the ceiling $t_n$. It spreads the clients out, so they do not all come back in the same instant, which is the most common reason why a service that has just recovered fails again. With a \`base\` of 200 ms and a \`cap\` of 5 s the waits are these:

| Try | Ceiling | Mean wait |
|---|--:|--:|
| 1 | 0.2 s | 0.1 s |
| 2 | 0.4 s | 0.2 s |
| 3 | 0.8 s | 0.4 s |

\`\`\`python
def charge(send, key, base=.2, cap=5):
    for n in range(5):
        try:
            return send(idempotency_key=key)
        except Transient:
            ceiling = min(cap, base * 2**n)
            sleep(uniform(0, ceiling))  # full jitter
    raise GaveUp(key)
\`\`\`

A checkout page has a person waiting, so the deadline matters more than the number of tries. Two mistakes are made again and again:

- **No budget.** When every layer retries three times, four layers send eighty-one requests for one click of a user.
- **No key.** A request that timed out may have succeeded; sent again without a key it charges the card a second time.

`;

/** Words of Markdown with the blanks before them, as many as wanted. */
function tokens(count: number): string[] {
  const words = SECTION.match(/\s*\S+/g) ?? [];
  words[0] = `\n\n${words[0]!}`;
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

/** Pictures a second, the longest task and how many over 50 ms, and milliseconds from a token to its picture. */
export interface Pace {
  fps: number;
  longest: number;
  over50: number;
  p50: number;
  p99: number;
  /** The median of the last quarter. */
  late: number;
}

/** Lets eight columns grow by 100 tokens a second each, drawn at 30 Hz, and measures what the page does meanwhile. */
async function race(seconds: number, how: string): Promise<Pace> {
  answer.replaceChildren();
  answer.style.cssText = 'display:grid;grid-template-columns:repeat(8,1fr);height:700px';
  const text = tokens(seconds * 100);
  const columns = Array.from({ length: 8 }, () => {
    const column = document.createElement('div');
    column.className = 'prose live';
    column.style.cssText = 'overflow-y:scroll;overflow-anchor:none;contain:layout style;background:white';
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
          for (const { sink } of columns) sink.append(delta);
          const heights = columns.map(({ column }) => column.scrollHeight); // as the program does: all read, then all written
          columns.forEach(({ column }, i) => (column.scrollTop = heights[i]!));
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

const whole = { ...harness, race };
export type Harness = typeof whole;
window.harness = whole;
window.ran = [];
for (const name of ['alert', 'confirm', 'prompt'] as const) Object.assign(window, { [name]: () => window.ran.push(name) });
