/** The scripted models of the fake backend: invented answers, prices and times, for development and tests. */
import type { EntryView, ModelView, ParamsView } from './backend';
import { POLICY, REASONING, SHORT, TICKET } from './fake-texts';
import type { Judged } from './fake-judged';
import type { Voice } from './fake-play';

export const PROMPT =
  'Design a retry policy for a flaky payments API called from our checkout page: the backoff formula with jitter, a table of delays for five tries, a short Python function, and two mistakes to avoid.';
export const TICKET_PROMPT = 'Read the support ticket and return JSON with product, severity (1 to 4), sentiment and a one-line summary.';

export const NO_PARAMS: ParamsView = {
  system: null, temperature: null, topP: null, maxTokens: null, seed: null, stop: [], effort: '', thinkingBudget: null, numCtx: null,
  keepAlive: '', responseFormat: '', extra: '',
}; // prettier-ignore

const base: Voice = {
  endpoint: 'ollama', label: 'Ollama', host: '127.0.0.1:11434', model: '', resolved: '', digest: '', quantization: '',
  openness: 'open', place: 'local', price: null, inputTokens: 412, queueMs: 0, loadMs: 0, think: null, reasoning: '',
  firstMs: 600, rate: 40, answer: SHORT, end: { status: 'done', reason: 'stop' }, warnings: [], notApplied: [], mismatch: false,
}; // prettier-ignore

function local(model: string, digest: string, more: Partial<Voice>): Voice {
  return { ...base, model, resolved: model, digest: `sha256:${digest}${'0'.repeat(56)}`, quantization: 'Q4_K_M', ...more };
}

function cloud(endpoint: string, label: string, host: string, model: string, more: Partial<Voice>): Voice {
  return { ...base, endpoint, label, host, model, resolved: model, openness: 'closed', place: 'cloud', ...more };
}

const scout = local('llama4:scout', 'bf31604e', { firstMs: 610, rate: 38.4, answer: POLICY.plain });
const deepseek = local('deepseek-r1:14b', 'c333b723', {
  loadMs: 3400, think: [3420, 9480], reasoning: REASONING.long, firstMs: 9520, rate: 48, answer: POLICY.table, inputTokens: 418,
}); // prettier-ignore
const qwen = local('qwen2.5:72b', '424bad2c', { firstMs: 1200, rate: 11, answer: POLICY.short });
const mistral = local('mistral-small:24b', '8039dd90', { firstMs: 500, rate: 43, answer: POLICY.short });
const gpt5 = cloud('openai', 'OpenAI', 'api.openai.com', 'gpt-5', {
  resolved: 'gpt-5-2025-08-07', price: [1_250_000, 10_000_000], think: [520, 4600], reasoning: REASONING.short,
  firstMs: 4620, rate: 96.1, answer: POLICY.code, inputTokens: 409,
}); // prettier-ignore
const gpt4o = cloud('openai', 'OpenAI', 'api.openai.com', 'gpt-4o', {
  resolved: 'gpt-4o-2024-11-20', price: [2_500_000, 10_000_000], firstMs: 600, rate: 84, answer: POLICY.short,
}); // prettier-ignore
const opus = cloud('anthropic', 'Anthropic', 'api.anthropic.com', 'claude-opus-4', {
  resolved: 'claude-opus-4-20250514', price: [15_000_000, 75_000_000], firstMs: 1300, rate: 58.2, answer: POLICY.plain, inputTokens: 421,
}); // prettier-ignore
const gemini = cloud('gemini', 'Gemini', 'generativelanguage.googleapis.com', 'gemini-2.5-pro', {
  price: [1_250_000, 10_000_000], firstMs: 900, rate: 110, answer: POLICY.table,
}); // prettier-ignore
const maverick = cloud('openrouter', 'OpenRouter', 'openrouter.ai', 'meta-llama/llama-4-maverick', {
  openness: 'open', price: null, firstMs: 800, rate: 70, answer: POLICY.short,
}); // prettier-ignore

