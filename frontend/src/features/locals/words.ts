import type { JobView, LicenceView, LoadedView, LocalHostView, LocalModelView } from '../../lib/api';
import { bytes } from '../../lib/format/bytes';
import { clockTime } from '../../lib/format/dates';
import type { IconName } from '../../lib/ui/icons';

/** What a model can do beside answering, by Ollama's own words. */
export const SKILLS: Record<string, { icon: IconName; words: string }> = {
  tools: { icon: 'wrench', words: 'tools' },
  vision: { icon: 'eye', words: 'images' },
  thinking: { icon: 'brain', words: 'thinking' },
  embedding: { icon: 'binary', words: 'embeddings' },
  audio: { icon: 'audio-lines', words: 'audio' },
};

export function skillsOf(capabilities: readonly string[]): { icon: IconName; words: string }[] {
  return capabilities.map((name) => SKILLS[name]).filter((skill) => skill !== undefined);
}

/** A span of time in two parts: "1 min 9 s", "2 h 5 min". */
export function span(ms: number): string {
  const s = Math.ceil(ms / 1000);
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
}

/** How a download or upload stands, in one line. */
export function jobLine(job: JobView): string {
  const part = job.totalBytes > 0 ? `${amount(job.doneBytes, job.totalBytes)} of ${bytes(job.totalBytes)}` : '';
  if (job.state === 'paused') return [part, job.problem === null ? 'paused' : 'stopped'].filter(Boolean).join(', ');
  if (job.state === 'failed') return part === '' ? 'failed' : `failed at ${part}`;
  // The files are all there: the server's own word says what it still does.
  if (part === '' || job.doneBytes >= job.totalBytes) return job.status || 'starting';
  return [part, job.bytesPerSecond > 0 ? `${bytes(job.bytesPerSecond)}/s` : '', job.leftMs === null ? '' : `${span(job.leftMs)} left`].filter(Boolean).join(', ');
}

/** The done bytes without their unit where it is that of the whole: "11.2" of "17 GB". */
export function amount(done: number, total: number): string {
  const unit = bytes(total).split(' ')[1] ?? '';
  const scale = { KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 }[unit];
  return scale === undefined ? bytes(done) || '0' : (done / scale).toFixed(1);
}

/** The name of a licence in few words. */
export function licenceWords(licence: LicenceView): string {
  if (licence.name !== '') return licence.name;
  return licence.hasText ? 'Own terms' : 'None given';
}

/** What a licence says, in plain sentences. */
export function licenceFacts(licence: LicenceView): { label: string; says: string }[] {
  const commercial = {
    yes: 'Allowed.',
    conditions: 'Allowed within its own conditions: read them.',
    no: 'Not allowed.',
    unknown: licence.hasText ? 'Not known: Bakeoff does not recognise this licence. Read it.' : 'Not known: the model comes without a licence. Ask who made it.',
  }[licence.commercial];
  const nothing = licence.hasText ? 'None found in the text.' : 'Not known.';
  return [
    { label: 'Commercial use', says: commercial },
    { label: 'User limit', says: licence.userLimit === '' ? nothing : `Up to ${licence.userLimit}; above that its owner must be asked.` },
    { label: 'Naming', says: licence.naming === '' ? nothing : `“${licence.naming}” must be shown.` },
  ];
}

/** The licences to read before commercial use, in one sentence; '' when there is none. */
export function ownTerms(models: readonly LocalModelView[]): string {
  const names = [...new Set(models.filter((model) => model.licence.hasText && model.licence.commercial !== 'yes').map((model) => model.licence.name || 'Others'))];
  if (names.length === 0) return '';
  const all = names.length === 1 ? names[0] : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  return `${all} ${names.length === 1 && names[0] !== 'Others' ? 'has its' : 'have their'} own licence terms. Open a model to read them before commercial use.`;
}

/** How long a model stays in memory, and how much of it is on a graphics processor. */
export function stay(loaded: LoadedView): string {
  const share = loaded.memoryBytes > 0 && loaded.graphicsBytes > 0 ? `${Math.round((100 * loaded.graphicsBytes) / loaded.memoryBytes)}% GPU` : '';
  return [share, loaded.expiresAtMs === 0 ? 'stays' : `until ${clockTime(loaded.expiresAtMs)}`].filter(Boolean).join(', ');
}

export interface Segment {
  name: string;
  bytes: number;
  /** "model", "others": the rest of what is taken, or "free". */
  kind: 'model' | 'others' | 'free';
}

/**
 * How a machine's main memory is shared out. What a server maps from disk counts as free for the system, so the models
 * count first. Empty where the memory is not known.
 */
export function segments(host: LocalHostView): Segment[] {
  if (host.totalMemory === 0) return [];
  const models = host.loaded.map((loaded) => ({ name: loaded.name, bytes: loaded.memoryBytes - loaded.graphicsBytes, kind: 'model' as const }));
  const held = models.reduce((n, model) => n + model.bytes, 0);
  const others = Math.max(0, host.totalMemory - host.freeMemory - held);
  const free = Math.max(0, host.totalMemory - held - others);
  return [...models, { name: 'other programs', bytes: others, kind: 'others' }, { name: 'free', bytes: free, kind: 'free' }];
}
