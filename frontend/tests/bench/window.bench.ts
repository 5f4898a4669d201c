// Eight models of 100 tokens a second each in the real WebKitGTK window, through the real adapters, engine and history.
import { expect, test } from '@playwright/test';

import { Home } from '../support/app';
import { type Script, Upstream } from '../support/upstream';
import { Window } from '../support/window';

const SECONDS = 30;
const MODELS = ['m1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7', 'm8'];

test('window', async () => {
  const chunks = Array.from({ length: SECONDS * 100 }, (_, i) => [`w${i} ${i % 40 === 39 ? '\n\n' : ''}`, 10] as const).flat();
  const upstream = await Upstream.start(Object.fromEntries(MODELS.map((m): [string, Script] => [m, { chunks }])));
  const home = new Home();
  const window = await Window.open(home, { OPENAI_API_KEY: 'k-bench-123456', OPENAI_BASE_URL: upstream.url });
  try {
    await window.run(`
      window.frames_ = 0; window.gaps_ = [];
      let last = performance.now();
      const frame = (now) => { window.frames_++; window.gaps_.push(now - last); last = now; requestAnimationFrame(frame); };
      requestAnimationFrame(frame);
      const params = { system: null, temperature: null, topP: null, maxTokens: null, seed: null, stop: [], effort: '', thinkingBudget: null, numCtx: null, keepAlive: '', responseFormat: '', extra: '' };
      return window.go.app.Settings.Get().then((s) => window.go.app.Settings.Save({ ...s, onboarded: true, lineup: ${JSON.stringify(MODELS)}.map((model) => ({ endpoint: 'openai', model, params })) })).then(() => location.reload());`);
    await new Promise((done) => setTimeout(done, 2000));
    await window.type('textarea', 'go');
    await window.run(`
      window.frames_ = 0; window.gaps_ = [];
      let last = performance.now();
      const frame = (now) => { window.frames_++; window.gaps_.push(now - last); last = now; requestAnimationFrame(frame); };
      requestAnimationFrame(frame);
      [...document.querySelectorAll('button')].find((b) => /^\\s*Run \\d/.test(b.textContent)).click();`);
    const lags: number[] = [];
    const begin = Date.now();
    while (Date.now() - begin < (SECONDS - 1) * 1000) {
      await new Promise((done) => setTimeout(done, 1500));
      const shown = (await window.run(`return [...document.querySelectorAll('.prose')].map((p) => Number(/w(\\d+)\\s*$/.exec(p.textContent.trimEnd())?.[1] ?? -1))`)) as number[];
      const sent = MODELS.map((m) => (upstream.sent[m] ?? 0) - 1);
      if (shown.length === MODELS.length) lags.push(Math.max(...shown.map((n, i) => (sent[i]! - n) * 10)));
    }
    const { frames, gaps } = (await window.run('return { frames: window.frames_, gaps: window.gaps_ }')) as { frames: number; gaps: number[] };
    const seconds = (Date.now() - begin) / 1000;
    const half = Math.floor(lags.length / 2);
    const mean = (v: number[]) => v.reduce((a, b) => a + b, 0) / v.length;
    console.log(`\n8 columns x 100 tok/s x ${SECONDS} s in the real window: ${(frames / seconds).toFixed(0)} fps (goal 55), longest frame ${Math.max(...gaps).toFixed(0)} ms, ` +
      `frames over 100 ms: ${gaps.filter((g) => g > 100).length}, behind the server by ${mean(lags.slice(0, half)).toFixed(0)} ms in the first half, ${mean(lags.slice(half)).toFixed(0)} ms in the second (must not grow)`);
    expect(lags.length).toBeGreaterThan(5);
  } finally {
    await window.close();
    await upstream.stop();
    home.remove();
  }
});
