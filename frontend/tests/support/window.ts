// Drives the real WebKitGTK window by the WebDriver protocol. The binary is the release build with one test-only tag
// that lets WebKit be automated.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { freePort, type Home, Program, root, until } from './app';

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf'; // the protocol's name for a reference to an element

export class Window {
  readonly #driver: Program;
  readonly #session: string;

  private constructor(driver: Program, session: string) {
    this.#driver = driver;
    this.#session = session;
  }

  static async open(home: Home, env: Record<string, string> = {}, binary = join(root, 'build/bin/bakeoff-webdriver')): Promise<Window> {
    const port = await freePort();
    const driver = new Program('WebKitWebDriver', ['--host=127.0.0.1', `--port=${port}`], home.env(env));
    const base = `http://127.0.0.1:${port}`;
    await until('the driver', async () => (await fetch(`${base}/status`)).ok);
    const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': { binary, args: [] } } };
    const { sessionId } = (await call(`${base}/session`, { capabilities })) as { sessionId: string };
    const window = new Window(driver, `${base}/session/${sessionId}`);
    await until('the page', async () => (await window.run('return document.readyState === "complete" && !!window.go')) === true);
    return window;
  }

  /** Runs a function body in the page and returns what it returns. */
  run(script: string, ...args: unknown[]): Promise<unknown> {
    return call(`${this.#session}/execute/sync`, { script, args });
  }

  async find(css: string): Promise<string> {
    let element = '';
    await until(css, async () => {
      const found = (await call(`${this.#session}/element`, { using: 'css selector', value: css })) as Record<string, string>;
      element = found[ELEMENT] ?? '';
      return element !== '';
    });
    return element;
  }

  async click(css: string): Promise<void> {
    await call(`${this.#session}/element/${await this.find(css)}/click`, {});
  }

  async type(css: string, text: string): Promise<void> {
    await call(`${this.#session}/element/${await this.find(css)}/value`, { text });
  }

  text(): Promise<string> {
    return this.run('return document.body.innerText') as Promise<string>;
  }

  /** A picture of the screen: WebKit's own hangs without a GPU. */
  screenshot(path: string): void {
    const shot = spawnSync('import', ['-window', 'root', path], { timeout: 20_000 });
    if (shot.status !== 0) throw new Error(`no screenshot: ${String(shot.stderr)}`);
  }

  get log(): string {
    return this.#driver.log;
  }

  async close(): Promise<void> {
    // Ending the session leaves the app running: it is asked to quit, and the driver takes its children along.
    await this.run('setTimeout(() => window.runtime.Quit(), 50)').catch(() => undefined);
    await new Promise((done) => setTimeout(done, 300));
    await this.#driver.stop();
  }
}

async function call(url: string, body: unknown): Promise<unknown> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } });
  const { value } = (await response.json()) as { value: unknown };
  if (!response.ok) throw new Error(JSON.stringify(value));
  return value;
}
