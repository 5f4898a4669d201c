/** How near to the end a reader must be for the page to follow it, in pixels. */
const NEAR = 24;

/** Scroll positions are fractions where sizes are whole numbers. */
const ROUNDING = 1;

const waiting = new Set<Follower>();

/** Scrolls all panes whose text grew in this picture: first every height is read, then every position is written. */
function settle(): void {
  const all = [...waiting];
  waiting.clear();
  for (const follower of all) follower.measure();
  for (const follower of all) follower.place();
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
  /** Where the pane is, and the furthest it can go, when last looked at. */
  #top = 0;
  #end = 0;

  constructor(pane: () => HTMLElement | undefined) {
    this.#pane = pane;
  }

  /** Begins with another text. */
  begin(following: boolean): void {
    this.#following = following;
    this.#top = 0;
    this.behind = false;
    if (following) this.grew();
  }

  /** The text grew; the pane is placed once all panes have their text. */
  grew(): void {
    if (waiting.size === 0) queueMicrotask(settle);
    waiting.add(this);
  }

  /**
   * The pane was scrolled. A wheel moves it a few pixels at a time: any move up lets go, or the next text would pull the
   * reader back before they are 24 pixels away. A move down that ends near the end takes hold again.
   */
  scrolled(growing: boolean): void {
    const before = this.#top;
    this.measure();
    const up = this.#top < before - ROUNDING;
    const near = this.#end - this.#top <= (up ? ROUNDING : NEAR);
    this.#following = growing && (near || (this.#following && !up));
    if (this.#following) this.behind = false;
  }

  toEnd(): void {
    this.#following = true;
    this.behind = false;
    this.grew();
  }

  measure(): void {
    const pane = this.#pane();
    if (pane === undefined) return;
    this.#top = pane.scrollTop;
    this.#end = pane.scrollHeight - pane.clientHeight;
  }

  place(): void {
    const pane = this.#pane();
    const toEnd = this.#end - this.#top;
    if (this.#following) {
      if (pane === undefined || toEnd <= 0) return;
      pane.scrollTop = this.#end;
      this.#top = this.#end;
    } else if (toEnd > NEAR !== this.behind) {
      this.behind = toEnd > NEAR;
    }
  }
}
