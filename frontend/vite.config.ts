import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [svelte()],
  build: {
    // The oldest engine that Wails may meet: macOS 13's WebKit. See svelte.config.js for styles.
    target: 'safari16.4',
    // No data: addresses: the window's content security policy serves everything from its own origin.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
  },
  resolve: process.env['VITEST'] ? { conditions: ['browser'] } : {},
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.ts'],
    testTimeout: 20_000,
    setupFiles: ['src/test-setup.ts'],
    restoreMocks: true,
  },
});
