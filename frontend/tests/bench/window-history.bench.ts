// The list of 100,000 real comparisons, out of SQLite, scrolled in the real WebKitGTK window.
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '@playwright/test';

import { Home, root, until } from '../support/app';
import { Window } from '../support/window';

const SECONDS = 8;
const large = join(root, 'build/cache/history-100000'); // `make bench` makes it in its part "history"

test('window, a history of 100,000', async () => {
  test.skip(!existsSync(large), 'run build/scripts/bench history first');
  const home = new Home();
  cpSync(large, join(home.dir, 'bakeoff'), { recursive: true, dereference: true });
  const window = await Window.open(home);
  try {
    const run = (script: string) => window.run(script);
    await until('the history', async () => {
      await run(`[...document.querySelectorAll('button')].find((b) => b.textContent.trim() === 'History')?.click()`);
      return (await window.text()).includes('100,000 comparisons');
    }, 240_000); // a history of an older version is backed up and upgraded first
    const rows: string[] = [];
    for (const [name, step] of [['still', 0], ['120 px a frame', 120], ['a view a frame', 800]] as const) {
      await run(`
        const list = document.querySelector('[role=listbox][aria-label=Comparisons]'), gaps = [], began = performance.now();
        let last = began;
        window.scrolled_ = null;
        const frame = (now) => {
          gaps.push(now - last);
          last = now;
          if (now - began > ${SECONDS * 1000}) { window.scrolled_ = { gaps, at: list.scrollTop }; return; }
          list.scrollTop += ${step};
          requestAnimationFrame(frame);
        };
        requestAnimationFrame(frame);`);
      await until('the end of the scrolling', async () => (await run('return window.scrolled_ !== null')) as boolean, SECONDS * 4000);
      const { gaps, at } = (await run('return window.scrolled_')) as { gaps: number[]; at: number };
      const seconds = gaps.reduce((a, b) => a + b, 0) / 1000;
      rows.push(`${name.padEnd(16)} ${(gaps.length / seconds).toFixed(0).padStart(3)} fps  longest frame ${Math.max(...gaps).toFixed(0).padStart(4)} ms  to ${at.toFixed(0)} px`);
    }
    console.log(`\na history of 100,000 in the real window, scrolled for ${SECONDS} s each (goal 60 fps)\n${rows.join('\n')}`);
    expect(rows).toHaveLength(3);
  } finally {
    await window.close();
    home.remove();
  }
});
