// The list of 100,000 comparisons while it is scrolled: a step of some rows a frame, and a leap of a whole view a frame.
import { expect, test } from '@playwright/test';

import { serveFake } from '../support/harness';

const SECONDS = 8;

test('page, a history of 100,000', async ({ page }) => {
  const server = await serveFake();
  await page.goto(`${await server.open()}?fake=hundred-thousand`);
  await page.keyboard.press('Control+2');
  await expect(page.getByText('100,000 comparisons')).toBeVisible();
  const client = await page.context().newCDPSession(page);
  await client.send('Performance.enable', { timeDomain: 'threadTicks' }); // the work itself, whatever else the machine does
  const taskTime = async () => (await client.send('Performance.getMetrics')).metrics.find((m) => m.name === 'TaskDuration')!.value;
  const rows: string[] = [];
  for (const [name, step] of [['still', 0], ['120 px a frame', 120], ['a view a frame', 800]] as const) {
    const before = await taskTime();
    const { frames, longest, at } = await page.getByRole('listbox', { name: 'Comparisons' }).evaluate(
      async (list, [px, seconds]) => {
        const tasks: number[] = [];
        const observer = new PerformanceObserver((entries) => tasks.push(...entries.getEntries().map((e) => e.duration)));
        observer.observe({ entryTypes: ['longtask'] });
        let frames = 0;
        for (const end = performance.now() + seconds * 1000; performance.now() < end; frames++) {
          list.scrollTop += px;
          await new Promise(requestAnimationFrame);
        }
        observer.disconnect();
        return { frames, longest: Math.max(0, ...tasks), at: list.scrollTop };
      },
      [step, SECONDS] as const,
    );
    const work = ((await taskTime()) - before) * 1000;
    rows.push(`${name.padEnd(16)} ${(frames / SECONDS).toFixed(0).padStart(3)} fps  main thread ${(work / frames).toFixed(1).padStart(5)} ms a frame  longest task ${longest.toFixed(0).padStart(4)} ms  to ${at.toFixed(0)} px`);
  }
  console.log(`\na list of 100,000, scrolled for ${SECONDS} s (goal 60 fps: 16.7 ms a frame)\n${rows.join('\n')}`);
  server.close();
  expect(rows).toHaveLength(3);
});
