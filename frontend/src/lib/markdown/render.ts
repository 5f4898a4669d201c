/** HTML of untrusted Markdown to safe elements: sanitise, then build links, code and maths by the DOM. */
import DOMPurify, { type Config } from 'dompurify';

import { codeNodes } from './code';
import { hostOf, type Links } from './parser';
import { typeset } from './typeset';

const ALLOWED: Config & { RETURN_DOM_FRAGMENT: true } = {
  ALLOWED_TAGS: [
    'p', 'br', 'hr', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'strong', 'em', 'del', 's', 'code', 'pre', 'blockquote', 'ul', 'ol', 'li',
    'table', 'thead', 'tbody', 'tr', 'th', 'td', 'span', 'sup', 'sub',
  ],
  ALLOWED_ATTR: ['align', 'start', 'class'],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
};

/** Calls back with an address that the reader wants to open. */
export type OnLink = (address: string) => void;

const addresses = new WeakMap<Element, string>();

/**
 * The elements of an HTML text, one for each of its blocks. onClean sees them when they are safe and before links, code
 * and maths are built: all their text is the answer's.
 */
export function build(html: string, links: Links, onLink: OnLink, onClean?: (fragment: DocumentFragment) => void): Element[] {
  const fragment = DOMPurify.sanitize(html, ALLOWED);
  onClean?.(fragment);
  const each = (sign: string, selector: string, change: (element: Element) => void) => {
    if (html.includes(sign)) fragment.querySelectorAll(selector).forEach(change); // most blocks have none of them
  };
  each('md-link', '.md-link', (span) => link(span, links, onLink));
  each('md-code', 'pre > .md-code', codeBlock);
  each('md-math', '.md-math:not(.md-open)', (span) => typeset(span, links));
  each('<table', 'table', scrollable);
  return [...fragment.children];
}

function link(span: Element, links: Links, onLink: OnLink): void {
  const address = links.address(Number(/md-link-(\d+)/.exec(span.className)?.[1]));
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'md-link';
  while (span.firstChild !== null) button.append(span.firstChild);
  if (button.textContent !== address || !saysItsHost(address)) {
    const host = document.createElement('span');
    host.className = 'md-host';
    host.textContent = ` (${hostOf(address)})`;
    button.append(host);
  }
  addresses.set(button, address);
  button.addEventListener('click', () => onLink(addresses.get(button) ?? ''));
  span.replaceWith(button);
}

/** Whether an address shows where it leads: "https://bank.test@evil.test" does not. */
function saysItsHost(address: string): boolean {
  const host = hostOf(address);
  return address.startsWith(`https://${host}`) || address.startsWith(`http://${host}`);
}

function codeBlock(code: Element): void {
  const pre = code.parentElement;
  if (pre === null) return;
  const language = /md-lang-(\S+)/.exec(code.className)?.[1] ?? '';
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
  const nodes = code.classList.contains('md-open') ? undefined : codeNodes(code.textContent, language); // once, when it is whole
  if (nodes !== undefined) code.replaceChildren(nodes);
}

/** A wide table scrolls by itself; the column does not. */
function scrollable(table: Element): void {
  const box = document.createElement('div');
  box.className = 'md-table';
  box.tabIndex = 0;
  table.replaceWith(box);
  box.append(table);
}
