/** The fake backend's endpoints. */
import type { EndpointView, ErrorView } from './backend';
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

/** What can be asked in a scene. Without Ollama there is no key either: the demo models are all there is. */
export function endpoints(scene: string): EndpointView[] {
  const down = scene === 'no-ollama';
  const ollama = down ? { state: 'problem' as const, problem: DOWN, models: [] } : {};
  const all = [
    endpoint('ollama', 'Ollama', 'http://127.0.0.1:11434', { kind: 'ollama', place: 'local', ...ollama }),
    keyed('openai', 'OpenAI', 'https://api.openai.com/v1', 'openai', ['OPENAI_API_KEY'], !down),
    keyed('anthropic', 'Anthropic', 'https://api.anthropic.com', 'anthropic', ['ANTHROPIC_API_KEY'], !down),
    keyed('gemini', 'Gemini', 'https://generativelanguage.googleapis.com', 'gemini', ['GEMINI_API_KEY', 'GOOGLE_API_KEY'], scene !== 'first-run' && !down),
    keyed('openrouter', 'OpenRouter', 'https://openrouter.ai/api/v1', 'openai', ['OPENROUTER_API_KEY'], scene !== 'first-run' && !down),
    scene === 'locked' ? kept('groq', 'Groq', 'https://api.groq.com/openai/v1') : keyed('groq', 'Groq', 'https://api.groq.com/openai/v1', 'openai', ['GROQ_API_KEY'], false),
    endpoint('demo', 'Demo', '', { kind: 'demo', place: 'demo', addressSource: '' }),
  ];
  return scene === 'thousand' ? withThousand(all) : all;
}
