/** The words for states and facts of a run. */
import type { Status } from '../../lib/api';
import type { Run } from '../../lib/state/run.svelte';

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

/** Short facts that belong beside the provider: the build of a local model, the dated snapshot of a served one. */
export function build(run: Run): string {
  const { digest, resolvedModel, model } = run.view;
  if (digest !== '') return `${digest.replace(/^sha256:/, '').slice(0, 12)}`;
  if (resolvedModel === '' || resolvedModel === model) return '';
  return resolvedModel.startsWith(`${model}-`) ? resolvedModel.slice(model.length + 1) : resolvedModel;
}

/** Sentences that must be read beside the answer. */
export function remarks(run: Run): string[] {
  const out: string[] = [];
  const { mismatch, model, resolvedModel, notApplied, warnings } = run.view;
  if (mismatch) out.push(`${resolvedModel} answered, not ${model}.`);
  if (notApplied.length > 0) out.push(`Not applied: ${notApplied.join(', ')}.`);
  return [...out, ...warnings];
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
