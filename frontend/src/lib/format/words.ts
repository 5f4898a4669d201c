/** What a search text looks for, as far as a page must know it to point it out. */

/** The words and phrases that a search text wants, in lower case; not what it excludes. */
export function wantedWords(query: string): string[] {
  return [...query.matchAll(/(-?)(?:"([^"]*)"?|([^\s"]+))/g)]
    .filter(([, minus]) => minus === '')
    .map(([, , phrase, word]) => (phrase ?? word ?? '').trim().toLowerCase())
    .filter((word) => word !== '');
}

/** Where a text holds words, whatever their case: pairs of begin and end, in order and apart from each other. */
export function findWords(text: string, words: readonly string[], most = 200): [from: number, to: number][] {
  if (words.length === 0) return [];
  const pattern = new RegExp([...words].sort((a, b) => b.length - a.length).map(escape).join('|'), 'giu');
  const found: [number, number][] = [];
  for (const { index, 0: match } of text.matchAll(pattern)) {
    found.push([index, index + match.length]);
    if (found.length >= most) break;
  }
  return found;
}

/** The word for a regular expression; any white space between the words of a phrase will do. */
function escape(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&').replace(/\s+/g, '\\s+');
}
