// A proxy that lets nothing out and writes down what was asked for: requests, and the connections that a page opens ahead.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Recorder {
  url: string;
  /** Addresses, or host and port where the rest would be encrypted. */
  asked: string[];
  close(): void;
}

export async function record(): Promise<Recorder> {
  const asked: string[] = [];
  const server = createServer((req, res) => {
    asked.push(req.url ?? '');
    res.writeHead(502).end();
  });
  server.on('connect', (req, socket) => {
    asked.push(req.url ?? '');
    socket.on('error', () => undefined).end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, close: () => server.close() };
}
