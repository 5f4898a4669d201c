/** The drawing of a race on the first page. The lanes have no model's name: nothing here was measured. */

export interface Lane {
  name: string;
  openness: 'open' | 'closed';
  place: 'local' | 'cloud';
  parts: { kind: 'wait' | 'load' | 'think' | 'stream'; from: number; to: number }[];
  /** Seconds. */
  total: number;
}

/** How many seconds the axis shows. */
export const SECONDS = 12;

export const EXAMPLE: Lane[] = [
  lane('Local, warm', 'open', 'local', { wait: 0.6, stream: 8.9 }),
  lane('Local, cold', 'open', 'local', { wait: 0.2, load: 2.4, think: 5.1, stream: 10.6 }),
  lane('Cloud, thinks', 'closed', 'cloud', { wait: 0.5, think: 3.2, stream: 6.8 }),
  lane('Cloud', 'closed', 'cloud', { wait: 1.1, stream: 7.9 }),
];

/** ends names the parts in their order with the second at which each ends. */
function lane(name: string, openness: Lane['openness'], place: Lane['place'], ends: Partial<Record<Lane['parts'][number]['kind'], number>>): Lane {
  const parts: Lane['parts'] = [];
  let from = 0;
  for (const [kind, to] of Object.entries(ends)) {
    parts.push({ kind: kind as Lane['parts'][number]['kind'], from, to });
    from = to;
  }
  return { name, openness, place, parts, total: from };
}

/** The heights of a lane's strokes of 100 ms, out of 32: the same for the same name. */
export function strokes(name: string, seconds: number): number[] {
  const seed = [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  return Array.from({ length: Math.round(seconds * 10) }, (_, i) => {
    const dip = (i * 7 + seed) % 23 === 0 ? 0.55 : 1;
    return (25 + 3 * Math.sin((i + seed) / 5) + 2 * Math.sin((i * 1.7 + seed) / 2.3)) * dip;
  });
}
