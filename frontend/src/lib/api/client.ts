import * as Backups from '../../wailsjs/go/app/Backups';
import * as Budgets from '../../wailsjs/go/app/Budgets';
import * as Comparisons from '../../wailsjs/go/app/Comparisons';
import * as Desktop from '../../wailsjs/go/app/Desktop';
import * as Diffs from '../../wailsjs/go/app/Diffs';
import * as Endpoints from '../../wailsjs/go/app/Endpoints';
import * as History from '../../wailsjs/go/app/History';
import * as Lineups from '../../wailsjs/go/app/Lineups';
import * as Locals from '../../wailsjs/go/app/Locals';
import * as Models from '../../wailsjs/go/app/Models';
import * as Prices from '../../wailsjs/go/app/Prices';
import * as Privacy from '../../wailsjs/go/app/Privacy';
import * as Prompts from '../../wailsjs/go/app/Prompts';
import * as Ratings from '../../wailsjs/go/app/Ratings';
import * as Sets from '../../wailsjs/go/app/Sets';
import * as Settings from '../../wailsjs/go/app/Settings';
import * as Transfers from '../../wailsjs/go/app/Transfers';
import type { PriceListView } from './prices';
import type { app } from '../../wailsjs/go/models';
import * as runtime from '../../wailsjs/runtime/runtime';
import type {
  AgainView,
  AttachmentView,
  Backend,
  BackupView,
  ChangesView,
  ComparisonView,
  DiffView,
  EndpointView,
  EstimateView,
  ExportedView,
  ExtentView,
  FacetsView,
  FamilyView,
  FoundView,
  Frame,
  HistoryPageView,
  KeysView,
  LineupView,
  LinkView,
  PrivacyView,
  ProspectView,
  QueueView,
  RatedView,
  ReceiptView,
  RunningCostView,
  RunningView,
  RunView,
  SavedPromptView,
  SetHeadView,
  SetPreviewView,
  SetRowView,
  SetView,
  SettingsView,
  SpendingView,
  TableFileView,
  TestView,
  TransferView,
  VocabularyView,
} from './backend';
import type { FitView, JobView, LicenceView, LocalsView, WeightsView } from './locals';
import { toAppError } from './errors';
import { Listeners } from './events';
import { inOrder } from './order';

/**
 * Calls Go. The generated types say "optional" where the JSON holds null, and string where only some words come:
 * this is the one place that tells the compiler so.
 */
async function call<T>(work: () => Promise<unknown>): Promise<T> {
  try {
    return (await work()) as T;
  } catch (reason) {
    throw toAppError(reason);
  }
}

