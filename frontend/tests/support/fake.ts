// Builds the page with its fake backend and serves it: what the window does by itself, without the program behind it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { build, preview } from 'vite';

import { root } from './app';

export interface FakeServer {
  /** The address of a scene. */
  scene(name: string): string;
  close(): Promise<void>;
}

export async function serveFake(): Promise<FakeServer> {
  const outDir = mkdtempSync(join(tmpdir(), 'bakeoff-fake-'));
  const common = { root: join(root, 'frontend'), configFile: join(root, 'frontend/vite.config.ts'), logLevel: 'error' as const };
  await build({ ...common, mode: 'development', build: { outDir, emptyOutDir: true } });
  const server = await preview({ ...common, build: { outDir }, preview: { host: '127.0.0.1', port: 0 } });
  const url = server.resolvedUrls?.local[0] ?? '';
  return {
    scene: (name) => `${url}?fake=${name}`,
    close: async () => {
      await server.close();
      rmSync(outDir, { recursive: true, force: true });
    },
  };
}
