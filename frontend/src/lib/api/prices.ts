import type { app } from '../../wailsjs/go/models';

export type PriceListView = app.PriceListView;

/** Where prices are from, their refresh, and prices of the user's own. What changes comes as the event "endpoints". */
export interface PricesBackend {
  lists(): Promise<PriceListView[]>;
  refresh(): Promise<PriceListView[]>;
  /** Decimal US dollars per million tokens; cached may be empty. */
  set(endpoint: string, model: string, input: string, output: string, cached: string): Promise<void>;
  unset(endpoint: string, model: string): Promise<void>;
}
