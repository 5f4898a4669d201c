/** A thousand models, as the lists of real providers have them in kind and number: invented names, prices and sizes. */
import type { EndpointView, ModelView } from './backend';

const MAKERS = ['qwen', 'llama', 'mistral', 'gemma', 'deepseek', 'phi', 'granite', 'command', 'nova', 'grok', 'gpt', 'claude', 'gemini', 'glm', 'kimi', 'yi', 'falcon', 'olmo'];
const CLOSED = new Set(['nova', 'grok', 'gpt', 'claude', 'gemini']);
const SIZES = [1, 3, 4, 7, 8, 14, 24, 32, 70, 72, 109, 235];
const KINDS = ['instruct', 'chat', 'coder', 'vision', 'thinking', 'mini', 'pro', 'preview'];
const CONTEXTS = [8192, 32_768, 131_072, 200_000, 1_048_576];

/** How many models each endpoint of the scene has. */
const COUNTS: Record<string, number> = { ollama: 40, openai: 60, anthropic: 12, gemini: 38, openrouter: 847 };

/** The endpoints with 1,000 models in all, the demo voices among them. */
export function withThousand(endpoints: EndpointView[]): EndpointView[] {
  return endpoints.map((endpoint) => {
    const count = COUNTS[endpoint.name];
    return count === undefined ? endpoint : { ...endpoint, state: 'ready', problem: null, models: [...endpoint.models, ...many(endpoint, count - endpoint.models.length)] };
  });
}

function many(endpoint: EndpointView, count: number): ModelView[] {
  return Array.from({ length: count }, (_, i) => made(endpoint, i));
}

function made({ name: endpoint, place }: EndpointView, i: number): ModelView {
  const pick = <T>(list: readonly T[], n: number): T => list[n % list.length] as T;
  const maker = pick(MAKERS, i);
  const kind = pick(KINDS, Math.floor(i / MAKERS.length) + i);
  const size = pick(SIZES, i + Math.floor(i / 12));
  const version = 1 + Math.floor(i / 54);
  const local = place === 'local';
  const id = local ? `${maker}${version}-${kind}:${size}b` : `${endpoint === 'openrouter' ? `${maker}/` : ''}${maker}-${version}-${size}b-${kind}`;
  const cents = size * (CLOSED.has(maker) ? 4 : 1);
  return {
    endpoint, id, name: id, openness: CLOSED.has(maker) && !local ? 'closed' : 'open', place, stays: place !== 'cloud',
    sizeBytes: local ? size * 600_000_000 : 0, quantization: local ? pick(['Q4_K_M', 'Q8_0', 'F16'], i) : '', parameterSize: `${size}B`,
    contextLength: pick(CONTEXTS, i * 7), capabilities: ['completion', ...(kind === 'vision' ? ['vision'] : []), ...(kind === 'thinking' ? ['thinking'] : []), ...(i % 3 === 0 ? ['tools'] : [])],
    licence: local ? pick(['Apache 2.0', 'MIT', 'Llama 4', ''], i) : '',
    shutdownDate: i % 97 === 96 ? '2027-03-31' : '',
    // Some have none, as on real lists.
    price: local || i % 29 === 28 ? null : { input: (cents / 100).toFixed(2), output: (cents / 25).toFixed(2), cacheRead: i % 2 ? (cents / 400).toFixed(4) : '', date: '2026-11-23', source: `https://prices.example/${endpoint}`, yours: false, why: '' },
  }; // prettier-ignore
}
