import type { ParamsView, ProspectView } from '../../lib/api';

export type NumberParam = 'temperature' | 'topP' | 'maxTokens' | 'seed' | 'thinkingBudget' | 'numCtx';

/** Reads a typed number; empty and unreadable mean "not sent". Counts are whole, and at least one token is asked for. */
export function readNumber(name: NumberParam, text: string): number | null {
  const value = text.trim() === '' ? NaN : Number(text);
  if (!Number.isFinite(value)) return null;
  switch (name) {
    case 'temperature':
      return Math.max(value, 0);
    case 'topP':
      return Math.min(Math.max(value, 0), 1);
    case 'thinkingBudget': // 0 is no thinking
      return value >= 0 ? Math.round(value) : null;
    case 'numCtx':
    case 'maxTokens':
      return value >= 1 ? Math.round(value) : null;
    case 'seed':
      return Number.isSafeInteger(value) ? value : null;
  }
}

/** Whether any parameter is sent. */
export function changedParams(params: ParamsView): boolean {
  return Object.values(params).some((value) => (Array.isArray(value) ? value.length > 0 : value !== null && value !== ''));
}

/** Whether one of the parameters is sent that the form has under More. */
export function changedMore({ stop, thinkingBudget, numCtx, keepAlive, responseFormat, extra }: ParamsView): boolean {
  return stop.length > 0 || thinkingBudget !== null || numCtx !== null || [keepAlive, responseFormat, extra].some((text) => text !== '');
}

/** Stop sequences as they are written: one a line, with \\n for the end of a line in one of them. */
export function showStops(stops: readonly string[]): string {
  return stops.map((stop) => stop.replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/\t/g, '\\t')).join('\n');
}

export function readStops(text: string): string[] {
  const plain: Record<string, string> = { n: '\n', t: '\t' };
  return text.split('\n').filter((line) => line !== '').map((line) => line.replace(/\\(.)/g, (_, c: string) => plain[c] ?? c));
}

/** Why a text is no JSON object; empty when it is one, or nothing. */
export function objectProblem(text: string, example: string): string {
  if (text.trim() === '') return '';
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return '';
  } catch {
    // said below
  }
  return `This is no JSON object yet. Write it like ${example}.`;
}

/** What the names of settings in a not-applied list are called. */
const NAMES: Record<string, string> = {
  temperature: 'temperature', top_p: 'top P', max_tokens: 'max tokens', seed: 'seed', stop: 'stop', effort: 'effort', thinking_budget: 'thinking budget',
  num_ctx: 'context length', keep_alive: 'keep-alive', response_format: 'answer format', images: 'images',
}; // prettier-ignore

export function named(names: readonly string[]): string {
  return names.map((name) => NAMES[name] ?? name).join(', ');
}

/** What is worth a mark on a chip before anything is sent, in sentences; nothing when all is well. */
export function doubts({ notApplied, problem, tooLong, files, warnings }: ProspectView): string[] {
  const lost = files.filter((file) => file.as === 'none');
  return [
    ...(problem === null ? [] : [problem.message]),
    ...(tooLong === '' ? [] : [`${tooLong}`]),
    ...(notApplied.some((name) => name !== 'images') ? [`Not applied: ${named(notApplied.filter((name) => name !== 'images'))}.`] : []),
    ...lost.map((file) => `${file.name}: ${file.note}.`),
    ...(lost.length > 0 ? [] : warnings),
  ];
}