function demo(model: string, more: Partial<Voice>): Voice {
  return { ...base, endpoint: 'demo', label: 'Demo', host: '', model, resolved: model, openness: 'unknown', place: 'demo', ...more };
}
const demos = [
  demo('quick', { firstMs: 180, rate: 120, answer: POLICY.short }),
  demo('thinker', { think: [400, 2600], reasoning: REASONING.short, firstMs: 2620, rate: 60, answer: POLICY.table }),
  demo('priced', { firstMs: 700, rate: 80, answer: POLICY.code }),
];

/** Every voice that a lineup can name. */
export const VOICES: Voice[] = [scout, deepseek, qwen, mistral, gpt5, gpt4o, opus, gemini, maverick, ...demos];

const memory: Voice = {
  ...qwen,
  loadMs: 4600,
  firstMs: 5000,
  end: {
    status: 'failed',
    atMs: 4600,
    reason: '',
    error: {
      code: 'provider', httpStatus: 500, retryAfterMs: 0,
      message: 'Ollama could not load qwen2.5:72b: it needs more memory than is free. Unload another model or choose a smaller one.',
      detail: '{"error":"model requires more system memory (51.0 GiB) than is available (44.0 GiB)"}',
    },
  },
}; // prettier-ignore
const limited: Voice = {
  ...gemini,
  firstMs: 5000,
  end: {
    status: 'failed',
    atMs: 900,
    reason: '',
    error: {
      code: 'rate_limited', httpStatus: 429, retryAfterMs: 38_000,
      message: 'Gemini is limiting this key: too many requests in one minute. Retry when the minute is over.',
      detail: '{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"Quota exceeded"}}',
    },
  },
}; // prettier-ignore
const stopped: Voice = { ...opus, end: { status: 'cancelled', atMs: 8100, reason: '' } };
const other: Voice = {
  ...maverick, resolved: 'meta-llama/llama-4-scout', mismatch: true, notApplied: ['seed'],
  warnings: ['The usage counts do not add up.'], end: { status: 'cut', reason: 'length' },
}; // prettier-ignore

function ticket(voice: Voice, rate: number): Voice {
  return { ...voice, loadMs: 0, think: voice.think && [500, 1900], firstMs: voice.think ? 1910 : voice.firstMs, rate, answer: TICKET };
}

/** What came from the comparison before it. */
interface Sequel {
  relation: 'rerun' | 'follow_up';
  prompt: string;
  voices: Voice[];
}

