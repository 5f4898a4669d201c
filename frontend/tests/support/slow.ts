/** Texts made to be slow, each of 100,000 characters or more: for the parser, for the page, or for its layout. */
const UNITS = [
  '_a__', '**a *', '[', '![', '`', '> ', '- ', '| a ', '$a', '<a ', '\\(', '# ', '[a][a] ', '(a)(a) ', '$x$ ', '`a` ', '[a](b) ', '&amp;', '\\[ a\n', '$$ a\n',
  'a\n\n', '- a\n', '* * a\n', '|a|b|\n|-|-|\n', '[a]: b\n\n', '```\na\n```\n', '$$\na\n$$\n',
];
export const SLOW: readonly (readonly [name: string, text: string])[] = [
  ...UNITS.map((unit) => [JSON.stringify(unit), unit.repeat(Math.ceil(100_000 / unit.length))] as const),
  ['formulas, all different', Array.from({ length: 12_000 }, (_, i) => `- $${i}$\n`).join('')],
  ['10 MB of prose', `${'word '.repeat(20)}\n\n`.repeat(100_000)],
  ['a line of 10 MB', 'x'.repeat(10_000_000)],
];
