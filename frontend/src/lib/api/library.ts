/** The part of the backend that keeps prompts and asks them row after row. */
import type { app } from '../../wailsjs/go/models';
import type { CostView, EntryView, EstimateView, ExportedView, StartRequest, Status, Unsubscribe, Wire, With } from './backend';

export type SavedKind = 'prompt' | 'system';
export type SetState = 'ready' | 'running' | 'paused' | 'done';
export type VariableView = Wire<app.VariableView>;
export type SavedPromptView = With<Wire<app.SavedPromptView>, { kind: SavedKind }>;
export type SetRequest = With<Wire<app.SetRequest>, { request: StartRequest }>;
export type TableFileView = Wire<app.TableFileView>;
export type SetCellsRow = Wire<app.SetCellsRow>;
export type SetPreviewView = With<Wire<app.SetPreviewView>, { estimate: EstimateView | null }>;
export type SetHeadView = With<Wire<app.SetHeadView>, { state: SetState }>;
export type SetCellView = With<Wire<app.SetCellView>, { status: Status; cost: CostView }>;
export type SetRowView = With<Wire<app.SetRowView>, { runs: SetCellView[] }>;
export type SetView = With<Wire<app.SetView>, { head: SetHeadView; rows: SetRowView[]; lineup: EntryView[] }>;
export type SetPlaceView = Wire<app.SetPlaceView>;

export interface LibraryBackend {
  prompts: {
    list(kind: SavedKind): Promise<SavedPromptView[]>;
    /** Adds one without an id, changes one with it. Saving what was deleted brings it back. */
    save(prompt: SavedPromptView): Promise<SavedPromptView>;
    delete(id: string): Promise<void>;
  };
  sets: {
    /** What a set would be, what is wrong with it, what it may cost. Nothing is asked. */
    look(request: SetRequest): Promise<SetPreviewView>;
    /** Saves a set and asks its first row. */
    start(request: SetRequest): Promise<SetView>;
    /** Goes on where it was paused. confirmed says yes to rows above the cap for one comparison. */
    run(id: string, confirmed: boolean): Promise<void>;
    /** After the row that is being asked. */
    pause(id: string): Promise<void>;
    /** Now: the row goes on with the next run. */
    stop(id: string): Promise<void>;
    list(): Promise<SetHeadView[]>;
    get(id: string): Promise<SetView>;
    /** Some rows of it, by number from 0. */
    rows(id: string, rows: number[]): Promise<SetRowView[]>;
    rename(id: string, name: string): Promise<void>;
    /** Its comparisons stay. */
    delete(id: string): Promise<void>;
    undelete(id: string): Promise<void>;
    /** Opens the system's dialog; the name is "" when it was closed. */
    pickTable(): Promise<TableFileView>;
    export(id: string): Promise<ExportedView>;
    /** A set has gone on: where it stands, without texts. */
    onChange(listener: (head: SetHeadView) => void): Unsubscribe;
  };
}
