/** The part of the backend that keeps lineups by name; see backend.ts for the conventions. */
import type { app } from '../../wailsjs/go/models';
import type { EntryView, Lanes, Wire, With } from './backend';

export type LineupView = With<Wire<app.LineupView>, { entries: EntryView[]; lanes: Lanes }>;

export interface LineupsBackend {
  /** In the user's order. Entries that no longer exist are in them as they were saved. */
  list(): Promise<LineupView[]>;
  /** Adds one without an id, changes the one of its id; a name that another has is refused. */
  save(lineup: LineupView): Promise<LineupView>;
  delete(id: string): Promise<void>;
  /** Brings a deleted one back to its place. */
  undelete(id: string): Promise<void>;
  /** Gives a lineup another place in the list, from 0. */
  move(id: string, to: number): Promise<void>;
}
