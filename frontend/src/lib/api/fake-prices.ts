import type { EndpointView } from './backend';
import type { PriceListView, PricesBackend } from './prices';

/** Prices of the fake: one list comes, the other has a problem, so that both can be seen. */
export function fakePrices(endpoints: () => EndpointView[], put: (endpoint: EndpointView) => void): PricesBackend {
  const lists: PriceListView[] = [
    { label: 'OpenRouter', date: '', prices: 0, same: false, problem: '' },
    { label: 'models.dev', date: '2026-11-23', prices: 412, same: false, problem: '' },
  ];
  const change = (endpoint: string, model: string, price: EndpointView['models'][number]['price']): void => {
    const found = endpoints().find((e) => e.name === endpoint);
    if (found) put({ ...found, seq: found.seq + 1, models: found.models.map((m) => (m.id === model ? { ...m, price } : m)) });
  };
  return {
    lists: async () => [...lists, { label: 'Built-in', date: '2026-11-20', prices: 0, same: false, problem: '' }],
    refresh: async () => [
      { ...lists[0]!, problem: 'OpenRouter did not answer in time: the built-in prices stay. Try again later.' },
      { ...lists[1]!, date: '2026-11-24', prices: 418 },
    ],
    set: async (endpoint, model, input, output, cacheRead) => change(endpoint, model, { input, output, cacheRead, date: '2026-11-24', source: 'set by you', yours: true, why: '' }),
    unset: async (endpoint, model) => change(endpoint, model, null),
  };
}
