// Testing Library removes what a test rendered only when Vitest's globals are on; they are off here.
import { cleanup } from '@testing-library/svelte';
import { afterEach } from 'vitest';

afterEach(() => cleanup());

// Without a layout nothing has a height, and a list of which only what is in sight is drawn would be empty.
Object.defineProperty(HTMLElement.prototype, 'offsetHeight', { configurable: true, get: () => 900 });
