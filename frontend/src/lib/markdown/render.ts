/** Untrusted Markdown to safe nodes: parse, sanitise, then build links, code and maths by the DOM. */
import DOMPurify from 'dompurify';
import katex from 'katex';

import { codeNodes } from './code';
import { type Env, hostOf, md } from './parser';

const ALLOWED = {
  ALLOWED_TAGS: [
    'p', 'br', 'hr', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'strong', 'em', 'del', 's', 'code', 'pre', 'blockquote', 'ul', 'ol', 'li',
    'table', 'thead', 'tbody', 'tr', 'th', 'td', 'span', 'sup', 'sub',
  ],
  ALLOWED_ATTR: ['align', 'start', 'class'],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
} as const;

/** Calls back with an address that the reader wants to open. */
export type OnLink = (address: string) => void;

const addresses = new WeakMap<Element, string>();

/** Renders text to a fragment. closed is false for code that still grows: it is highlighted once, when it is whole. */
export function render(text: string, onLink: OnLink, closed = true): DocumentFragment {
  const env: Env = { links: [] };
  const html = md.render(text, env);
  const fragment = DOMPurify.sanitize(html, { ...ALLOWED, ALLOWED_TAGS: [...ALLOWED.ALLOWED_TAGS], ALLOWED_ATTR: [...ALLOWED.ALLOWED_ATTR] });
  for (const span of fragment.querySelectorAll('.md-link')) link(span, env, onLink);
  for (const code of fragment.querySelectorAll('pre > .md-code')) codeBlock(code, closed);
  for (const span of fragment.querySelectorAll('.md-math')) maths(span);
  for (const table of fragment.querySelectorAll('table')) scrollable(table);
  return fragment;
}

function link(span: Element, env: Env, onLink: OnLink): void {
  const number = Number(/md-link-(\d+)/.exec(span.className)?.[1]);
  const address = env.links[number] ?? '';
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'md-link';
  button.append(...span.childNodes);
  if (button.textContent !== address) {
    const host = document.createElement('span');
    host.className = 'md-host';
    host.textContent = ` (${hostOf(address)})`;
    button.append(host);
  }
  addresses.set(button, address);
  button.addEventListener('click', () => onLink(addresses.get(button) ?? ''));
  span.replaceWith(button);
}

/** The language of a code element, or an empty text. */
export function languageOf(code: Element): string {
  return /md-lang-(\S+)/.exec(code.className)?.[1] ?? '';
}

function codeBlock(code: Element, closed: boolean): void {
  const pre = code.parentElement;
  if (pre === null) return;
  const language = languageOf(code);
  const box = document.createElement('div');
  box.className = 'md-block';
  const head = document.createElement('div');
  head.className = 'md-head';
  const name = document.createElement('span');
  name.textContent = language || 'code';
  const copy = document.createElement('button');
  copy.type = 'button';
  copy.className = 'md-copy';
  copy.textContent = 'Copy';
  copy.dataset['copy'] = '';
  head.append(name, copy);
  pre.replaceWith(box);
  box.append(head, pre);
  pre.tabIndex = 0;
  if (closed) {
    const nodes = codeNodes(code.textContent, language);
    if (nodes !== undefined) code.replaceChildren(nodes);
  }
}

function maths(span: Element): void {
  const tex = span.textContent;
  try {
    katex.render(tex, span as HTMLElement, {
      displayMode: span.classList.contains('md-display'),
      throwOnError: true,
      trust: false,
      strict: 'ignore',
      maxExpand: 200,
      maxSize: 20,
      output: 'html',
    });
    span.setAttribute('role', 'math');
    span.setAttribute('aria-label', tex);
  } catch {
    span.textContent = tex; // never the error's own text: it quotes TeX as HTML
    span.classList.add('md-raw');
  }
}

/** A wide table scrolls by itself; the column does not. */
function scrollable(table: Element): void {
  const box = document.createElement('div');
  box.className = 'md-table';
  box.tabIndex = 0;
  table.replaceWith(box);
  box.append(table);
}

export { hostOf };
