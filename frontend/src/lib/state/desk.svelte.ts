import type { AppError, Backend, ChangesView, ChangeView, ComparisonView, LinkView, ModelView, ReceiptView, VerdictKind } from '../api';
import { dollars, total } from '../format/money';
import { found } from '../format/verdict';
import { Again } from './again.svelte';
import { Beside } from './beside.svelte';
import { Budget } from './budget.svelte';
import { Comparison } from './comparison.svelte';
import { Difference, type Side, sidesShown } from './difference.svelte';
import { Draft } from './draft.svelte';
import { Estimate } from './estimate.svelte';
import { Family } from './family.svelte';
import { History } from './history.svelte';
import { Library } from './library.svelte';
import { Locals } from './locals.svelte';
import { Lineup } from './lineup.svelte';
import { Models } from './models.svelte';
import { Prices } from './prices.svelte';
import { Palette } from './palette.svelte';
import { Privacy } from './privacy.svelte';
import { Prospects } from './prospects.svelte';
import { Rated } from './rated.svelte';
import { Queue } from './queue.svelte';
import { type Places, Review, UNDO_MS } from './review.svelte';
import type { Run } from './run.svelte';
import { RunningSetting } from './running.svelte';
import { SavedLineups } from './saved-lineups.svelte';
import { SetDraft } from './set-draft.svelte';
import { Sets } from './sets.svelte';
import { Settings } from './settings.svelte';
import { Setup } from './setup.svelte';
import { Toasts } from './toasts.svelte';
import { Transfer } from './transfer.svelte';

/** What the shell has in its hands: its classes, put together once, and the few verbs that concern several of them. */
export class Desk {
  readonly settings: Settings;
  readonly privacy: Privacy;
  readonly models: Models;
  readonly prices: Prices;
  readonly lineup: Lineup;
  readonly lineups: SavedLineups;
  readonly rated: Rated;
  readonly palette: Palette;
  readonly draft: Draft;
  readonly history: History;
  readonly comparison: Comparison;
  readonly review: Review;
  readonly queue: Queue;
  readonly difference: Difference;
  readonly transfer: Transfer;
  readonly again: Again;
  readonly family: Family;
  readonly beside: Beside;
  readonly setup: Setup;
  readonly locals: Locals;
  readonly budget: Budget;
  readonly running: RunningSetting;
  readonly estimate: Estimate;
  readonly prospects: Prospects;
  readonly prompts: Library;
  readonly systems: Library;
  readonly sets: Sets;
  readonly setDraft: SetDraft;
  readonly toasts = new Toasts();

  version = $state('');
  platform = $state('');
  /** What the user must know about the history: it was damaged, or cannot be opened. */
  notice = $state('');
  /** A link of an answer that waits for a yes. */
  link = $state.raw<LinkView | null>(null);
  /** It is one of the program's own lists, not of an answer. */
  linkOwn = $state(false);
  /** What a comparison sent where, while it is shown. */
  receipt = $state.raw<ReceiptView[] | null>(null);
  /** Why the draft is not run before the user says yes to its cost. */
  question = $state('');
  /** What else is above the cap for one comparison and waits for a yes: a rerun, a retry, all again. */
  dear = $state.raw<{ message: string; go: () => void } | null>(null);
  /** The answers under way that Local only would stop, while the user is asked. */
  leaving = $state.raw<Run[]>([]);

  readonly mac = $derived(this.platform === 'darwin');
  /** The first page is shown until a lineup was chosen once. Settings that cannot be read are no first run. */
  readonly firstRun = $derived.by(() => this.settings.loaded && !this.settings.view.onboarded);
  #backend: Backend;
  /** What a second press would do. */
  #asked = '';
  /** The vote that can still be undone: its comparison, and until when (Date.now()). */
  #voted = { id: '', untilMs: 0 };

  constructor(backend: Backend) {
    this.#backend = backend;
    this.settings = new Settings(backend);
    this.privacy = new Privacy(backend, this.settings);
    this.models = new Models(backend);
    this.prices = new Prices(backend);
    this.lineup = new Lineup(this.settings, this.models);
    this.rated = new Rated(backend);
    this.lineups = new SavedLineups(backend, this.lineup, this.settings, this.models, this.toasts);
    this.palette = new Palette(backend, this.models, this.lineups);
    this.draft = new Draft(backend, this.settings, this.lineup);
    this.estimate = new Estimate(backend, this.draft, this.lineup);
    this.prospects = new Prospects(backend, this.draft, this.lineup);
    this.budget = new Budget(backend);
    this.running = new RunningSetting(backend);
    this.prompts = new Library(backend, this.toasts, 'prompt');
    this.systems = new Library(backend, this.toasts, 'system');
    this.sets = new Sets(backend, this.toasts);
    this.setDraft = new SetDraft(backend, this.draft);
    this.setup = new Setup(backend, this.models, this.toasts);
    this.locals = new Locals(backend, this.toasts);
    this.history = new History(backend);
    this.comparison = new Comparison(backend);
    this.review = new Review(backend, this.comparison);
    this.transfer = new Transfer(backend, this.toasts, () => {
      void this.history.refresh();
      void this.queue.count();
    });
    this.queue = new Queue(backend, this.comparison);
    this.difference = new Difference(backend);
    this.again = new Again(backend, this);
    this.family = new Family(backend, this.comparison);
    this.beside = new Beside(backend);
  }

