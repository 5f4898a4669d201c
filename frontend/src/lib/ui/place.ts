import type { IconName } from './icons';

/** Who holds the weights is a colour: the class that sets --c and its family. */
export function toneOf(openness: string): 'is-open' | 'is-closed' | 'is-neutral' {
  if (openness === 'open') return 'is-open';
  return openness === 'closed' ? 'is-closed' : 'is-neutral';
}

/** Where a model runs is an icon: house here, cloud elsewhere, a flask for a demo. */
export function placeIcon(place: string): IconName {
  if (place === 'local') return 'house';
  return place === 'demo' ? 'flask-conical' : 'cloud';
}

/** Where a model runs, in words for a tooltip and a screen reader. */
export function placeWords(place: string): string {
  if (place === 'local') return 'runs here';
  return place === 'demo' ? 'demo, replays a recorded answer' : 'leaves this machine';
}
