/** The fake backend's endpoints. */
import type { EndpointView, ErrorView, ModelView } from './backend';
import { installed } from './fake-locals';
import { withThousand } from './fake-thousand';
import { modelOf, VOICES } from './fake-voices';

const DOWN: ErrorView = {
  code: 'unreachable', detail: 'dial tcp 127.0.0.1:11434: connect: connection refused', httpStatus: 0, retryAfterMs: 0,
  message: 'Ollama does not answer at 127.0.0.1:11434. Start it and try again.',
}; // prettier-ignore

function endpoint(name: string, label: string, baseUrl: string, more: Partial<EndpointView>): EndpointView {
  const models = VOICES.filter((v) => v.endpoint === name).map(modelOf);
  return {
    name, label, kind: 'openai', baseUrl, place: 'cloud', own: false, keySource: '', addressSource: 'default', keyVariables: [], keyHint: '', headerNames: [], made: false, locked: false,
    state: 'ready', problem: null, models, listedAtMs: Date.now(), seq: 0, ...more,
  }; // prettier-ignore
}

function kept(name: string, label: string, baseUrl: string): EndpointView {
  const problem = { ...DOWN, code: 'auth', detail: '', message: `The key of ${label} is in the locked file of keys. Unlock it in Models, or set BAKEOFF_KEYS_PASSPHRASE.` };
  return endpoint(name, label, baseUrl, { state: 'no_key', locked: true, models: [], problem });
}

function keyed(name: string, label: string, baseUrl: string, kind: string, variables: string[], hasKey: boolean): EndpointView {
  const key = hasKey ? { keySource: variables[0] ?? '' } : { state: 'no_key' as const, models: [] };
  return endpoint(name, label, baseUrl, { kind, keyVariables: variables, ...key });
}

/** What Ollama has on its disk in a scene, as the lists tell it: the same models that its half of the page shows. */
function onDisk(scene: string): ModelView[] {
  const voices = VOICES.filter((v) => v.endpoint === 'ollama').map(modelOf);
  return installed(scene).map((model) => {
    const known = voices.find((voice) => voice.id === model.name) ?? { ...voices[0]!, id: model.name, name: model.name };
    const { sizeBytes, quantization, parameterSize, contextLength, capabilities, licence } = model;
    return { ...known, sizeBytes, quantization, parameterSize, contextLength, capabilities, licence: licence.name };
  });
}

/** An Ollama on another machine that does not answer. */
function labBox(): EndpointView {
  const problem: ErrorView = { ...DOWN, code: 'timeout', detail: '', message: 'Lab box did not list its models in time. Look whether it runs, and refresh.' };
  return endpoint('lab-box', 'Lab box', 'http://10.0.0.20:11434', { kind: 'ollama', own: true, made: true, state: 'problem', problem });
}

/** What can be asked in a scene. Without Ollama there is no key either: the demo models are all there is. */
export function endpoints(scene: string): EndpointView[] {
  const down = scene === 'no-ollama';
  const silent = down || scene === 'locals-stopped';
  const ollama = silent ? { state: 'problem' as const, problem: DOWN, models: [] } : { models: onDisk(scene) };
  const all = [
    endpoint('ollama', 'Ollama', 'http://127.0.0.1:11434', { kind: 'ollama', place: 'local', ...ollama }),
    keyed('openai', 'OpenAI', 'https://api.openai.com/v1', 'openai', ['OPENAI_API_KEY'], !down),
    keyed('anthropic', 'Anthropic', 'https://api.anthropic.com', 'anthropic', ['ANTHROPIC_API_KEY'], !down),
    keyed('gemini', 'Gemini', 'https://generativelanguage.googleapis.com', 'gemini', ['GEMINI_API_KEY', 'GOOGLE_API_KEY'], scene !== 'first-run' && !down),
    keyed('openrouter', 'OpenRouter', 'https://openrouter.ai/api/v1', 'openai', ['OPENROUTER_API_KEY'], scene !== 'first-run' && !down),
    scene === 'locked' ? kept('groq', 'Groq', 'https://api.groq.com/openai/v1') : keyed('groq', 'Groq', 'https://api.groq.com/openai/v1', 'openai', ['GROQ_API_KEY'], false),
    endpoint('demo', 'Demo', '', { kind: 'demo', place: 'demo', addressSource: '' }),
    ...(scene === 'locals-hosts' ? [labBox()] : []),
  ];
  return scene === 'thousand' ? withThousand(all) : all;
}
