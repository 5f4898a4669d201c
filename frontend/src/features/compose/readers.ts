import type { ImageReaders } from '../../lib/state/draft.svelte';

/** Says which models read images, which do not, and of which it is not known. */
export function readersSentence({ readers, blind, unknown }: ImageReaders): string {
  const parts = [
    readers.length > 0 && `${names(readers)} ${readers.length > 1 ? 'read' : 'reads'} images.`,
    blind.length > 0 && `${names(blind)} ${blind.length > 1 ? 'do' : 'does'} not${readers.length > 0 ? '' : ' read images'}.`,
    unknown.length > 0 && `Whether ${names(unknown)} ${unknown.length > 1 ? 'read' : 'reads'} images is not known.`,
  ];
  return parts.filter((part) => part !== false).join(' ');
}

function names(seats: { name: string }[]): string {
  return new Intl.ListFormat('en').format([...new Set(seats.map((seat) => seat.name))]);
}
