// Starts the real program with a home of its own, as a browser page (the dev build serves it) or as the real window.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { test as base, expect, type Page } from '@playwright/test';

import { type Script, Upstream } from './upstream';

export const root = resolve(import.meta.dirname, '../../..');

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}

export async function until(what: string, ready: () => Promise<boolean>, ms = 30_000): Promise<void> {
  const end = Date.now() + ms;
  while (!(await ready().catch(() => false))) {
    if (Date.now() > end) throw new Error(`${what} was not ready after ${ms} ms`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** A home folder for one test: no key, no server and no setting of the machine gets in. */
export class Home {
  readonly dir = mkdtempSync(join(tmpdir(), 'bakeoff-e2e-'));

  env(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
    const { PATH, DISPLAY, XAUTHORITY, LANG } = process.env;
    return {
      PATH, DISPLAY, XAUTHORITY, LANG: LANG ?? 'C.UTF-8', NO_AT_BRIDGE: '1',
      HOME: this.dir, XDG_DATA_HOME: join(this.dir, 'data'), XDG_CACHE_HOME: join(this.dir, 'cache'), XDG_CONFIG_HOME: join(this.dir, 'config'),
      BAKEOFF_DATA_DIR: join(this.dir, 'bakeoff'),
      OLLAMA_HOST: '127.0.0.1:1', // nothing listens there
      ...extra,
    };
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A program that a test started; stop ends that process and no other. */
export class Program {
  log = '';
  readonly #child: ChildProcess;

  constructor(command: string, args: string[], env: NodeJS.ProcessEnv) {
    this.#child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream?.on('data', (d: Buffer) => (this.log += d.toString()));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (!this.running) return;
    const gone = new Promise((done) => this.#child.once('exit', done));
    this.#child.kill(signal);
    const late = setTimeout(() => this.#child.kill('SIGKILL'), 5_000);
    await gone;
    clearTimeout(late);
  }
}

export type App = { page: Page; home: Home; upstream: Upstream; restart: (signal?: NodeJS.Signals) => Promise<void> };

type Options = { scripts: Record<string, Script>; env: Record<string, string> };

/** `app` is the program in a browser page, with the scripted upstream as its OpenAI. */
export const test = base.extend<Options & { app: App }>({
  scripts: [{}, { option: true }],
  env: [{}, { option: true }],
  app: async ({ page, scripts, env }, use, info) => {
    const home = new Home();
    const upstream = await Upstream.start(scripts);
    const keys: Record<string, string> = Object.keys(scripts).length > 0 ? { OPENAI_API_KEY: 'sk-canary-e2e-1234567890', OPENAI_BASE_URL: upstream.url } : {};
    let program: Program;
    const start = async () => {
      const port = await freePort();
      const args = ['-devserver', `127.0.0.1:${port}`, '-loglevel', 'Error'];
      program = new Program(join(root, 'build/bin/bakeoff-dev'), args, home.env({ ...keys, ...env }));
      const url = `http://127.0.0.1:${port}/`;
      await until('the app', async () => (await fetch(url)).ok);
      await page.goto(url);
      await page.waitForFunction(() => 'go' in window && 'runtime' in window);
    };
    await start();
    const restart = async (signal?: NodeJS.Signals) => {
      await program.stop(signal);
      await start();
    };
    await use({ page, home, upstream, restart });
    if (info.status !== info.expectedStatus) await info.attach('log of the app', { body: program!.log });
    await program!.stop();
    await upstream.stop();
    home.remove();
  },
});

export { expect };
