// Eight columns of Markdown, each growing by 100 tokens a second to 4,000, beside plain blocks of the same text: what the
// rendering costs over the least that any window must do. Both in one run, in Chromium.
import { expect, type Page, test } from '@playwright/test';

import type { Pace } from '../harness/main';
import { serveHarness } from '../support/harness';
import { openHarness } from '../support/page';
import { SLOW } from '../support/slow';

const SECONDS = 40;

/** What the page measured, and the share of a second in which its main thread worked. */
type Figures = Pace & { busy: number };

async function measure(page: Page, url: string, how: 'plain' | 'markdown'): Promise<Figures> {
  await openHarness(page, url);
  const client = await page.context().newCDPSession(page);
  await client.send('Performance.enable', { timeDomain: 'threadTicks' }); // the work itself, whatever else the machine does
  const taskTime = async () => (await client.send('Performance.getMetrics')).metrics.find((m) => m.name === 'TaskDuration')!.value;
  const before = await taskTime();
  const figures = await page.evaluate(([seconds, way]) => window.harness.race(seconds, way), [SECONDS, how] as const);
  return { ...figures, busy: (await taskTime() - before) / SECONDS };
}

test('page', async ({ page }) => {
  const server = await serveHarness();
  const url = await server.open();
  const row = (name: string, f: Figures) =>
    `${name.padEnd(9)} ${f.fps.toFixed(0).padStart(4)} fps  longest task ${f.longest.toFixed(0).padStart(4)} ms  over 50 ms: ${f.over50}  main thread ${(f.busy * 100).toFixed(0).padStart(3)}%  delay to paint p50 ${f.p50.toFixed(0)} p99 ${f.p99.toFixed(0)} ms, in the last quarter ${f.late.toFixed(0)} ms`;
  const plain = await measure(page, url, 'plain');
  const markdown = await measure(page, url, 'markdown');
  console.log(`\n8 columns x 100 tok/s x ${SECONDS} s\n${row('plain', plain)}\n${row('markdown', markdown)}\nratio: main thread ${(markdown.busy / plain.busy).toFixed(2)} x plain (goal 1.3), fps ${(markdown.fps / plain.fps).toFixed(2)} x`);
  server.close();
  expect(markdown.fps).toBeGreaterThan(0);
});

test('page, texts made to be slow', async ({ page }) => {
  const server = await serveHarness();
  await openHarness(page, await server.open());
  const rows: string[] = [];
  for (const [name, text] of SLOW) {
    const { took, longest } = await page.evaluate(async (t) => {
      const tasks: number[] = [];
      const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map((e) => e.duration)));
      observer.observe({ entryTypes: ['longtask'] });
      const begin = performance.now();
      await new Promise((done) => setTimeout(() => void window.harness.done(t).then(done)));
      const took = performance.now() - begin;
      await new Promise((done) => setTimeout(done, 300));
      observer.disconnect();
      window.harness.begin();
      return { took, longest: Math.max(0, ...tasks) };
    }, text);
    rows.push(`${name.padEnd(26)} ${took.toFixed(0).padStart(5)} ms in all, longest task ${longest.toFixed(0).padStart(4)} ms`);
  }
  console.log(`\ntexts made to be slow (goal: 1,000 ms, no task over 200 ms)\n${rows.join('\n')}`);
  server.close();
  expect(rows).toHaveLength(SLOW.length);
});
