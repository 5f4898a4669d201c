// Builds the page of tests/harness and serves it, with or without the window's content security policy.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';

import { build, type InlineConfig } from 'vite';

import { root } from './app';

const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

/** The policy of the real window, read from where it stands. */
export const policy = /contentSecurityPolicy = "([^"]+)"/.exec(readFileSync(join(root, 'app/assets.go'), 'utf8'))?.[1] ?? '';

export interface HarnessServer {
  /** What pages asked these servers for that is none of their files. */
  strays: string[];
  /** The address of a fresh server. */
  open(withPolicy?: boolean): Promise<string>;
  close(): void;
}

/** The page in which answers are rendered. */
export function serveHarness(): Promise<HarnessServer> {
  return serve({ configFile: false, root: join(root, 'frontend/tests/harness') });
}

/** The page of the window itself with the fake backend: /?fake=scene. */
export function serveFake(): Promise<HarnessServer> {
  return serve({ configFile: join(root, 'frontend/vite.config.ts'), root: join(root, 'frontend'), mode: 'fake' });
}

async function serve(page: InlineConfig): Promise<HarnessServer> {
  const dist = mkdtempSync(join(tmpdir(), 'bakeoff-harness-'));
  const servers: Server[] = [];
  const strays: string[] = [];
  await build({
    ...page, logLevel: 'error',
    build: { outDir: dist, emptyOutDir: true, assetsInlineLimit: 0, modulePreload: { polyfill: false }, chunkSizeWarningLimit: 1500 },
  }); // prettier-ignore
  return {
    strays,
    async open(withPolicy = true) {
      const server = createServer((req, res) => {
        const path = (req.url ?? '/').split('?')[0]!;
        const name = path === '/' ? '/index.html' : path;
        try {
          const file = readFileSync(join(dist, name));
          if (withPolicy) res.setHeader('Content-Security-Policy', policy);
          res.setHeader('Content-Type', TYPES[extname(name)] ?? 'application/octet-stream').end(file);
        } catch {
          if (name !== '/favicon.ico') strays.push(req.url ?? '');
          res.writeHead(404).end();
        }
      });
      servers.push(server);
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    },
    close() {
      for (const server of servers) server.close();
      rmSync(dist, { recursive: true, force: true });
    },
  };
}
