// Testing Library removes what a test rendered only when Vitest's globals are on; they are off here.
import { cleanup, configure } from '@testing-library/svelte';
import { afterEach } from 'vitest';

afterEach(() => cleanup());

// Without a layout nothing has a height, and a list of which only what is in sight is drawn would be empty.
Object.defineProperty(HTMLElement.prototype, 'offsetHeight', { configurable: true, get: () => 600 });

// A machine may have other things to do: what is waited for comes, only later.
configure({ asyncUtilTimeout: 5000 });
