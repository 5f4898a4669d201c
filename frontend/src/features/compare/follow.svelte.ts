/** How near to the end a reader must be for the page to follow it, in pixels. */
const NEAR = 24;
/** Below any end; the browser stops at it. */
const FAR = 1e9;

const waiting = new Set<Follower>();

/** Scrolls all panes whose text grew in this picture: first every height is read, then every position is written. */
function settle(): void {
  const all = [...waiting];
  waiting.clear();
  const heights = all.map((f) => f.measure());
  all.forEach((f, i) => f.place(heights[i]!));
}

/**
 * Keeps a pane at its end while the reader is there, and lets go when they scroll up. Reading a height makes the browser
 * lay out the page; eight panes that each write and read in turn would make it do so eight times.
 */
export class Follower {
  /** Text came below what the reader sees. */
  behind = $state(false);
  #following = true;
  #pane: () => HTMLElement | undefined;

  constructor(pane: () => HTMLElement | undefined) {
    this.#pane = pane;
  }

  /** Begins with another text. */
  begin(following: boolean): void {
    this.#following = following;
    this.behind = false;
    if (following) this.grew();
  }

  /** The text grew; the pane is placed once all panes have their text. */
  grew(): void {
    if (waiting.size === 0) queueMicrotask(settle);
    waiting.add(this);
  }

  scrolled(growing: boolean): void {
    this.#following = growing && this.measure() <= NEAR;
    if (this.#following) this.behind = false;
  }

  toEnd(): void {
    this.#following = true;
    this.behind = false;
    this.grew();
  }

  /** Pixels from what is seen to the end. */
  measure(): number {
    const pane = this.#pane();
    return pane === undefined ? 0 : pane.scrollHeight - pane.scrollTop - pane.clientHeight;
  }

  place(toEnd: number): void {
    const pane = this.#pane();
    if (this.#following) {
      if (pane !== undefined && toEnd > 0) pane.scrollTop = FAR; // to add to it would read it, and lay out again
    } else if (toEnd > NEAR !== this.behind) {
      this.behind = toEnd > NEAR;
    }
  }
}
