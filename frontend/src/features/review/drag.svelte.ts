import { type Places, rankIn, type Target } from './ranking';

/** So far a pointer goes before a press becomes a drag, in pixels. */
const SLACK = 4;

function eat(event: Event): void {
  event.stopImmediatePropagation();
}

interface Scene<T> {
  places: Places<T>;
  others: readonly T[];
  list: HTMLElement | undefined;
}

/**
 * Drags a row of an order to another place. With pointer events: the window refuses the browser's own drag and drop,
 * since a dropped link would lead away.
 */
export class Drag<T extends { id: string }> {
  /** What is being dragged. */
  one = $state.raw<T | null>(null);
  /** Where it would fall. */
  target = $state.raw<Target | null>(null);

  #scene: () => Scene<T>;
  #drop: (one: T, target: Target) => void;

  constructor(scene: () => Scene<T>, drop: (one: T, target: Target) => void) {
    this.#scene = scene;
    this.#drop = drop;
  }

  /** How the row of an answer looks meanwhile. rank is its rank, 0 for none. */
  of(one: T, rank: number): '' | 'held' | 'above' | 'below' | 'into' {
    const { target } = this;
    if (one === this.one) return 'held';
    if (target === null || target === 'out' || rank === 0) return '';
    const { places } = this.#scene();
    if ('into' in target) return target.into === rank - 1 ? 'into' : '';
    if (target.before === rank - 1 && places[rank - 1]![0] === one) return 'above';
    return target.before === places.length && rank === places.length && places.at(-1)!.at(-1) === one ? 'below' : '';
  }

  /** Follows a pointer that went down on a row. A press that hardly moves stays a press. */
  begin(event: PointerEvent, one: T): void {
    if (event.button !== 0) return;
    const [x, y] = [event.clientX, event.clientY];
    const moved = (e: PointerEvent) => {
      if (this.one === null && Math.hypot(e.clientX - x, e.clientY - y) < SLACK) return;
      this.one = one;
      this.target = this.#at(e.clientY);
    };
    const ended = (e: Event) => {
      removeEventListener('pointermove', moved);
      for (const kind of ['pointerup', 'pointercancel']) removeEventListener(kind, ended);
      const { target } = this;
      const dragged = this.one !== null;
      this.one = this.target = null;
      if (!dragged) return;
      addEventListener('click', eat, true); // what a drag ends in is no press
      setTimeout(() => removeEventListener('click', eat, true));
      if (e.type === 'pointerup' && target !== null) this.#drop(one, target);
    };
    addEventListener('pointermove', moved);
    for (const kind of ['pointerup', 'pointercancel']) addEventListener(kind, ended);
  }

  /** What lies at a height of the screen: the middle of a ranked row is its place, its edges lie between places. */
  #at(y: number): Target {
    const { places, others, list } = this.#scene();
    const ranked = places.flat();
    for (const one of [...ranked, ...others]) {
      const box = list?.querySelector(`[data-run="${one.id}"]`)?.getBoundingClientRect();
      if (box === undefined || y > box.bottom) continue;
      const at = rankIn(places, one) - 1;
      if (at < 0) break;
      const part = (y - box.top) / box.height;
      if (part >= 0.25 && part <= 0.75) return { into: at };
      return { before: part < 0.25 && places[at]![0] === one ? at : part > 0.75 && places[at]!.at(-1) === one ? at + 1 : at };
    }
    const out = list?.querySelector('[data-out]')?.getBoundingClientRect();
    return out !== undefined && y < out.top + 4 ? { before: places.length } : ranked.length === 0 ? { before: 0 } : 'out';
  }
}
