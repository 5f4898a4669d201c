/** What the fake knows about a request before it is sent, as app/prospects.go tells it. */
import type { EntryView, FateView, ParamsView, ProspectView, StartRequest } from './backend';
import type { Voice } from './fake-play';

/** A file that the fake has at hand. */
export interface FakeFile {
  id: string;
  name: string;
  mediaType: string;
  bytes: number;
  width: number;
  height: number;
  pages: number;
}

/** Settings by the names that a not-applied list has. */
const NAMES: [keyof ParamsView, string][] = [
  ['temperature', 'temperature'], ['topP', 'top_p'], ['seed', 'seed'], ['stop', 'stop'], ['effort', 'effort'], ['thinkingBudget', 'thinking_budget'],
  ['numCtx', 'num_ctx'], ['keepAlive', 'keep_alive'],
]; // prettier-ignore

/** What each kind of model leaves out: those that reason in a cloud take no sampling, and only Ollama has a context to set. */
function refused(voice: Voice): string[] {
  if (voice.place === 'demo') return NAMES.map(([, name]) => name);
  if (voice.place === 'local') return ['thinking_budget'];
  return ['num_ctx', 'keep_alive', 'thinking_budget', ...(voice.think === null ? [] : ['temperature', 'top_p', 'stop'])];
}

export function notApplied(entry: EntryView, voice: Voice): string[] {
  const given = NAMES.filter(([key]) => {
    const value = entry.params[key];
    return Array.isArray(value) ? value.length > 0 : value !== null && value !== '';
  });
  return given.map(([, name]) => name).filter((name) => refused(voice).includes(name));
}

export function prospectOf(request: StartRequest, entry: EntryView, voice: Voice, files: FakeFile[]): ProspectView {
  const input = Math.ceil((request.prompt.length + (entry.params.system ?? request.system).length + files.reduce((n, f) => n + (f.width > 0 ? 0 : f.bytes), 0)) / 4);
  const local = voice.place === 'local';
  const context = local ? (entry.params.numCtx ?? 4096) : voice.place === 'cloud' ? 128_000 : 0;
  const basis = !local ? `as ${voice.label} lists it` : entry.params.numCtx === null ? "Ollama's usual one unless the server is set otherwise" : 'as num_ctx says';
  const sizes = `About ${input.toLocaleString('en-US')} tokens go in, and its context is ${context.toLocaleString('en-US')}, ${basis}`;
  return {
    notApplied: notApplied(entry, voice), warnings: [], input, images: files.some((f) => f.width > 0), context, basis,
    problem: null, tooLong: context > 0 && input > context ? `${sizes}: it does not fit. Shorten the prompt, or raise the context.` : '',
    files: files.map((file) => fate(file, local)),
  }; // prettier-ignore
}

function fate(file: FakeFile, local: boolean): FateView {
  if (file.pages > 0) return { name: file.name, as: 'text', note: file.pages === 1 ? 'text of 1 page' : `text of ${file.pages} pages` };
  if (file.width === 0) return { name: file.name, as: 'text', note: 'text' };
  return local ? { name: file.name, as: 'none', note: 'cannot take images' } : { name: file.name, as: 'image', note: 'image' };
}
