import { expect, test } from 'vitest';

import { shorten } from './snippet';

const snippet = (before: string, source: 'answer' | 'prompt' = 'answer') => ({
  source, seat: 0, parts: [{ text: before, hit: false }, { text: 'key', hit: true }, { text: ' and **more**', hit: false }],
}); // prettier-ignore
const text = (parts: { text: string; hit: boolean }[]) => parts.map((part) => (part.hit ? `[${part.text}]` : part.text)).join('');

test.each([
  ['a short one stays', 'Give it one ', 'Give it one [key] and more'],
  ['a long one begins near the hit, at a word', '…Give every checkout attempt one idempotency ', '…attempt one idempotency [key] and more'],
  ['one without spaces is cut anywhere', '翻译'.repeat(30), `…${'翻译'.repeat(14)}[key] and more`],
])('%s', (_, before, want) => expect(text(shorten(snippet(before)))).toBe(want));

test('the signs of a prompt are its own', () => expect(text(shorten(snippet('a ', 'prompt')))).toBe('a [key] and **more**'));
test('without a hit nothing is cut', () => {
  expect(text(shorten({ source: 'note', seat: -1, parts: [{ text: 'a'.repeat(60), hit: false }] }))).toBe('a'.repeat(60));
});
