import type { EndpointView, ModelView } from '../../lib/api';

/**
 * The first lineup that is suggested: up to two local models, the smallest first since they fit and load soonest, and
 * nothing that costs money unless fewer than two run here. Then one of each provider with a key, up to two in all.
 */
export function firstPick(local: readonly ModelView[], cloud: readonly EndpointView[]): ModelView[] {
  const chats = local.filter((model) => model.capabilities.length === 0 || model.capabilities.includes('completion'));
  const here = chats.toSorted((a, b) => a.sizeBytes - b.sizeBytes).slice(0, 2);
  const away = cloud.flatMap((endpoint) => cheapest(endpoint.models) ?? []);
  return [...here, ...away.slice(0, 2 - here.length)];
}

/** The cheapest model that has a price, or none. */
function cheapest(models: readonly ModelView[]): ModelView | undefined {
  return models.filter((model) => Number(model.price?.output) > 0).toSorted((a, b) => Number(a.price?.output) - Number(b.price?.output))[0];
}

/** What the button says for a lineup: "Start with 2 local models". */
export function startLabel(lineup: readonly ModelView[]): string {
  if (lineup.length < 2) return 'Start';
  const away = lineup.filter((model) => model.place === 'cloud').length;
  const kind = away === 0 ? 'local ' : away === lineup.length ? 'cloud ' : '';
  return `Start with ${lineup.length} ${kind}models`;
}
