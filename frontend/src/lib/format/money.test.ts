import { expect, test } from 'vitest';

import { dollars, roughly } from './money';

test.each([
  ['unknown is a dash, never a zero', null, '–'],
  ['free is a plain zero', '0', '$0'],
  ['a zero with decimals is a plain zero', '0.000000', '$0'],
  ['a cent amount keeps the digits that matter', '0.010912', '$0.0109'],
  ['a small amount keeps three significant digits', '0.0000034512', '$0.00000345'],
  ['an amount below a tenth has four decimals', '0.0322', '$0.0322'],
  ['an amount of dollars has cents', '3.4199', '$3.42'],
  ['thousands have a comma and no cents', '45144.2', '$45,144'],
  ['what is no number is a dash', 'n/a', '–'],
])('%s', (_, usd, want) => expect(dollars(usd)).toBe(want));

test.each([
  ['0.01421', '$0.014'],
  ['0.06', '$0.060'],
  ['1.204', '$1.20'],
  ['0', '$0'],
])('an estimate of %s is roughly %s', (usd, want) => expect(roughly(usd)).toBe(want));
