// Testing Library removes what a test rendered only when Vitest's globals are on; they are off here.
import { cleanup } from '@testing-library/svelte';
import { afterEach } from 'vitest';

afterEach(() => cleanup());
