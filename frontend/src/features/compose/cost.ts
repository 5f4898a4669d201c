import { dollars } from '../../lib/format/money';
import type { Estimated } from '../../lib/state/estimate.svelte';

/** What a run may cost as the composer says it: "About $0.0131, at most $0.21", with what is not known by name. */
export interface Cost {
  lead: string;
  amount: string;
  rest: string;
  /** Why something is not known, model by model. */
  why: string;
}

export function costOf({ view, names }: Estimated): Cost {
  const noPrice = namesOf(names, (i) => view.entries[i]?.expectedUsd === null);
  const noLimit = namesOf(names, (i) => view.entries[i]?.expectedUsd !== null && view.entries[i]?.worstUsd === null);
  const why = view.entries.flatMap((entry, i) => (entry.why === '' ? [] : [`${names[i] ?? ''}: ${entry.why}`])).join('\n');
  if (view.entries.length > 0 && view.unknown === view.entries.length) return { lead: 'The cost of ', amount: noPrice, rest: ' is not known', why };
  const free = Number(view.expectedUsd) === 0;
  const parts = [
    noPrice === '' ? '' : ` without ${noPrice}, of unknown cost`,
    noLimit !== '' ? `, no limit for ${noLimit}` : noPrice === '' && !(free && Number(view.worstUsd) === 0) ? `, at most ${dollars(view.worstUsd)}` : '',
  ];
  return { lead: free ? '' : 'About ', amount: dollars(view.expectedUsd), rest: parts.join(''), why };
}

/** Some names, once each: "a, b and 2 more". */
function namesOf(names: readonly string[], which: (index: number) => boolean): string {
  const all = [...new Set(names.filter((_, i) => which(i)))];
  const rest = all.length - 2;
  return rest > 0 ? `${all.slice(0, 2).join(', ')} and ${rest} more` : all.join(' and ');
}