  get window(): Backend['window'] {
    return this.#backend.window;
  }

  /** Reads what the window needs to show its first page. Each part fails alone. */
  async open(): Promise<void> {
    const { desktop, window } = this.#backend;
    await Promise.all([
      this.settings.load().then(() => this.lineup.restore()),
      this.privacy.load(),
      this.models.load(),
      this.lineups.load(),
      this.#tell(async () => void (this.platform = await window.platform())),
      this.#tell(async () => void (this.version = await desktop.version())),
      this.#tell(async () => void (this.notice = await desktop.notice())),
    ]);
    await this.#offerUnlock();
  }

  /** Takes over what a command has set up while this window was in the background. */
  async reread(): Promise<void> {
    await this.#tell(() => this.#backend.endpoints.reread());
  }

  /** Offers to unlock the file of keys when a model of the lineup waits for its key. Without need no keychain is asked. */
  async #offerUnlock(): Promise<void> {
    if (!this.lineup.seats.some((seat) => seat.state === 'keyless' && seat.endpoint?.locked)) return;
    await this.setup.look();
    if (!this.setup.keys?.locked || !this.setup.keys.fileExists) return;
    this.toasts.show('The file of keys is locked.', { ms: 20_000, action: { label: 'Unlock', run: () => this.setup.open({ kind: 'unlock' }) } });
  }

  /** Ends the first run with a lineup. */
  begin(lineup: { endpoint: string; model: string }[]): void {
    this.lineup.replace(lineup);
    this.settings.change({ onboarded: true });
  }

  /** Adds a model to the lineup and says so: the lineup may be out of sight. */
  addModel(model: ModelView): void {
    const key = this.lineup.add({ endpoint: model.endpoint, model: model.id });
    this.toasts.show(`${model.name} is in the lineup.`, { ms: 5000, action: { label: 'Undo', run: () => this.lineup.remove(key) } });
  }

  /** Switches Local only. What is on its way from a provider is not stopped without a question. */
  setLocalOnly(localOnly: boolean): void {
    this.leaving = localOnly ? this.comparison.newest.filter((run) => !run.ended && run.view.place === 'cloud') : [];
    if (this.leaving.length === 0) void this.#turn(localOnly);
  }

  async #turn(localOnly: boolean): Promise<void> {
    if (!(await this.privacy.set(localOnly)) && this.privacy.problem) this.fail(this.privacy.problem);
  }

  /** The answer to that question: stops them, then locks. Those that have ended meanwhile need no stop. */
  async stopLeaving(): Promise<void> {
    const runs = this.leaving.filter((run) => !run.ended);
    this.leaving = [];
    await this.#turn(true);
    await Promise.all(runs.map((run) => this.comparison.stopRun(run.id)));
  }

  /** Asks Go about a link of an answer, and then the user. */
  async askLink(url: string): Promise<void> {
    this.linkOwn = false;
    await this.#tell(async () => void (this.link = await this.#backend.desktop.checkLink(url)));
  }

  /** Asks before it opens the page that a price is from. */
  async askSource(source: string): Promise<void> {
    await this.askLink(/^https?:/.test(source) ? source : `https://${source}`);
    this.linkOwn = true;
  }

  /** Shows what a comparison sent where. While it is blind Go refuses, with its sentence. */
  async openReceipt(id: string): Promise<void> {
    await this.#tell(async () => void (this.receipt = await this.#backend.comparisons.receipt(id)));
  }

  async openLink(): Promise<void> {
    const link = this.link;
    this.link = null;
    if (link !== null) await this.#tell(() => this.#backend.desktop.openLink(link.url));
  }

  async copy(text: string, what: string): Promise<void> {
    await this.#tell(async () => {
      await this.#backend.desktop.copy(text);
      this.toasts.show(`${what} copied.`, { ms: 2500 });
    });
  }

  /** Asks an answer, or without an id all of them, once more. What it costs is asked about when it is above the cap. */
  async attempt(runId?: string, confirmed = false): Promise<void> {
    const { comparison } = this;
    this.dear = null;
    if (runId === undefined) await comparison.regenerate(confirmed);
    else await comparison.retry(runId, confirmed);
    this.askCost(comparison.problem, () => void this.attempt(runId, true));
  }

  /** Asks whether to go on with what was refused for its cost alone. True when that is the question. */
  askCost(problem: AppError | null, go: () => void): boolean {
    this.dear = problem?.code === 'unconfirmed' ? { message: problem.message, go } : null;
    if (this.dear !== null) this.comparison.problem = null; // it is asked, not told
    return this.dear !== null;
  }

  /** Deletes comparisons from the history, with eight seconds to undo it. */
  async delete(ids: readonly string[]): Promise<void> {
    const undo = await this.history.remove(ids);
    const what = ids.length === 1 ? 'Comparison' : `${ids.length.toLocaleString('en-US')} comparisons`;
    if (undo !== null) this.toasts.show(`${what} deleted.`, { action: { label: 'Undo', run: () => void undo() } });
  }

  /** Commits a verdict. In the queue the next comparison comes at once. A vote that revealed something can be undone. */
  async vote(kind: VerdictKind, places: Places): Promise<void> {
    const { queue, review } = this;
    const revealing = this.comparison.veiled;
    const verdict = review.verdictOf(kind, places);
    const view = queue.active ? await queue.vote(verdict) : await review.judge(verdict);
    const problem = queue.active ? queue.problem : review.problem;
    if (view === null) return problem === null ? undefined : this.fail(problem);
    this.#voted = { id: view.id, untilMs: Date.now() + UNDO_MS };
    if (revealing || queue.active) {
      this.toasts.show(sentence(view), { ms: UNDO_MS, action: { label: 'Undo', run: () => void this.undoVote() } });
    }
    void queue.count();
  }

  /** Picks the best answer; the one that is it already is it no more. */
  async best(run: Run): Promise<void> {
    const { review } = this;
    if (review.verdict?.kind === 'best' && review.winners.has(run.id)) await this.withdraw();
    else await this.vote('best', [[run]]);
  }

  async withdraw(): Promise<void> {
    await this.review.withdraw();
    if (this.review.problem !== null) this.fail(this.review.problem);
    void this.queue.count();
  }

  /** Takes the newest vote back while that is possible. What it revealed is blind again. */
  async undoVote(): Promise<void> {
    const { id, untilMs } = this.#voted;
    if (Date.now() > untilMs) return;
    this.#voted = { id: '', untilMs: 0 };
    this.toasts.dismiss();
    await this.#tell(async () => {
      const view = await this.#backend.ratings.withdraw(id);
      if (this.queue.active) this.queue.back(view);
      else this.comparison.show(view);
    });
    void this.queue.count();
  }

  /** Sets an answer beside the best one, or beside the next when it is the best itself or none was chosen. */
  async openDifference(run: Run): Promise<void> {
    const { comparison, review, difference } = this;
    const sides = sidesShown(comparison);
    const at = Math.max(comparison.newest.filter((r) => r.ended && r.hasAnswer).indexOf(run), 0);
    const left = sides[at];
    const right = sides.find((side) => side !== left && review.winners.has(side.ref)) ?? sides[(at + 1) % sides.length];
    if (left === undefined || right === undefined || left === right) return this.toasts.show('There is no second answer to set beside it.');
    await Promise.all([difference.show(left, right, sides), comparison.veiled || difference.learn(comparison.id)]);
  }

  /** Sets the new answer of a model beside its old one. */
  async openChange(changes: ChangesView, change: ChangeView): Promise<void> {
    const known = this.comparison.newest.find((run) => run.id === change.newRunId) ?? this.beside.pairs.find((pair) => pair.change === change)?.now;
    const { openness = 'unknown', place = '' } = known?.view ?? {};
    const common = { name: change.model, openness, place };
    const left: Side = { ...common, ref: change.oldRunId, comparisonId: changes.oldId, seat: change.oldSeat, atMs: changes.oldAtMs };
    const right: Side = { ...common, ref: change.newRunId, comparisonId: changes.newId, seat: change.newSeat, atMs: changes.newAtMs };
    const choices = this.comparison.id === changes.newId ? sidesShown(this.comparison) : [left, right];
    await Promise.all([this.difference.show(left, right, choices), this.difference.learn(changes.newId)]);
  }

  /**
   * Does what a key alone has asked for and what costs money: at the second press, or by the button of the question. What
   * ran here, or cost nothing the last time, is done at once.
   */
  costly(what: string, runs: readonly Run[], go: () => void): void {
    // With Local only on, what would leave is refused or asked about elsewhere.
    const paid = this.settings.view.localOnly ? [] : runs.filter((run) => run.view.place === 'cloud' && Number(run.metrics.cost.usd ?? 1) !== 0);
    const key = `${what} ${runs.map((run) => run.id).join(' ')}`;
    const again = this.#asked === key && this.toasts.current !== null;
    this.#asked = key;
    if (again) this.toasts.dismiss();
    if (again || paid.length === 0) return go();
    const cost = total(paid.map((run) => run.metrics.cost.usd));
    const before = cost === null ? 'What it costs is not known.' : `It cost ${dollars(cost)} the last time.`;
    this.toasts.show(`${what} again? ${before} Press the key once more.`, { action: { label: 'Run', run: go } });
  }

  /** Shows the sentence of an error that belongs to no place on the screen. */
  fail(error: AppError): void {
    this.toasts.show(error.message, { tone: 'bad' });
  }

  async #tell(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.fail(error as AppError);
    }
  }
}

/** What a vote found, as one sentence. */
function sentence(view: ComparisonView): string {
  const { verdict } = view.review;
  const newest = view.runs.filter((run, i) => view.runs[i + 1]?.seat !== run.seat);
  return verdict === null ? 'Your vote is kept.' : found({ verdict, runs: newest, letters: view.letters });
}
