// A scripted Ollama server on this machine: what is on its disk and in its memory changes as the real one's would, and a
// pull goes as far as the test lets it.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const GB = 1_000_000_000;

export type Installed = { name: string; size: number; license?: string; capabilities?: string[] };

export class OllamaServer {
  /** Requests that change something, as "POST /api/pull m:1b". */
  readonly asked: string[] = [];
  installed: Installed[] = [];
  loaded: string[] = [];
  /** What the library has, and how much of it came already, in bytes. */
  library: Record<string, { size: number; done: number }> = {};
  #pulling: ((word: object, end: boolean) => void) | undefined;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<OllamaServer> {
    const server = createServer((req, res) => void ollama.#answer(req, res));
    const ollama = new OllamaServer(server);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return ollama;
  }

  /** What is on disk, and the sizes of what the library has beside it. */
  reset(installed: Installed[], library: Record<string, number>): void {
    this.asked.length = 0;
    this.loaded = [];
    this.installed = installed;
    this.library = Object.fromEntries(Object.entries(library).map(([name, size]) => [name, { size, done: 0 }]));
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Whether a request to pull is open. */
  get pulling(): boolean {
    return this.#pulling !== undefined;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  /** Lets the pull under way get so far, in bytes; at its whole size it is done. */
  reach(name: string, done: number): void {
    const part = this.library[name]!;
    part.done = done;
    this.#pulling?.({ status: 'pulling 6a0746a1ec1a', digest: `sha256:${name}`, total: part.size, completed: done }, false);
    if (done < part.size) return;
    this.installed = [{ name, size: part.size }, ...this.installed];
    this.#pulling?.({ status: 'success' }, true);
  }

  async #answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of req) text += String(chunk);
    const path = new URL(req.url ?? '/', 'http://localhost').pathname;
    const body = (text === '' ? {} : JSON.parse(text)) as { model?: string; name?: string; keep_alive?: unknown };
    const name = body.model ?? body.name ?? '';
    const json = (value: object, status = 200) => res.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
    const found = this.installed.find((model) => model.name === name);
    if (['/api/pull', '/api/delete', '/api/generate'].includes(path)) this.asked.push(`${req.method} ${path} ${name}`);
    if (path === '/api/version') return void json({ version: '0.24.0' });
    if (path === '/api/tags') return void json({ models: this.installed.map((model) => tag(model)) });
    if (path === '/api/ps') return void json({ models: this.#resident() });
    if (path === '/api/pull') return this.#pull(res, name);
    if (found === undefined) return void json({ error: `model '${name}' not found` }, 404);
    if (path === '/api/show') return void json({ license: found.license, details: tag(found).details, model_info: { 'llama.context_length': 8192 }, capabilities: found.capabilities ?? ['completion'] });
    if (path === '/api/generate') {
      const out = body.keep_alive === 0 || body.keep_alive === '0' || body.keep_alive === '0s';
      this.loaded = [...this.loaded.filter((other) => other !== name), ...(out ? [] : [name])];
      return void json({ model: name, done: true, done_reason: out ? 'unload' : 'load' });
    }
    if (path === '/api/delete') {
      this.installed = this.installed.filter((model) => model !== found);
      return void res.writeHead(200).end();
    }
    json({ error: 'not scripted' }, 404);
  }

  #resident(): object[] {
    const found = this.installed.filter((model) => this.loaded.includes(model.name));
    return found.map((model) => ({ ...tag(model), size: model.size + GB / 10, size_vram: 0, context_length: 4096, expires_at: new Date(Date.now() + 240_000).toISOString() }));
  }

  #pull(res: ServerResponse, name: string): void {
    res.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
    res.write(`${JSON.stringify({ status: 'pulling manifest' })}\n`);
    if (this.library[name] === undefined) return void res.end(`${JSON.stringify({ error: 'pull model manifest: file does not exist' })}\n`);
    const say = (word: object, end: boolean) => {
      res.write(`${JSON.stringify(word)}\n`);
      if (end) res.end();
    };
    this.#pulling = say;
    res.on('close', () => {
      if (this.#pulling === say) this.#pulling = undefined;
    });
    this.reach(name, this.library[name].done);
  }
}

function tag(model: Installed) {
  const details = { parent_model: '', format: 'gguf', family: 'llama', families: ['llama'], parameter_size: '1.2B', quantization_level: 'Q8_0' };
  return { name: model.name, model: model.name, modified_at: '2026-11-01T10:00:00Z', size: model.size, digest: `d-${model.name}`, details };
}