/** A scene is what a page shows from the start: a lineup of voices and their prompt. */
export const SCENES: Record<string, { prompt: string; voices: Voice[]; layout: 'columns' | 'grid' | 'focus'; judged?: Judged; sequels?: Sequel[]; shown?: number }> = {
  running: { prompt: PROMPT, voices: [scout, deepseek, gpt5, opus], layout: 'columns' },
  finished: { prompt: PROMPT, voices: [scout, deepseek, gpt5, opus], layout: 'columns' },
  rated: {
    prompt: PROMPT, voices: [scout, deepseek, gpt5, opus], layout: 'columns',
    judged: {
      best: 3, stars: [3, 4, 4, 5], notes: ['Five waits for five tries', '', '', 'Asks how long a person waits'],
      reasons: [['wrong'], ['clear'], [], ['correct', 'complete']], category: 'coding', tags: ['payments', 'python'],
    },
  }, // prettier-ignore
  blind: { prompt: PROMPT, voices: [scout, deepseek, gpt5, opus], layout: 'columns', judged: { blind: 'open' } },
  'blind-running': { prompt: PROMPT, voices: [scout, deepseek, gpt5, opus], layout: 'columns', judged: { blind: 'open' } },
  'blind-trouble': { prompt: PROMPT, voices: [scout, memory, gpt5, opus], layout: 'columns', judged: { blind: 'open' } },
  revealed: {
    prompt: PROMPT, voices: [scout, deepseek, gpt5, opus], layout: 'columns',
    judged: { blind: 'revealed', best: 1, stars: [3, 5, 4, 4], notes: ['', 'Only one with the load', '', ''] },
  }, // prettier-ignore
  queue: { prompt: PROMPT, voices: [scout, deepseek, gpt5, opus], layout: 'columns' },
  trouble: { prompt: PROMPT, voices: [scout, memory, stopped, limited], layout: 'columns' },
  odd: { prompt: PROMPT, voices: [scout, other], layout: 'columns' },
  diff: {
    prompt: PROMPT, voices: [scout, { ...gpt5, answer: POLICY.revised }, opus, deepseek], layout: 'columns', judged: { best: 1 },
  }, // prettier-ignore
  rerun: {
    prompt: PROMPT, voices: [scout, deepseek, gpt5, opus], layout: 'columns', shown: 1,
    sequels: [
      {
        relation: 'rerun', prompt: PROMPT,
        voices: [scout, { ...deepseek, digest: `sha256:9ab1f20c${'0'.repeat(56)}`, loadMs: 0, think: [300, 5200], firstMs: 5240 }, { ...gpt5, resolved: 'gpt-5-2025-11-13', answer: POLICY.revised, rate: 61 }, opus],
      },
    ],
  }, // prettier-ignore
  thread: {
    prompt: PROMPT, voices: [scout, gpt5, opus], layout: 'columns', shown: 1,
    sequels: [
      { relation: 'follow_up', prompt: 'Leave out the table and say in one sentence why jitter matters.', voices: [scout, gpt5, opus].map((v) => ({ ...v, loadMs: 0, answer: POLICY.short })) },
      { relation: 'follow_up', prompt: 'Now as a note to the support team.', voices: [scout, gpt5, opus].map((v) => ({ ...v, loadMs: 0, answer: POLICY.plain })) },
    ],
  }, // prettier-ignore
  two: { prompt: PROMPT, voices: [scout, gpt5], layout: 'columns' },
  six: { prompt: PROMPT, voices: [scout, deepseek, mistral, gpt5, opus, gemini], layout: 'columns' },
  focus: { prompt: PROMPT, voices: [scout, deepseek, gpt5, opus], layout: 'focus' },
  // Eight answers of 4,000 tokens at 100 tokens a second: what the page must bear.
  load: {
    prompt: PROMPT,
    voices: [gpt5, gpt4o, opus, gemini, scout, deepseek, qwen, mistral].map((v) => ({
      ...v, loadMs: 0, think: null, firstMs: 300, rate: 100, answer: `${POLICY.plain}\n\n`.repeat(12).slice(0, 16_000),
    })), // prettier-ignore
    layout: 'columns',
  },
  eight: {
    prompt: TICKET_PROMPT,
    voices: [scout, deepseek, qwen, mistral, gpt5, gpt4o, opus, gemini].map((v, i) => ticket(v, [38, 48, 11, 43, 96, 84, 58, 110][i] ?? 50)),
    layout: 'grid',
  },
};

/** The voice for an entry; a model that no script knows fails as a server would fail it. */
export function voiceFor(entry: EntryView): Voice {
  const known = VOICES.find((v) => v.endpoint === entry.endpoint && v.model === entry.model);
  if (known) return known;
  const message = `${entry.model} is not there any more. Choose another model.`;
  const error = { code: 'model_missing', message, detail: '', httpStatus: 404, retryAfterMs: 0 };
  return { ...base, endpoint: entry.endpoint, label: entry.endpoint, model: entry.model, end: { status: 'failed', atMs: 200, reason: '', error } };
}

/** The model list's row for a voice. */
export function modelOf(voice: Voice): ModelView {
  const price = voice.price && {
    input: String(voice.price[0] / 1e6), output: String(voice.price[1] / 1e6), cacheRead: '',
    date: '2026-11-23', source: `https://prices.example/${voice.endpoint}`, yours: false, why: '',
  }; // prettier-ignore
  const params = /:(\d+)b/.exec(voice.model)?.[1];
  return {
    endpoint: voice.endpoint, id: voice.model, name: voice.model, openness: voice.openness, place: voice.place, stays: voice.place !== 'cloud',
    sizeBytes: voice.place === 'local' ? Number(params ?? 109) * 600_000_000 : 0, quantization: voice.quantization,
    parameterSize: params ? `${params}B` : '', contextLength: voice.place === 'local' ? 131_072 : 400_000,
    capabilities: voice.think ? ['completion', 'thinking'] : voice.place === 'cloud' ? ['completion', 'vision'] : ['completion'],
    licence: voice.place === 'local' ? 'Apache 2.0' : '', shutdownDate: '', price,
  }; // prettier-ignore
}
