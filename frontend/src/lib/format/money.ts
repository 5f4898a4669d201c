/** Money as the window shows it. Amounts come as exact decimal strings of US dollars. */

export const DASH = '–';

/** Shows usd with the precision that matters: "$0.0109", "$3.42", "$45,144". Null and nonsense are a dash, never $0. */
export function dollars(usd: string | null): string {
  if (usd === null || usd.trim() === '') return DASH;
  const value = Number(usd);
  if (!Number.isFinite(value)) return DASH;
  if (value === 0) return '$0';
  return '$' + formatFor(Math.abs(value)).format(value);
}

// Made once: a list shows many amounts, and to make a format is slow.
const format = (options: Intl.NumberFormatOptions) => new Intl.NumberFormat('en-US', options);
const WHOLE = format({ maximumFractionDigits: 0 });
const CENTS = format({ minimumFractionDigits: 2, maximumFractionDigits: 2 });
const FOUR = format({ minimumFractionDigits: 4, maximumFractionDigits: 4 });
const ROUGH = format({ minimumSignificantDigits: 2, maximumSignificantDigits: 2, maximumFractionDigits: 12 });
const TINY = format({ maximumSignificantDigits: 3, maximumFractionDigits: 12 });

function formatFor(value: number): Intl.NumberFormat {
  if (value >= 1000) return WHOLE;
  if (value >= 1) return CENTS;
  return value >= 0.001 ? FOUR : TINY;
}

/** An estimate in as few digits as it is worth: "$0.014", "$1.20". */
export function roughly(usd: string): string {
  const value = Number(usd);
  return value > 0 && value < 1 ? '$' + ROUGH.format(value) : dollars(usd);
}

/** The exact sum of decimal strings of dollars; null when one of them is not known. */
export function total(amounts: readonly (string | null)[]): string | null {
  let pico = 0n;
  for (const amount of amounts) {
    if (amount === null) return null;
    const [whole = '0', fraction = ''] = amount.split('.');
    pico += BigInt(whole + fraction.padEnd(12, '0').slice(0, 12));
  }
  const text = pico.toString().padStart(13, '0');
  return `${text.slice(0, -12)}.${text.slice(-12)}`;
}
