/** The words for states and facts of a run. */
import type { Status } from '../../lib/api';
import { clock, cost } from '../../lib/format/measure';
import type { Run } from '../../lib/state/run.svelte';
import type { IconName } from '../../lib/ui/icons';
import type { Lane } from './race';

export const STATE: Record<Status, string> = {
  queued: 'Waiting',
  loading: 'Loading',
  thinking: 'Thinking',
  streaming: 'Streaming',
  done: 'Done',
  cut: 'Cut at the limit',
  truncated: 'Broke off',
  failed: 'Failed',
  cancelled: 'Stopped',
  interrupted: 'Interrupted',
};

/** The sign of an ended state; a state that goes on has a dot. */
export const STATE_ICON: Partial<Record<Status, IconName>> = {
  done: 'check',
  cut: 'minus',
  truncated: 'circle-alert',
  failed: 'circle-alert',
  cancelled: 'circle-stop',
  interrupted: 'circle-stop',
};

export function isBad(status: Status): boolean {
  return status === 'failed' || status === 'truncated';
}

/** A part that would read "0.0 s" is not told. */
const SHORTEST_MS = 50;

/**
 * Whether it failed before its model was in memory. The model was not in memory when the run was sent, nothing came, and
 * the server did not turn the request down: that it does at once, without loading.
 */
export function failedInLoad({ status, metrics, error }: Pick<Run, 'status' | 'metrics' | 'error'>): boolean {
  if (status !== 'failed' || metrics.warmth !== 'cold' || metrics.ttftMs !== null || error?.code === 'unreachable') return false;
  return error === null || error.httpStatus === 0 || error.httpStatus >= 500;
}

/** How a run ended, at the end of its bar in the race. */
export function ending(run: Run, lane: Lane): string {
  const at = clock(lane.endMs);
  const failed = failedInLoad(run) ? 'failed while loading' : 'failed';
  switch (run.status) {
    case 'failed':
      return run.error?.httpStatus ? `${failed}, ${run.error.httpStatus} from ${run.view.endpointLabel}` : `${failed} at ${at}`;
    case 'truncated':
      return `broke off at ${at}`;
    case 'cancelled':
      return `stopped at ${at}`;
    case 'interrupted':
      return `interrupted at ${at}`;
    default:
      return at;
  }
}

/** One sentence for those who do not see the race, and for the pointer: the parts with their times. */
export function sentence(run: Run, lane: Lane): string {
  if (!run.ended) return `${run.view.model}: ${STATE[run.status].toLowerCase()}.`;
  const parts = lane.segments.filter((s) => s.toMs - s.fromMs >= SHORTEST_MS).map((s) => `${s.kind} ${clock(s.toMs - s.fromMs)}`);
  const end = run.status === 'done' || run.status === 'cut' ? `${STATE[run.status].toLowerCase()} after ${ending(run, lane)}` : ending(run, lane);
  return `${run.view.model}: ${[...parts, end].join(', ')}; cost ${cost(run.metrics.cost)}.`;
}

/** Short facts that belong beside the provider: the build of a local model, the dated snapshot of a served one. */
export function build(run: Run): string {
  const { digest, resolvedModel, model } = run.view;
  if (digest !== '') return `${digest.replace(/^sha256:/, '').slice(0, 12)}`;
  if (resolvedModel === '' || resolvedModel === model) return '';
  return resolvedModel.startsWith(`${model}-`) ? resolvedModel.slice(model.length + 1) : resolvedModel;
}

/** Sentences that must be read before the answer. They are known when it begins: nothing moves while it streams. */
export function remarks(run: Run): string[] {
  const out: string[] = [];
  const { mismatch, model, resolvedModel, notApplied, place } = run.view;
  if (place === 'demo') out.push('A demo voice plays a script. It is no language model.');
  if (mismatch) out.push(`${resolvedModel} answered, not ${model}.`);
  if (notApplied.length > 0) out.push(`Not applied: ${notApplied.join(', ')}.`);
  return out;
}

/** What a local timing is worth. */
export function worth(run: Run): string[] {
  const { warmth, contended } = run.metrics;
  return [warmth, contended ? 'contended' : ''].filter((s) => s !== '');
}

/** How a comparison ended, in words: "2 done, 1 stopped, 1 failed". */
export function outcome(runs: readonly Run[]): string {
  const groups: [string, Status[]][] = [
    ['done', ['done', 'cut']], ['stopped', ['cancelled', 'interrupted']], ['failed', ['failed']], ['broke off', ['truncated']],
  ];
  const counts = groups.map(([word, states]) => [runs.filter((r) => states.includes(r.status)).length, word] as const);
  return counts.filter(([n]) => n > 0).map(([n, word]) => `${n} ${word}`).join(', ');
}
