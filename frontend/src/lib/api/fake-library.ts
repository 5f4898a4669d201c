/** The fake backend's endpoints and history. */
import type { EndpointView, ErrorView, HistoryRowView } from './backend';
import { endOf } from './fake-play';
import { modelOf, PROMPT, SCENES, TICKET_PROMPT, VOICES } from './fake-voices';

const DOWN: ErrorView = {
  code: 'unreachable', detail: 'dial tcp 127.0.0.1:11434: connect: connection refused', httpStatus: 0, retryAfterMs: 0,
  message: 'Ollama does not answer at 127.0.0.1:11434. Start it and try again.',
}; // prettier-ignore

function endpoint(name: string, label: string, baseUrl: string, more: Partial<EndpointView>): EndpointView {
  const models = VOICES.filter((v) => v.endpoint === name).map(modelOf);
  return {
    name, label, kind: 'openai', baseUrl, place: 'cloud', keySource: '', addressSource: 'default', keyVariables: [],
    state: 'ready', problem: null, models, listedAtMs: Date.now(), ...more,
  }; // prettier-ignore
}

function keyed(name: string, label: string, baseUrl: string, kind: string, variables: string[], hasKey: boolean): EndpointView {
  const key = hasKey ? { keySource: variables[0] ?? '' } : { state: 'no_key' as const, models: [] };
  return endpoint(name, label, baseUrl, { kind, keyVariables: variables, ...key });
}

/** What can be asked in a scene. Without Ollama there is no key either: the demo models are all there is. */
export function endpoints(scene: string): EndpointView[] {
  const down = scene === 'no-ollama';
  const ollama = down ? { state: 'problem' as const, problem: DOWN, models: [] } : {};
  return [
    endpoint('ollama', 'Ollama', 'http://127.0.0.1:11434', { kind: 'ollama', place: 'local', ...ollama }),
    keyed('openai', 'OpenAI', 'https://api.openai.com/v1', 'openai', ['OPENAI_API_KEY'], !down),
    keyed('anthropic', 'Anthropic', 'https://api.anthropic.com', 'anthropic', ['ANTHROPIC_API_KEY'], !down),
    keyed('gemini', 'Gemini', 'https://generativelanguage.googleapis.com', 'gemini', ['GEMINI_API_KEY', 'GOOGLE_API_KEY'], scene !== 'first-run' && !down),
    keyed('openrouter', 'OpenRouter', 'https://openrouter.ai/api/v1', 'openai', ['OPENROUTER_API_KEY'], scene !== 'first-run' && !down),
    keyed('groq', 'Groq', 'https://api.groq.com/openai/v1', 'openai', ['GROQ_API_KEY'], false),
    endpoint('demo', 'Demo', '', { kind: 'demo', place: 'demo', addressSource: '' }),
  ];
}

const PROMPTS = [
  PROMPT,
  TICKET_PROMPT,
  'Explain to a new colleague why our nightly import takes four hours.',
  'Write a SQL query for the three best-selling products of each month.',
  'Translate the release note into plain German, keeping every number.',
  'Is 2,147,483,647 a prime? Show the shortest argument.',
];

/** 130 rows, newest first, enough for three pages. */
export function historyRows(): HistoryRowView[] {
  const scenes = [SCENES['finished'], SCENES['eight'], SCENES['trouble'], SCENES['two']].filter((s) => s !== undefined);
  return Array.from({ length: 130 }, (_, i) => {
    const voices = i % 9 === 4 ? VOICES.filter((v) => v.place === 'demo') : (scenes[i % scenes.length]?.voices ?? []);
    const runs = voices.map((v, seat) => ({
      seat, endpoint: v.endpoint, model: v.model, openness: v.openness, place: v.place, status: v.end.status, totalMs: endOf(v), stars: 0,
    })); // prettier-ignore
    const paid = voices.some((v) => v.place === 'cloud');
    return {
      id: `past-${i}`, prompt: `${PROMPTS[i % PROMPTS.length]}`, startedAtMs: Date.now() - (i + 1) * 5_400_000,
      totalMs: Math.max(...runs.map((r) => r.totalMs)), costUsd: i % 7 === 3 ? null : paid ? String((i % 90) / 1000) : '0',
      blind: false, favourite: false, tags: [], category: '', verdict: '', winners: [], answers: runs.length, parentId: '', relation: '', threadId: '',
      hit: null, demo: runs.every((r) => r.place === 'demo'), localOnly: runs.every((r) => r.place === 'local'), runs,
    }; // prettier-ignore
  });
}
