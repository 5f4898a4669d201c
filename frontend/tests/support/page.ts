// The page of the harness as a test sees it.
import type { Page } from '@playwright/test';

import type { Harness } from '../harness/main';

declare global {
  interface Window {
    harness: Harness;
    /** The names of dialogs that a script opened. */
    ran: string[];
  }
}

export async function openHarness(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.waitForFunction(() => 'harness' in window);
}
