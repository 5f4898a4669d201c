import type { LocalHostView, ModelView } from '../../lib/api';
import { bytes } from '../../lib/format/bytes';

/** Whether a model is in memory or would fit, in few words, with what the words rest on. */
export interface MemoryState {
  text: string;
  why: string;
  /** It does not fit. */
  short: boolean;
}

const BASIS = 'The size of its file against the main memory that is free or that the server can free. The context comes on top; memory of a graphics card is not counted.';

/** What is known of a model and the memory of its machine; undefined where nothing is. */
export function memoryOf(model: Pick<ModelView, 'endpoint' | 'id'>, hosts: readonly LocalHostView[]): MemoryState | undefined {
  const host = hosts.find((other) => other.endpoint === model.endpoint);
  if (host === undefined || host.problem !== null) return undefined;
  const same = (other: { name: string }) => tagged(other.name) === tagged(model.id);
  if (host.loaded.some(same)) return { text: 'in memory', why: `${host.label} reports it as loaded.`, short: false };
  const installed = host.models.find((other) => same(other) && other.remoteHost === '' && other.sizeBytes > 0);
  if (installed === undefined || host.totalMemory === 0) return undefined;
  const free = host.freeMemory + host.loaded.reduce((sum, other) => sum + other.memoryBytes - other.graphicsBytes, 0);
  if (installed.sizeBytes > host.totalMemory) return { text: 'larger than memory', why: `This machine has ${bytes(host.totalMemory)}. ${BASIS}`, short: true };
  if (installed.sizeBytes > free) return { text: `needs ${bytes(installed.sizeBytes - free)} more`, why: BASIS, short: true };
  return { text: 'fits', why: BASIS, short: false };
}

/** The memory that is free on this machine, "72 GB free"; empty when no server here tells. */
export function freeHere(hosts: readonly LocalHostView[]): string {
  const host = hosts.find((other) => other.place === 'local' && other.totalMemory > 0);
  return host === undefined ? '' : `${bytes(host.freeMemory)} free`;
}

/** A name without a tag means the latest. */
function tagged(name: string): string {
  return name.includes(':') ? name : `${name}:latest`;
}
