// Local only in the real window, and what the kernel sees of it. The Go tests prove the terminal; here the whole window runs
// under strace: GTK, WebKit and the program.
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';

import { expect, test } from '@playwright/test';

import { Home, root, until } from './support/app';
import { Window } from './support/window';

/** An address of this machine that is not loopback: another host to everything above the kernel. */
const AWAY = Object.values(networkInterfaces()).flat().find((a) => a?.family === 'IPv4' && !a.internal)?.address;

/** A server with the model "m", of OpenAI's protocol. */
async function models(host: string): Promise<{ server: Server; address: string; asked: () => number }> {
  let asked = 0;
  const server = createServer((request, response) => {
    if (request.url === '/v1/models') return void response.setHeader('Content-Type', 'application/json').end('{"data":[{"id":"m"}]}');
    if (request.method === 'POST') asked++; // others only warm the connection
    response.setHeader('Content-Type', 'text/event-stream');
    response.end('data: {"choices":[{"delta":{"content":"Blue."},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n');
  });
  await new Promise<void>((done) => server.listen(0, host, done));
  const { port } = server.address() as { port: number };
  return { server, address: `${host}:${port}`, asked: () => asked };
}

/** The addresses in a trace that are not of this machine alone. */
function outside(trace: string): string[] {
  const v4 = [...trace.matchAll(/sa_family=AF_INET, sin_port=htons\((\d+)\), sin_addr=inet_addr\("([^"]+)"\)/g)].map((m) => `${m[2]}:${m[1]}`);
  const v6 = [...trace.matchAll(/sa_family=AF_INET6, sin6_port=htons\((\d+)\).*?inet_pton\(AF_INET6, "([^"]+)"/g)].map((m) => `${m[2]}:${m[1]}`);
  return [...v4, ...v6].filter((a) => !/^(127\.|::1:|::ffff:127\.)/.test(a));
}

test('the window makes no connection but to this machine while Local only is on', async () => {
  test.skip(!existsSync('/usr/bin/strace'), 'strace is missing: build/scripts/setup test installs it');
  test.skip(AWAY === undefined, 'this machine has no address but loopback');
  const home = new Home();
  const here = await models('127.0.0.1');
  const away = await models(AWAY!);
  const trace = join(home.dir, 'trace');
  const wrapper = join(home.dir, 'bakeoff');
  const calls = 'trace=connect,sendto,sendmsg,sendmmsg';
  writeFileSync(wrapper, `#!/bin/sh\nexec strace -f -qq -e ${calls} -o ${trace} ${join(root, 'build/bin/bakeoff-webdriver')} "$@"\n`);
  chmodSync(wrapper, 0o755);
  const window = await Window.open(home, { VLLM_BASE_URL: `http://${here.address}/v1`, LMSTUDIO_BASE_URL: `http://${away.address}/v1` }, wrapper);
  const click = (text: string) => window.run(`[...document.querySelectorAll('button')].find((b) => b.textContent.includes(arguments[0])).click()`, text);
  const seen = () => outside(readFileSync(trace, 'latin1'));
  try {
    await until('the control: the window asks the server elsewhere for its list', async () => seen().includes(away.address));
    expect(seen().every((a) => a === away.address)).toBe(true); // nobody else was spoken to: no update check, no telemetry
    await until('the first run', async () => (await window.text()).includes('Try with demo models'));
    await click('Try with demo models');
    await window.run(`[...document.querySelectorAll('label')].find((l) => l.textContent.includes('Local only')).querySelector('input').click()`);
    await until('the lock', async () => (await window.text()).includes('Nothing leaves this machine'));
    const before = seen().length;
    const lineup = [['vllm', 'm'], ['lmstudio', 'm']].map(([endpoint, model]) => ({
      endpoint, model, params: { temperature: null, topP: null, maxTokens: null, seed: null, effort: '', extra: '' },
    }));
    const started = await window.run(
      `return window.go.app.Comparisons.Start({ system: '', prompt: 'Why?', attachments: [], lineup: arguments[0], lanes: 'parallel', localOnly: false, sensitive: false, unmark: false, blind: false, parentId: '', relation: '', baseRunId: '', confirmed: false }).then((c) => { window.started = c.id; }).catch((e) => { window.started = String(e); })`,
      lineup,
    );
    expect(started).toBeNull();
    await until('the comparison', async () => (await window.run('return window.started')) !== undefined);
    expect(await window.run('return window.started')).toMatch(/^[0-9a-f-]{36}$/);
    await until('the answer of this machine', async () => here.asked() === 1);
    await window.run(`window.go.app.Models.Refresh('')`);
    await window.run(`window.go.app.Endpoints.Test('lmstudio').catch(() => undefined)`);
    await new Promise((done) => setTimeout(done, 1000)); // what was to leave would have left
    expect(seen().slice(before)).toEqual([]);
    expect(away.asked()).toBe(0);
  } finally {
    await window.close();
    here.server.close();
    away.server.close();
    home.remove();
  }
});
