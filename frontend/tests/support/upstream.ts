// A scripted server of chat completions on this machine: what a model does is in its name. It stands in for the clouds,
// so that the tests drive the real adapters without leaving the machine.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a model of the upstream says, by its id. Chunks are sent one by one; a number waits so many milliseconds. */
export type Script = {
  status?: number;
  error?: string;
  chunks?: (string | { reasoning: string } | number)[];
  /** Ends the stream without its end marker. */
  cut?: boolean;
  /** Never ends by itself after the chunks. */
  hang?: boolean;
};

export class Upstream {
  /** How many chunks of a model's newest answer were sent. */
  readonly sent: Record<string, number> = {};
  readonly requests: { model: string; body: Record<string, unknown>; headers: IncomingMessage['headers'] }[] = [];
  readonly #server: Server;
  readonly #scripts: Record<string, Script>;

  private constructor(server: Server, scripts: Record<string, Script>) {
    this.#server = server;
    this.#scripts = scripts;
  }

  static async start(scripts: Record<string, Script>): Promise<Upstream> {
    const server = createServer((req, res) => void upstream.#answer(req, res));
    const upstream = new Upstream(server, scripts);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return upstream;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  async #answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    if (req.method !== 'POST') {
      const data = Object.keys(this.#scripts).map((id) => ({ id, object: 'model', created: 1, owned_by: 'test' }));
      res.setHeader('Content-Type', 'application/json').end(JSON.stringify({ object: 'list', data }));
      return;
    }
    let text = '';
    for await (const part of req) text += String(part);
    const body = JSON.parse(text) as Record<string, unknown>;
    const model = String(body['model']);
    this.requests.push({ model, body, headers: req.headers });
    const script = this.#scripts[model];
    if (script === undefined || script.status !== undefined) {
      const message = script?.error ?? `The model ${model} does not exist`;
      const code = script === undefined ? 'model_not_found' : null;
      res.writeHead(script?.status ?? 404, { 'Content-Type': 'application/json' });
      res.end(JSON.stringify({ error: { message, type: 'invalid_request_error', code } }));
      return;
    }
    await this.#stream(res, model, script);
  }

  async #stream(res: ServerResponse, model: string, script: Script): Promise<void> {
    res.writeHead(200, { 'Content-Type': 'text/event-stream', 'x-request-id': 'req_test' });
    const send = (o: unknown) => res.write(`data: ${JSON.stringify(o)}\n\n`);
    const head = { id: 'c1', object: 'chat.completion.chunk', created: 1, model };
    let tokens = 0;
    const begin = Date.now();
    let due = 0;
    for (const chunk of script.chunks ?? []) {
      if (res.destroyed) return;
      if (typeof chunk === 'number') {
        due += chunk; // waits add up, so that a late timer does not slow the stream down
        const wait = begin + due - Date.now();
        if (wait > 0) await new Promise((done) => setTimeout(done, wait));
        continue;
      }
      this.sent[model] = ++tokens;
      const delta = typeof chunk === 'string' ? { content: chunk } : { reasoning_content: chunk.reasoning };
      send({ ...head, choices: [{ index: 0, delta, finish_reason: null }] });
    }
    if (script.hang === true) return;
    if (script.cut === true) {
      res.end();
      return;
    }
    send({ ...head, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
    send({ ...head, choices: [], usage: { prompt_tokens: 20, completion_tokens: tokens, total_tokens: 20 + tokens } });
    res.end('data: [DONE]\n\n');
  }
}
