import type { Backend } from './backend';
import { connectClient } from './client';

export type * from './backend';
export type * from './lineups';
export type * from './locals';
export { emptyQuery } from './backend';
export { AppError, toAppError } from './errors';

/** The backend of this page: Go, or in development and tests the script that the address names (?fake=running). */
export async function connect(): Promise<Backend> {
  if (import.meta.env.MODE !== 'production') {
    const scene = new URLSearchParams(location.search).get('fake');
    if (scene !== null) return (await import('./fake')).connectFake(scene);
  }
  return connectClient();
}
