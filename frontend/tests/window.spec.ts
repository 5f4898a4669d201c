// The real window: the release build in WebKitGTK.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '@playwright/test';

import { Home, root, until } from './support/app';
import { Window } from './support/window';

test('a prompt typed into the real window is answered by the demo models', async () => {
  const home = new Home();
  const window = await Window.open(home);
  try {
    await until('the first run', async () => (await window.text()).includes('Try with demo models'));
    await window.run(`[...document.querySelectorAll('button')].find((b) => b.textContent.includes('Try with demo models')).click()`);
    await window.type('textarea', 'Why is the sky blue? é 東京');
    await window.run(`[...document.querySelectorAll('button')].find((b) => /^\\s*Run \\d/.test(b.textContent)).click()`);
    await until('three answers', async () => ((await window.text()).match(/^Done$/gm) ?? []).length === 3, 45_000);
    expect(await window.text()).toContain('東京');

    const shots = join(root, 'frontend/test-results');
    mkdirSync(shots, { recursive: true });
    window.screenshot(join(shots, 'window.png'));

    // Foreign frames and pages stay out: the policy blocks the one, the navigation guard the other.
    const before = await window.run('return location.href');
    await window.run(`const a = document.createElement('a'); a.href = 'https://example.invalid/'; document.body.append(a); a.click(); location.href = 'data:text/html,<h1>foreign</h1>';`);
    await window.run(`const f = document.createElement('iframe'); f.srcdoc = '<script>parent.framed = 1</script>'; document.body.append(f);`);
    await new Promise((done) => setTimeout(done, 500)); // what is not stopped would have happened by now
    expect(await window.run('return location.href')).toBe(before);
    expect(await window.run('return window.framed === undefined')).toBe(true);
  } finally {
    await window.close();
    home.remove();
  }
});
