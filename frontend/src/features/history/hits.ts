/**
 * Points out words in rendered text without touching it: the page's registry of highlights paints ranges, so an answer's
 * sanitised nodes stay as they are. An engine without the registry shows the text plain.
 */
import { findWords } from '../../lib/format/words';

/** Shared by all texts of the page: its style is ::highlight(found). */
const NAME = 'found';

function registry(): Highlight | undefined {
  if (typeof Highlight === 'undefined' || !('highlights' in CSS)) return undefined;
  let shared = CSS.highlights.get(NAME);
  if (shared === undefined) CSS.highlights.set(NAME, (shared = new Highlight()));
  return shared;
}

/** Marks the words in an element; the returned function takes the marks back. */
export function markWords(root: HTMLElement, words: readonly string[]): () => void {
  const highlight = registry();
  if (highlight === undefined || words.length === 0) return () => undefined;
  const ranges: Range[] = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null && ranges.length < 500; node = walker.nextNode()) {
    for (const [from, to] of findWords((node as Text).data, words)) {
      const range = new Range();
      range.setStart(node, from);
      range.setEnd(node, to);
      ranges.push(range);
    }
  }
  for (const range of ranges) highlight.add(range);
  return () => ranges.forEach((range) => highlight.delete(range));
}
