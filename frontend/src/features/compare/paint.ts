/** Draws the tracks of the race strip on a canvas: one pass per frame, sharp on every display, in the theme's colours. */
import type { StrokeView } from '../../lib/api';
import { heightAt, type Lane, type Segment } from './race';

export interface Row {
  lane: Lane;
  pace: readonly StrokeView[];
  sentMs: number;
  /** The class that sets the colours: "is-open". */
  tone: string;
}

/** The theme's colours, read once per theme: asking for them in every frame would make the browser lay out the page. */
export type Palette = Record<'open' | 'closed' | 'neutral' | 'line' | 'ink' | 'danger', string>;

export function palette(element: Element): Palette {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(name);
  return {
    open: colour('--open'), closed: colour('--closed'), neutral: colour('--ink-3'),
    line: colour('--line-control'), ink: colour('--ink'), danger: colour('--danger'),
  }; // prettier-ignore
}

export interface Picture {
  colours: Palette;
  /** Device pixels per CSS pixel. */
  ratio: number;
  width: number;
  row: number;
  endMs: number;
  fast: number;
  rows: Row[];
}

export function paint(canvas: HTMLCanvasElement, picture: Picture): void {
  const { ratio } = picture;
  const height = picture.row * picture.rows.length;
  if (canvas.width !== Math.round(picture.width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(picture.width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.width = `${picture.width}px`;
    canvas.style.height = `${height}px`;
  }
  const g = canvas.getContext('2d');
  if (g === null) return;
  g.setTransform(ratio, 0, 0, ratio, 0, 0);
  g.clearRect(0, 0, picture.width, height);
  const { colours } = picture;
  const tones: Record<string, string> = { 'is-open': colours.open, 'is-closed': colours.closed };
  picture.rows.forEach((row, i) => {
    const base = (i + 1) * picture.row - (picture.row > 20 ? 4 : 3);
    const ink = tones[row.tone] ?? colours.neutral;
    const x = (ms: number) => (ms / picture.endMs) * picture.width;
    for (const s of row.lane.segments) part(g, s, x, base, ink, colours.line);
    texture(g, row, picture, base, ink);
    const end = x(row.lane.endMs);
    if (row.lane.end === 'failed') {
      g.fillStyle = colours.danger;
      g.fillRect(end, base - 8, 3, 8);
    } else if (row.lane.end === 'stopped') {
      g.fillStyle = colours.ink;
      g.fillRect(end, base - 12, 2, 12);
    }
  });
}

/** The answer: bars of 2 px with 1 px between them, as high as it was fast. Where nothing came there is a gap. */
function texture(g: CanvasRenderingContext2D, row: Row, picture: Picture, base: number, ink: string): void {
  const tall = picture.row > 20 ? 14 : 11;
  const perPx = picture.endMs / picture.width;
  g.fillStyle = ink;
  for (const s of row.lane.segments) {
    if (s.kind !== 'stream') continue;
    const to = s.toMs / perPx;
    for (let at = s.fromMs / perPx; at < to; at += 3) {
      const high = tall * heightAt(row.pace, at * perPx - row.sentMs, 3 * perPx, picture.fast);
      if (high > 0) g.fillRect(Math.round(at), base - Math.max(high, 1), 2, Math.max(high, 1));
    }
  }
}

function part(g: CanvasRenderingContext2D, s: Segment, x: (ms: number) => number, base: number, ink: string, line: string): void {
  const from = x(s.fromMs);
  const to = x(s.toMs);
  switch (s.kind) {
    case 'wait':
      g.fillStyle = line;
      g.fillRect(from, base - 1, to - from, 1);
      g.fillRect(from, base - 6, 1, 6);
      return;
    case 'load':
      g.save();
      g.beginPath();
      g.rect(from, base - 8, to - from, 8);
      g.clip();
      g.strokeStyle = ink;
      g.lineWidth = 1.25;
      for (let at = from - 8; at < to; at += 4) {
        g.beginPath();
        g.moveTo(at, base);
        g.lineTo(at + 8, base - 8);
        g.stroke();
      }
      g.restore();
      g.lineWidth = 1;
      g.strokeStyle = ink;
      g.strokeRect(from + 0.5, base - 7.5, Math.max(to - from - 1, 0), 7);
      return;
    case 'think':
      g.fillStyle = ink;
      for (let at = from + 1; at + 2 <= to; at += 4) {
        g.fillRect(at, base - 7, 2, 2);
        g.fillRect(at, base - 3, 2, 2);
      }
      return;
    case 'stream':
      return; // its texture is drawn apart
  }
}
