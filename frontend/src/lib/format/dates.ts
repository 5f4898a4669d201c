const DAY = 86_400_000;

/** Names the day of a moment as one would say it: "Today", "Yesterday", "28 November", with the year when it is another. */
export function dayName(ms: number, now = Date.now()): string {
  const days = Math.round((midnight(now) - midnight(ms)) / DAY);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  const date = new Date(ms);
  const year = date.getFullYear() === new Date(now).getFullYear() ? undefined : 'numeric';
  return date.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year });
}

/** A day in few signs: "24 Nov", with the year when it is another. */
export function shortDay(ms: number, now = Date.now()): string {
  const date = new Date(ms);
  const year = date.getFullYear() === new Date(now).getFullYear() ? undefined : 'numeric';
  return date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year });
}

/** The time of day: "14:32". */
export function clockTime(ms: number): string {
  return new Date(ms).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
}

function midnight(ms: number): number {
  return new Date(ms).setHours(0, 0, 0, 0);
}
