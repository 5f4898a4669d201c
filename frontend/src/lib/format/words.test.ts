import { describe, expect, it } from 'vitest';

import { findWords, wantedWords } from './words';

describe('what a search wants', () => {
  it.each([
    ['words, in lower case', 'Retry POLICY', ['retry', 'policy']],
    ['phrases as one', 'the "idempotency key" now', ['the', 'idempotency key', 'now']],
    ['not what is excluded', 'key -stripe -"web hook"', ['key']],
    ['an open quotation too', '"half a', ['half a']],
    ['signs as they are', 'a+b (c)', ['a+b', '(c)']],
    ['nothing of nothing', ' "" - ', ['-']],
  ])('%s', (_, query, want) => expect(wantedWords(query)).toEqual(want));
});

describe('where words are', () => {
  const cut = (text: string, words: string[]) => findWords(text, words).map(([from, to]) => text.slice(from, to));
  it.each([
    ['whatever their case', 'Key and KEY', ['key'], ['Key', 'KEY']],
    ['the longer one first', 'idempotency key', ['key', 'idempotency key'], ['idempotency key']],
    ['across a line break in a phrase', 'idempotency\nkey', ['idempotency key'], ['idempotency\nkey']],
    ['in Chinese', '保留所有数字。', ['所有'], ['所有']],
    ['with signs that mean something elsewhere', 'f(x) = [a-b]*', ['f(x)', '[a-b]*'], ['f(x)', '[a-b]*']],
    ['nowhere', 'nothing', ['key'], []],
  ])('%s', (_, text, words, want) => expect(cut(text, words)).toEqual(want));
  it('stops at a limit', () => expect(findWords('a'.repeat(1000), ['a'], 5)).toHaveLength(5));
});
