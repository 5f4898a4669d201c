/** Counts things in words: "one comparison", "1,204 comparisons". */
export function things(count: number, one: string): string {
  return count === 1 ? `one ${one}` : `${count.toLocaleString('en-US')} ${one}s`;
}
