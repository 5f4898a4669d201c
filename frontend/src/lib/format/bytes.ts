import { DASH } from './money';

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];

/** Shows a size in powers of 1000: "3.1 KB", "67 GB". Zero and less mean unknown and are a dash. */
export function bytes(size: number): string {
  if (!(size > 0)) return DASH;
  let value = size;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit > 0 && value < 9.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${UNITS[unit] ?? ''}`;
}

/** Shows a context length in tokens as its makers call it: "128K" for 131,072 and for 128,000, "1M". 0 is a dash. */
export function contextLength(tokens: number): string {
  if (!(tokens > 0)) return DASH;
  const base = tokens % 1000 !== 0 && tokens % 1024 === 0 ? 1024 : 1000;
  if (tokens >= base * base) return `${round(tokens / (base * base))}M`;
  return tokens >= base ? `${round(tokens / base)}K` : String(tokens);
}

function round(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 1 : 0 });
}
