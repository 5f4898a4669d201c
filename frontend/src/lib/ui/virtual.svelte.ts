import { elementScroll, observeElementOffset, observeElementRect, type VirtualItem, Virtualizer } from '@tanstack/virtual-core';
import type { Attachment } from 'svelte/attachments';
import { createSubscriber } from 'svelte/reactivity';

/** Rows that are kept beyond each edge of the view. */
const SPARE = 4;

/**
 * A list of which only what is in sight is in the page. Heights are told, never measured: a place in the list is exact
 * before it was ever shown. Give `scroll` to the element that scrolls, `set` what there is, then draw `items` by their start.
 */
export class VirtualList {
  readonly #virtualizer: Virtualizer<HTMLElement, HTMLElement>;
  readonly #subscribe: () => void;
  #element: HTMLElement | null = null;
  #heights: (index: number) => number = () => 0;
  #changed: () => void = () => undefined;
  #count = $state(0);
  #version = $state(0);

  /** top: what covers the top of the view, in pixels; a row that is shown comes below it. */
  constructor(top = 0) {
    this.#subscribe = createSubscriber((update) => {
      this.#changed = update;
      return () => (this.#changed = () => undefined);
    });
    this.#virtualizer = new Virtualizer(this.#options(top));
  }

  /** What is in sight, and a little more. */
  get items(): VirtualItem[] {
    this.#subscribe();
    void this.#version;
    return this.#virtualizer.getVirtualItems();
  }

  /** The height of everything, in pixels. */
  get height(): number {
    void this.#version;
    return this.#virtualizer.getTotalSize();
  }

  /** The first row at the top of the view; undefined when there is none. */
  get first(): number | undefined {
    this.#subscribe();
    void this.#version;
    return this.#virtualizer.getVirtualItemForOffset(this.#virtualizer.scrollOffset ?? 0)?.index;
  }

  readonly scroll: Attachment<HTMLElement> = (element) => {
    this.#element = element;
    const leave = this.#virtualizer._didMount();
    this.#virtualizer._willUpdate();
    return () => {
      leave();
      this.#element = null;
    };
  };

  /** Tells how many rows there are, and how high each is in pixels. */
  set(count: number, heights: (index: number) => number): void {
    this.#count = count;
    this.#heights = heights;
    this.#virtualizer.setOptions({ ...this.#virtualizer.options, count });
    this.#virtualizer.measure();
    this.#version++;
  }

  /** Scrolls no further than needed for a row to be in sight. */
  show(index: number): void {
    if (index >= 0 && index < this.#count) this.#virtualizer.scrollToIndex(index, { align: 'auto' });
  }

  #options(top: number) {
    return {
      count: 0, overscan: SPARE, scrollPaddingStart: top, useScrollendEvent: true,
      getScrollElement: () => this.#element, estimateSize: (index: number) => this.#heights(index),
      observeElementRect, observeElementOffset, scrollToFn: elementScroll, onChange: () => this.#changed(),
    }; // prettier-ignore
  }
}
