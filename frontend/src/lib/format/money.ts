/** Money as the window shows it. Amounts come as exact decimal strings of US dollars. */

export const DASH = '–';

/** Shows usd with the precision that matters: "$0.0109", "$3.42", "$45,144". Null and nonsense are a dash, never $0. */
export function dollars(usd: string | null): string {
  if (usd === null || usd.trim() === '') return DASH;
  const value = Number(usd);
  if (!Number.isFinite(value)) return DASH;
  if (value === 0) return '$0';
  return '$' + value.toLocaleString('en-US', precision(Math.abs(value)));
}

function precision(value: number): Intl.NumberFormatOptions {
  if (value >= 1000) return { maximumFractionDigits: 0 };
  if (value >= 1) return { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  if (value >= 0.001) return { minimumFractionDigits: 4, maximumFractionDigits: 4 };
  return { maximumSignificantDigits: 3, maximumFractionDigits: 12 };
}
