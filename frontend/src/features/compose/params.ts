import type { ParamsView } from '../../lib/api';

export type NumberParam = 'temperature' | 'topP' | 'maxTokens' | 'seed';

/** Reads a typed number; empty and unreadable mean "not sent". Counts are whole, and at least one token is asked for. */
export function readNumber(name: NumberParam, text: string): number | null {
  const value = text.trim() === '' ? NaN : Number(text);
  if (!Number.isFinite(value)) return null;
  switch (name) {
    case 'temperature':
      return Math.max(value, 0);
    case 'topP':
      return Math.min(Math.max(value, 0), 1);
    case 'maxTokens':
      return value >= 1 ? Math.round(value) : null;
    case 'seed':
      return Number.isSafeInteger(value) ? value : null;
  }
}

/** Whether any parameter is sent. */
export function changedParams(params: ParamsView): boolean {
  return Object.values(params).some((value) => value !== null && value !== '');
}
