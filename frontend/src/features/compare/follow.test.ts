import { expect, test } from 'vitest';

import { Follower } from './follow.svelte';

/** A pane of 100 pixels whose layouts are counted: a read after a write makes one. */
function panes(n: number) {
  let dirty = true;
  let layouts = 0;
  return {
    layouts: () => layouts,
    all: Array.from({ length: n }, () => {
      const pane = { height: 100, top: 0 };
      const read = <T>(value: T): T => {
        if (dirty) layouts++;
        dirty = false;
        return value;
      };
      const element = {
        get scrollHeight() { return read(pane.height); },
        get clientHeight() { return read(100); },
        get scrollTop() { return read(pane.top); },
        set scrollTop(top: number) { pane.top = Math.min(Math.max(top, 0), pane.height - 100); dirty = true; },
      } as HTMLElement; // prettier-ignore
      return { follower: new Follower(() => element), grow: (by: number) => ((pane.height += by), (dirty = true)), element, pane };
    }),
  };
}

const settled = () => Promise.resolve();

test('a pane follows its end, lets go when the reader scrolls up, and comes back with a button', async () => {
  const { all } = panes(1);
  const { follower, grow, element, pane } = all[0]!;
  grow(50);
  follower.grew();
  await settled();
  expect(pane.top).toBe(50);
  element.scrollTop = 20;
  follower.scrolled(true);
  grow(50);
  follower.grew();
  await settled();
  expect([pane.top, follower.behind]).toEqual([20, true]);
  follower.toEnd();
  await settled();
  expect([pane.top, follower.behind]).toEqual([100, false]);
});

test('within 24 pixels of the end the reader is at the end', async () => {
  const { all } = panes(1);
  const { follower, grow, element, pane } = all[0]!;
  grow(100);
  element.scrollTop = 76;
  follower.scrolled(true);
  grow(10);
  follower.grew();
  await settled();
  expect(pane.top).toBe(110);
  element.scrollTop = 85;
  follower.scrolled(true);
  grow(10);
  follower.grew();
  await settled();
  expect(pane.top).toBe(85);
});

test('a wheel that moves a few pixels at a time lets go at its first step', async () => {
  const { all } = panes(1);
  const { follower, grow, element, pane } = all[0]!;
  grow(300);
  follower.grew();
  await settled();
  element.scrollTop = 294;
  follower.scrolled(true);
  grow(20);
  follower.grew();
  await settled();
  expect([pane.top, follower.behind]).toEqual([294, true]);
});

test('text that shrinks when its block is drawn again does not let go', async () => {
  const { all } = panes(1);
  const { follower, grow, element, pane } = all[0]!;
  grow(300);
  follower.grew();
  await settled();
  grow(-40);
  element.scrollTop = 260; // as the browser does
  follower.scrolled(true);
  grow(60);
  follower.grew();
  await settled();
  expect(pane.top).toBe(320);
});

test('a finished answer is read from its beginning', async () => {
  const { all } = panes(1);
  const { follower, grow, pane } = all[0]!;
  follower.begin(false);
  grow(500);
  follower.grew();
  await settled();
  expect(pane.top).toBe(0);
});

test('eight panes that grow in one picture are laid out once more, not eight times', async () => {
  const { all, layouts } = panes(8);
  for (const { follower, grow } of all) {
    grow(40);
    follower.grew();
  }
  await settled();
  expect(all.map((p) => p.pane.top)).toEqual(Array(8).fill(40));
  expect(layouts()).toBeLessThanOrEqual(2);
});
