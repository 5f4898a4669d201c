import type { Lineup } from '../../lib/state/lineup.svelte';

/**
 * Says who gets which file in another way than as text: "checkout.png: gpt-5 gets the image; qwen cannot take images". What every
 * model gets as text is plain from the file itself. Empty before it is known.
 */
export function receives(lineup: Pick<Lineup, 'ready' | 'prospects'>): string[] {
  const by = new Map<string, Map<string, string[]>>();
  for (const seat of lineup.ready) {
    for (const file of lineup.prospects.get(seat.key)?.files ?? []) {
      const notes = by.get(file.name) ?? new Map<string, string[]>();
      by.set(file.name, notes);
      if (file.as !== 'text') notes.set(file.note, [...new Set([...(notes.get(file.note) ?? []), seat.name])]);
    }
  }
  return [...by].filter(([, notes]) => notes.size > 0).map(([file, notes]) => `${file}: ${[...notes].map(([note, names]) => said(names, note)).join('; ')}`);
}

function said(names: string[], note: string): string {
  const who = new Intl.ListFormat('en').format(names);
  if (note.startsWith('cannot')) return `${who} ${note}`;
  return `${who} ${names.length > 1 ? 'get' : 'gets'} the ${note}`;
}
