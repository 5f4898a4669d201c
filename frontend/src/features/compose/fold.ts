/** How many of the chips, from the left, fit into a width in pixels. Chips keep their places when hidden, so they can be measured. */
export function fitting(chips: { offsetLeft: number; offsetWidth: number }[], width: number): number {
  const start = chips[0]?.offsetLeft ?? 0;
  const over = chips.findIndex((chip) => chip.offsetLeft + chip.offsetWidth - start > width);
  return over < 0 ? chips.length : over;
}
