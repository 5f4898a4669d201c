import { DASH } from './money';

/** Shows US dollars per million tokens, in and out: "1.25 / 10". Empty strings are unknown. */
export function inOut(price: { input: string; output: string } | null): string {
  if (price === null || (price.input === '' && price.output === '')) return DASH;
  return `${amount(price.input)} / ${amount(price.output)}`;
}

/** One price of a model, in US dollars per million tokens: "$1.25". An empty string is unknown. */
export function perMillion(usd: string): string {
  const text = amount(usd);
  return text === DASH ? DASH : `$${text}`;
}

function amount(usd: string): string {
  const value = Number(usd);
  if (usd === '' || !Number.isFinite(value)) return DASH;
  if (Number.isInteger(value)) return value.toLocaleString('en-US');
  return value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 4 });
}
