import type { Lineup } from '../../lib/state/lineup.svelte';

/**
 * Says who gets which file in another way than as text: "checkout.png: GPT-5 image; Qwen cannot take images". What every
 * model gets as text is plain from the file itself. Empty before it is known.
 */
export function receives(lineup: Pick<Lineup, 'ready' | 'prospects'>): string[] {
  const by = new Map<string, Map<string, string[]>>();
  for (const seat of lineup.ready) {
    for (const file of lineup.prospects.get(seat.key)?.files ?? []) {
      const notes = by.get(file.name) ?? new Map<string, string[]>();
      by.set(file.name, notes);
      if (file.as !== 'text') notes.set(file.note, [...(notes.get(file.note) ?? []), seat.name]);
    }
  }
  return [...by].filter(([, notes]) => notes.size > 0).map(([file, notes]) => `${file}: ${[...notes].map(([note, names]) => `${listed(names)} ${note}`).join('; ')}`);
}

function listed(names: string[]): string {
  return `${new Intl.ListFormat('en').format([...new Set(names)])}:`;
}
