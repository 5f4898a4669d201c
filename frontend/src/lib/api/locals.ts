/** The part of the backend that manages Ollama servers; see backend.ts for the conventions. */
import type { app } from '../../wailsjs/go/models';
import type { EntryView, Lanes, Place, With, Wire } from './backend';

export type LicenceView = With<Wire<app.LicenceView>, { commercial: 'yes' | 'conditions' | 'no' | 'unknown' }>;
export type LocalModelView = With<Wire<app.LocalModelView>, { licence: LicenceView }>;
export type LoadedView = Wire<app.LoadedView>;
export type LocalHostView = With<Wire<app.LocalHostView>, { place: Place; models: LocalModelView[]; loaded: LoadedView[] }>;
export type JobView = With<Wire<app.JobView>, { kind: 'pull' | 'create'; state: 'running' | 'paused' | 'done' | 'failed' }>;
export type LocalsView = With<Wire<app.LocalsView>, { hosts: LocalHostView[]; jobs: JobView[] }>;
export type FitView = With<Wire<app.FitView>, { state: 'fits' | 'short' | 'too_big' | 'unknown' }>;
export type WeightsView = Wire<app.WeightsView>;

export interface LocalsBackend {
  /** Asks all servers what they have. One that does not answer is in the list with its problem. */
  list(): Promise<LocalsView>;
  /** Whether the local models of a lineup fit into memory, host by host; a host without any is left out. */
  fit(lineup: EntryView[], lanes: Lanes): Promise<FitView[]>;
  /** Begins a download; how far it is comes as jobs events. Refused under Local only. */
  pull(endpoint: string, model: string): Promise<void>;
  pause(job: string): Promise<void>;
  resume(job: string): Promise<void>;
  /** Ends a job and takes it off the list. */
  cancel(job: string): Promise<void>;
  /** These two return when the model is in memory, or no longer. */
  preload(endpoint: string, model: string): Promise<void>;
  unload(endpoint: string, model: string): Promise<void>;
  delete(endpoint: string, model: string): Promise<void>;
  /** The summary with the whole text. */
  licence(endpoint: string, model: string): Promise<LicenceView>;
  /** Opens the system's dialog; the name is "" when it was closed. */
  chooseWeights(): Promise<WeightsView>;
  /** Makes a model of the file that was chosen; how far it is comes as jobs events. */
  create(endpoint: string, model: string): Promise<void>;
  /** Starts this machine's server and returns when it answers. */
  start(endpoint: string): Promise<void>;
}
