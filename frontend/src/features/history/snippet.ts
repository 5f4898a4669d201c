import type { SnippetView } from '../../lib/api';

/** So much stands before the first hit: in a narrow row it is still seen. */
const BEFORE = 28;

/** The parts of a snippet for one line: without the marks of Markdown, which are noise there, and with the first hit near the front. */
export function shorten({ parts, source }: SnippetView): SnippetView['parts'] {
  const plain = source === 'answer' ? parts.map((part) => ({ ...part, text: part.text.replace(/\*\*|__|`+|^#+ /g, '') })) : parts;
  const first = plain.findIndex((part) => part.hit);
  const before = plain.slice(0, Math.max(first, 0)).map((part) => part.text).join('');
  if (before.length <= BEFORE) return plain;
  const cut = before.slice(-BEFORE);
  const word = cut.indexOf(' ') + 1; // 0 where there is no space, as in Chinese
  return [{ text: `…${cut.slice(word)}`, hit: false }, ...plain.slice(first)];
}