/** The backend behind a real window. It listens from the moment it is made: an event that nobody heard is lost. */
export function connectClient(): Backend {
  const act = inOrder(); // what the user thinks of answers, in the order it was said
  const frames = new Listeners<Frame>();
  const endpoints = new Listeners<EndpointView>();
  const changes = new Listeners<void>();
  const privacy = new Listeners<PrivacyView>();
  const transfers = new Listeners<TransferView>();
  const jobs = new Listeners<JobView[]>();
  const sets = new Listeners<SetHeadView>();
  runtime.EventsOn('set', (head: SetHeadView) => sets.emit(head));
  runtime.EventsOn('transfer', (transfer: TransferView) => transfers.emit(transfer));
  runtime.EventsOn('jobs', (all: JobView[]) => jobs.emit(all));
  runtime.EventsOn('frame', (frame: Frame) => frames.emit(frame));
  runtime.EventsOn('endpoint', (endpoint: EndpointView) => endpoints.emit(endpoint));
  runtime.EventsOn('endpoints', () => changes.emit());
  runtime.EventsOn('privacy', (view: PrivacyView) => privacy.emit(view));
  return {
    comparisons: {
      start: (request) => call<ComparisonView>(() => Comparisons.Start(request as app.StartRequest)),
      get: (id) => call<ComparisonView>(() => Comparisons.Get(id)),
      stop: (id) => call(() => Comparisons.Stop(id)),
      stopRun: (runId) => call(() => Comparisons.StopRun(runId)),
      retry: (runId, confirmed) => call<RunView>(() => Comparisons.Retry(runId, confirmed)),
      regenerate: (id, confirmed) => call<ComparisonView>(() => Comparisons.Regenerate(id, confirmed)),
      foresee: (request) => call<ProspectView[]>(() => Comparisons.Foresee(request as app.StartRequest)),
      request: (runId) => call<string>(() => Comparisons.Request(runId)),
      receipt: (id) => call<ReceiptView[]>(() => Comparisons.Receipt(id)),
      again: (id) => call<AgainView>(() => Comparisons.Again(id)),
      family: (id) => call<FamilyView>(() => Comparisons.Family(id)),
      changes: (id) => call<ChangesView>(() => Comparisons.Changes(id)),
    },
    diffs: {
      answers: (runA, runB) => call<DiffView>(() => Diffs.Answers(runA, runB)),
      comparisons: (oldId, newId) => call<ChangesView>(() => Diffs.Comparisons(oldId, newId)),
    },
    history: {
      search: (query) => call<HistoryPageView>(() => History.Search(query)),
      facets: () => call<FacetsView>(() => History.Facets()),
      delete: (ids) => call(() => History.Delete(ids)),
      undelete: (ids) => call(() => History.Undelete(ids)),
      tag: (ids, add, remove) => call(() => History.Tag(ids, add, remove)),
    },
    transfers: {
      preview: (ids) => call<ExtentView>(() => Transfers.Preview(ids)),
      export: (ids, format) => call<ExportedView>(() => Transfers.Export(ids, format)),
      choose: () => call<FoundView>(() => Transfers.Choose()),
      import: () => call<FoundView>(() => Transfers.Import()),
      cancel: () => call(() => Transfers.Cancel()),
    },
    backups: {
      list: () => call<BackupView[]>(() => Backups.List()),
      now: () => call<BackupView>(() => Backups.Now()),
      restore: (name) => call<boolean>(() => Backups.Restore(name)),
      check: () => call<string[]>(() => Backups.Check()),
    },
    ratings: {
      rate: (id, run, stars) => act(() => call(() => Ratings.Rate(id, run, stars))),
      answer: (id, run, reasons, note) => act(() => call(() => Ratings.Answer(id, run, reasons, note))),
      describe: (id, description) => act(() => call(() => Ratings.Describe(id, description))),
      judge: (id, verdict) => act(() => call<ComparisonView>(() => Ratings.Judge(id, verdict as app.JudgeRequest))),
      withdraw: (id) => act(() => call<ComparisonView>(() => Ratings.Withdraw(id))),
      blind: (id) => act(() => call<ComparisonView>(() => Ratings.Blind(id))),
      reveal: (id) => act(() => call<ComparisonView>(() => Ratings.Reveal(id))),
      next: (skip) => call<QueueView>(() => Ratings.Next(skip)),
      waiting: () => call<number>(() => Ratings.Waiting()),
      vocabulary: () => call<VocabularyView>(() => Ratings.Vocabulary()),
      rated: () => call<RatedView[]>(() => Ratings.Rated()),
    },
    models: {
      list: () => call<EndpointView[]>(() => Models.List()),
      refresh: (endpoint) => call(() => Models.Refresh(endpoint)),
    },
    lineups: {
      list: () => call<LineupView[]>(() => Lineups.List()),
      save: (lineup) => call<LineupView>(() => Lineups.Save(lineup as app.LineupView)),
      delete: (id) => call(() => Lineups.Delete(id)),
      undelete: (id) => call(() => Lineups.Undelete(id)),
      move: (id, to) => call(() => Lineups.Move(id, to)),
    },
    locals: {
      list: () => call<LocalsView>(() => Locals.List()),
      fit: (lineup, lanes) => call<FitView[]>(() => Locals.Fit(lineup as app.EntryView[], lanes)),
      pull: (endpoint, model) => call(() => Locals.Pull(endpoint, model)),
      pause: (job) => call(() => Locals.Pause(job)),
      resume: (job) => call(() => Locals.Resume(job)),
      cancel: (job) => call(() => Locals.Cancel(job)),
      preload: (endpoint, model) => call(() => Locals.Preload(endpoint, model)),
      unload: (endpoint, model) => call(() => Locals.Unload(endpoint, model)),
      delete: (endpoint, model) => call(() => Locals.Delete(endpoint, model)),
      licence: (endpoint, model) => call<LicenceView>(() => Locals.Licence(endpoint, model)),
      chooseWeights: () => call<WeightsView>(() => Locals.ChooseWeights()),
      create: (endpoint, model) => call(() => Locals.Create(endpoint, model)),
      start: (endpoint) => call(() => Locals.Start(endpoint)),
    },
    endpoints: {
      save: (edit) => call<string>(() => Endpoints.Save(edit)),
      remove: (name) => call(() => Endpoints.Remove(name)),
      enable: (name, on) => call(() => Endpoints.Enable(name, on)),
      test: (name) => call<TestView>(() => Endpoints.Test(name)),
      setKey: (name, key, headers) => call<string>(() => Endpoints.SetKey(name, key, headers)),
      clearKey: (name) => call(() => Endpoints.ClearKey(name)),
      keys: () => call<KeysView>(() => Endpoints.Keys()),
      chooseKeys: (place) => call(() => Endpoints.ChooseKeys(place)),
      unlockKeys: (passphrase) => call(() => Endpoints.UnlockKeys(passphrase)),
      reread: () => call(() => Endpoints.Reread()),
    },
    privacy: {
      get: () => call<PrivacyView>(() => Privacy.Get()),
      setLocalOnly: (on) => call<PrivacyView>(() => Privacy.SetLocalOnly(on)),
      addHost: (host) => call<PrivacyView>(() => Privacy.AddHost(host)),
      removeHost: (host) => call<PrivacyView>(() => Privacy.RemoveHost(host)),
      openDataFolder: () => call(() => Privacy.OpenDataFolder()),
    },
    prices: {
      lists: () => call<PriceListView[]>(() => Prices.Lists()),
      refresh: () => call<PriceListView[]>(() => Prices.Refresh()),
      set: (endpoint, model, input, output, cached) => call(() => Prices.Set(endpoint, model, input, output, cached)),
      unset: (endpoint, model) => call(() => Prices.Unset(endpoint, model)),
    },
    budgets: {
      estimate: (request) => call<EstimateView>(() => Budgets.Estimate(request as app.StartRequest)),
      spending: () => call<SpendingView>(() => Budgets.Spending()),
      setCaps: (caps) => call(() => Budgets.SetCaps(caps)),
      running: () => call<RunningView>(() => Budgets.Running()),
      setRunning: (running) => call(() => Budgets.SetRunning(running)),
      runningCosts: (id) => call<RunningCostView[]>(() => Budgets.RunningCosts(id)),
    },
    prompts: {
      list: (kind) => call<SavedPromptView[]>(() => Prompts.List(kind)),
      save: (prompt) => call<SavedPromptView>(() => Prompts.Save(prompt)),
      delete: (id) => call(() => Prompts.Delete(id)),
    },
    sets: {
      look: (request) => call<SetPreviewView>(() => Sets.Look(request as app.SetRequest)),
      start: (request) => call<SetView>(() => Sets.Start(request as app.SetRequest)),
      run: (id, confirmed) => call(() => Sets.Run(id, confirmed)),
      pause: (id) => call(() => Sets.Pause(id)),
      stop: (id) => call(() => Sets.Stop(id)),
      list: () => call<SetHeadView[]>(() => Sets.List()),
      get: (id) => call<SetView>(() => Sets.Get(id)),
      rows: (id, rows) => call<SetRowView[]>(() => Sets.Rows(id, rows)),
      rename: (id, name) => call(() => Sets.Rename(id, name)),
      delete: (id) => call(() => Sets.Delete(id)),
      undelete: (id) => call(() => Sets.Undelete(id)),
      pickTable: () => call<TableFileView>(() => Sets.PickTable()),
      export: (id) => call<ExportedView>(() => Sets.Export(id)),
      onChange: (listener) => sets.add(listener),
    },
    settings: {
      get: () => call<SettingsView>(() => Settings.Get()),
      save: (settings) => call(() => Settings.Save(settings as app.SettingsView)),
    },
    desktop: {
      checkLink: (url) => call<LinkView>(() => Desktop.CheckLink(url)),
      openLink: (url) => call(() => Desktop.OpenLink(url)),
      copy: (text) => call(() => Desktop.Copy(text)),
      pickAttachments: () => call<AttachmentView[]>(() => Desktop.PickAttachments()),
      attachFile: (name, data) => call<AttachmentView>(() => Desktop.AttachFile(name, data)),
      renew: () => call(() => Desktop.Renew()),
      version: () => call<string>(() => Desktop.Version()),
      notice: () => call<string>(() => Desktop.Notice()),
    },
    events: {
      onFrame: (listener) => frames.add(listener),
      onEndpoint: (listener) => endpoints.add(listener),
      onEndpoints: (listener) => changes.add(listener),
      onPrivacy: (listener) => privacy.add(listener),
      onTransfer: (listener) => transfers.add(listener),
      onJobs: (listener) => jobs.add(listener),
    },
    window: {
      minimise: () => runtime.WindowMinimise(),
      toggleMaximise: () => runtime.WindowToggleMaximise(),
      quit: () => runtime.Quit(),
      platform: async () => (await runtime.Environment()).platform,
    },
  };
}
