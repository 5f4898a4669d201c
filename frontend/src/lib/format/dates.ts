const DAY = 86_400_000;

// Made once: to make a format takes a thousand times as long as to use it, and a list asks for many.
const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat('en-GB', options);
const LONG = format({ day: 'numeric', month: 'long' });
const LONG_WITH_YEAR = format({ day: 'numeric', month: 'long', year: 'numeric' });
const SHORT = format({ day: 'numeric', month: 'short' });
const SHORT_WITH_YEAR = format({ day: 'numeric', month: 'short', year: 'numeric' });
const CLOCK = format({ hour: '2-digit', minute: '2-digit' });

/** Names the day of a moment as one would say it: "Today", "Yesterday", "28 November", with the year when it is another. */
export function dayName(ms: number, now = Date.now()): string {
  const days = Math.round((midnight(now) - midnight(ms)) / DAY);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  return (sameYear(ms, now) ? LONG : LONG_WITH_YEAR).format(ms);
}

/** A day in few signs: "24 Nov", with the year when it is another. */
export function shortDay(ms: number, now = Date.now()): string {
  return (sameYear(ms, now) ? SHORT : SHORT_WITH_YEAR).format(ms);
}

/** The time of day: "14:32". */
export function clockTime(ms: number): string {
  return CLOCK.format(ms);
}

function sameYear(a: number, b: number): boolean {
  return new Date(a).getFullYear() === new Date(b).getFullYear();
}

/** How long ago a moment was, in few signs: "just now", "2 min ago", "3 h ago", then the day. */
export function age(ms: number, now = Date.now()): string {
  const minutes = Math.floor((now - ms) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  return minutes < 24 * 60 ? `${Math.floor(minutes / 60)} h ago` : shortDay(ms, now);
}

function midnight(ms: number): number {
  return new Date(ms).setHours(0, 0, 0, 0);
}
