/** The fake backend's library of prompts, and sets that ask its scripted voices row after row. */
import { variablesOf } from '../format/variables';
import type {
  EstimateView, LibraryBackend, RunView, SavedPromptView, SetCellsRow, SetHeadView, SetPlaceView, SetPreviewView, SetRequest, SetRowView,
  SetState, SetView, StartRequest, VariableView,
} from './backend'; // prettier-ignore
import { AppError } from './errors';
import { Listeners } from './events';

/** How the fake asks. */
export interface Asker {
  /** Starts a comparison and returns its id. */
  ask(request: StartRequest, place: SetPlaceView): string;
  /** The newest run of each seat; null while the comparison is blind. */
  runs(id: string): { run: RunView; stars: number }[] | null;
  live(id: string): boolean;
  stop(id: string): void;
  estimate(request: StartRequest): Promise<EstimateView>;
}

interface FakeRow {
  cells: SetCellsRow;
  comparisonId: string;
  ended: boolean;
}

interface FakeSet {
  id: string;
  name: string;
  request: StartRequest;
  columns: string[];
  state: SetState;
  reason: string;
  createdAtMs: number;
  rows: FakeRow[];
  held: boolean;
  deleted: boolean;
}

const LOOK_MS = 50;

export class FakeSets {
  /** What the dialog for a table returns. */
  table = { name: 'capitals.csv', text: 'country,language\nNorway,English\nSwitzerland,Deutsch\nJapan,English\n' };
  /** Names of files that were written. */
  readonly written: string[] = [];
  #asker: Asker;
  #prompts: SavedPromptView[] = [];
  #sets: FakeSet[] = [];
  #changes = new Listeners<SetHeadView>();
  #nextId = 0;

  constructor(asker: Asker, stocked: boolean) {
    this.#asker = asker;
    if (!stocked) return;
    const at = Date.UTC(2026, 10, 23, 9);
    const texts: [SavedPromptView['kind'], string, string, string, string[]][] = [
      ['prompt', 'Retry policy', '', 'Design a retry policy for a flaky {{api}} called from our checkout page: the backoff formula with jitter, a table of delays for {{tries}} tries, a short Python function, and the two mistakes teams make most.', ['payments']],
      ['prompt', 'Capital city', 'Answer in {{language}}.', 'Which city is the capital of {{country}}? One sentence.', ['geography']],
      ['prompt', 'Review a diff', 'You are a senior reviewer.', 'Review this change. Name each risk with its line.', []],
      ['system', 'Backend engineer', 'You are a senior backend engineer. Be brief. Use tables where they help.', '', []],
      ['system', 'Plain words', 'Answer in plain words, for a reader without background.', '', []],
    ];
    this.#prompts = texts.map(([kind, name, system, user, tags], i) => ({ id: `saved-${i}`, kind, name, system, user, tags, updatedAtMs: at - i * 3_600_000 }));
  }

  prompts: LibraryBackend['prompts'] = {
    list: async (kind) => structuredClone(this.#prompts.filter((p) => p.kind === kind).sort((a, b) => b.updatedAtMs - a.updatedAtMs)),
    save: async (prompt) => {
      const name = prompt.name.trim().replace(/\s+/g, ' ');
      if (name === '') throw invalid('The name is empty. Type one.');
      if (this.#prompts.some((p) => p.kind === prompt.kind && p.name === name && p.id !== prompt.id)) {
        throw invalid('There is one of this name already. Choose another name, or delete that one first.');
      }
      const saved = { ...prompt, name, id: prompt.id === '' ? `saved-${this.#prompts.length}-new` : prompt.id, updatedAtMs: Date.now() };
      this.#prompts = [...this.#prompts.filter((p) => p.id !== saved.id), saved];
      return structuredClone(saved);
    },
    delete: async (id) => void (this.#prompts = this.#prompts.filter((p) => p.id !== id)),
  };

  sets: LibraryBackend['sets'] = {
    look: (request) => this.#look(request),
    start: async (request) => {
      const look = await this.#look(request);
      if (look.problem !== '') throw invalid(look.problem);
      const set: FakeSet = {
        id: `set-${++this.#nextId}`, name: request.name || titleOf(request.request.prompt), request: request.request, columns: look.columns,
        state: 'ready', reason: '', createdAtMs: Date.now(), held: false, deleted: false,
        rows: tableOf(request.table).rows.map((cells) => ({ cells, comparisonId: '', ended: false })),
      }; // prettier-ignore
      this.#sets.unshift(set);
      this.#go(set);
      return this.#view(set);
    },
    run: async (id) => {
      const set = this.#find(id);
      if (set.state === 'running') throw invalid('This set is being run already. Wait for it, or pause it.');
      this.#go(set);
    },
    pause: async (id) => void (this.#find(id).held = true),
    stop: async (id) => {
      const set = this.#find(id);
      set.held = true;
      const going = set.rows.find((row) => row.comparisonId !== '' && !row.ended);
      if (going) this.#asker.stop(going.comparisonId);
    },
    list: async () => this.#sets.filter((set) => !set.deleted).map((set) => headOf(set)),
    get: async (id) => this.#view(this.#find(id)),
    rows: async (id, rows) => this.#view(this.#find(id)).rows.filter((row) => rows.includes(row.row)),
    rename: async (id, name) => void (this.#find(id).name = name.trim()),
    delete: async (id) => {
      if (this.#find(id).state === 'running') throw invalid('This set runs, or is gone already. Pause it first, then delete it.');
      this.#find(id).deleted = true;
    },
    undelete: async (id) => void (this.#find(id).deleted = false),
    pickTable: async () => this.table,
    export: async () => {
      this.written.push('bakeoff-set-2026-11-24.csv');
      return { name: 'bakeoff-set-2026-11-24.csv', comparisons: 3, bytes: 2048, left: '' };
    },
    onChange: (listener) => this.#changes.add(listener),
  };

  /** The row that a comparison asks. */
  placeOf(comparison: string): SetPlaceView | null {
    for (const set of this.#sets) {
      const row = set.rows.findIndex((r) => r.comparisonId === comparison);
      if (row >= 0 && !set.deleted) return { setId: set.id, name: set.name, row };
    }
    return null;
  }

  /** The comparisons of a set. */
  comparisonsOf(id: string): string[] {
    return this.#sets.find((set) => set.id === id)?.rows.map((row) => row.comparisonId) ?? [];
  }

  #find(id: string): FakeSet {
    const set = this.#sets.find((s) => s.id === id);
    if (set === undefined) throw new AppError({ code: 'not_found', message: 'There is no such prompt set. `bakeoff sets` lists them.' });
    return set;
  }

  #go(set: FakeSet): void {
    Object.assign(set, { state: 'running', reason: '', held: false });
    this.#next(set);
    const timer = setInterval(() => {
      const going = set.rows.find((row) => row.comparisonId !== '' && !row.ended);
      if (going && this.#asker.live(going.comparisonId)) return;
      if (going) going.ended = true;
      if (set.held || set.rows.every((row) => row.ended)) {
        set.state = set.rows.every((row) => row.ended) ? 'done' : 'paused';
        clearInterval(timer);
        this.#changes.emit(headOf(set));
      } else this.#next(set);
    }, LOOK_MS);
  }

  #next(set: FakeSet): void {
    const at = set.rows.findIndex((row) => !row.ended);
    const row = set.rows[at];
    if (row === undefined) return;
    const variables = set.columns.map((name, i) => ({ name, value: row.cells.values[i] ?? '' }));
    row.comparisonId = this.#asker.ask(filled(set.request, variables), { setId: set.id, name: set.name, row: at });
    this.#changes.emit(headOf(set));
  }

  async #look({ table, request }: SetRequest): Promise<SetPreviewView> {
    const variables = variablesOf(request.system, request.prompt);
    const { columns, rows, separator, problem } = tableOf(table);
    const unknown = variables.filter((name) => !columns.includes(name));
    const lacks = (row: SetCellsRow) => variables.some((name) => (row.values[columns.indexOf(name)] ?? '').trim() === '');
    const empty = unknown.length > 0 ? [] : rows.filter(lacks).map((row) => row.line);
    const why = whyNot(problem, variables, columns, unknown, empty);
    const one = why === '' ? await this.#asker.estimate(request) : null;
    return {
      problem: why, variables, columns, unused: columns.filter((name) => !variables.includes(name)), separator, rows: rows.slice(0, 100), total: rows.length, empty,
      estimate: one && { ...one, entries: one.entries.map((e) => ({ ...e, expectedUsd: times(e.expectedUsd, rows.length) })), expectedUsd: times(one.expectedUsd, rows.length) ?? '0' },
      question: '', warning: '',
    }; // prettier-ignore
  }

  #view(set: FakeSet): SetView {
    const rows = set.rows.map((row, i): SetRowView => {
      const runs = row.comparisonId === '' ? [] : this.#asker.runs(row.comparisonId);
      return {
        row: i, line: row.cells.line, values: row.cells.values, comparisonId: row.comparisonId, ended: row.ended, gone: false, blind: runs === null,
        runs: (runs ?? []).map(({ run, stars }) => ({
          runId: run.id, seat: run.seat, status: run.status, totalMs: run.metrics.totalMs, cost: run.metrics.cost, stars, answer: run.answer.slice(0, 200), error: run.error?.message ?? '',
        })),
      }; // prettier-ignore
    });
    const { system, prompt, blind, localOnly, lineup } = set.request;
    const known = !blind || rows.some((row) => row.runs.length > 0);
    return { head: headOf(set), system, prompt, columns: set.columns, lineup: known ? lineup : [], blind, localOnly, sensitive: false, rows };
  }
}

function headOf(set: FakeSet): SetHeadView {
  const at = set.rows.findIndex((row) => row.comparisonId !== '' && !row.ended);
  const running = set.state === 'running';
  return {
    id: set.id, name: set.name, state: set.state, reason: set.reason, code: '', rows: set.rows.length, ended: set.rows.filter((row) => row.ended).length,
    row: running ? at : -1, comparisonId: running ? (set.rows[at]?.comparisonId ?? '') : '', createdAtMs: set.createdAtMs, models: set.request.lineup.length,
  }; // prettier-ignore
}

function whyNot(problem: string, variables: string[], columns: string[], unknown: string[], empty: number[]): string {
  if (problem !== '') return problem;
  if (variables.length === 0) return `The prompt has no variable, so every row would ask the same. Write {{${columns[0] ?? ''}}} where the value of a column belongs.`;
  if (unknown.length > 0) {
    return `The table has no column for ${unknown.map((name) => `{{${name}}}`).join(', ')}. Its columns are ${columns.join(', ')}. Rename a column or the variable: they differ by case.`;
  }
  const rows = empty.length === 1 ? '1 row has' : `${empty.length} rows have`;
  return empty.length === 0 ? '' : `${rows} no value for a variable of the prompt: line ${empty.slice(0, 5).join(', ')}. Fill the cell in or remove the row.`;
}

function invalid(message: string): AppError {
  return new AppError({ code: 'invalid', message });
}

function titleOf(prompt: string): string {
  const [line = ''] = prompt.trim().split('\n');
  return line.length > 60 ? `${line.slice(0, 60).trim()}…` : line;
}

function times(usd: string | null, n: number): string | null {
  return usd === null ? null : (Number(usd) * n).toFixed(4);
}

/** A request with the values of its variables in it. */
export function filled(request: StartRequest, variables: readonly VariableView[]): StartRequest {
  const fill = (text: string) =>
    text.replace(/\\?\{\{[ \t]*([\p{L}\p{N}_]+(?:[ \t]+[\p{L}\p{N}_]+)*)[ \t]*\}\}/gu, (all: string, name: string) =>
      all.startsWith('\\') ? all.slice(1) : (variables.find((v) => v.name === name.split(/[ \t]+/).join(' '))?.value ?? all),
    );
  return { ...request, prompt: fill(request.prompt), system: fill(request.system), template: false, variables: [] };
}

interface FakeTable {
  columns: string[];
  rows: SetCellsRow[];
  separator: string;
  problem: string;
}

/** A small reader: quotes, line breaks in quotes, ragged rows. Go's knows more. */
function tableOf(text: string): FakeTable {
  const [first = ''] = text.trim().split('\n');
  const separator = [',', ';', '\t'].sort((a, b) => first.split(b).length - first.split(a).length)[0] ?? ',';
  const records: SetCellsRow[] = [];
  let values: string[] = [''];
  let [line, begin, quoted] = [1, 1, false];
  for (const [i, sign] of [...`${text}\n`].entries()) {
    const last = values.length - 1;
    if (sign === '"') quoted = !quoted;
    else if (sign === separator && !quoted) values.push('');
    else if (sign === '\n' && (!quoted || i === text.length)) {
      if (values.some((cell) => cell.trim() !== '')) records.push({ line: begin, values });
      values = [''];
      begin = line + 1;
    } else if (sign !== '\r') values[last] += sign;
    if (sign === '\n') line++;
  }
  const [head, ...rows] = records;
  const nothing = { columns: [], rows: [], separator: '', problem: '' };
  if (head === undefined) return { ...nothing, problem: 'The table is empty. Its first line names the columns, such as city,country, and each line after it is a row.' };
  if (rows.length === 0) return { ...nothing, problem: 'The table has its head and no row. Add a line for each time the prompt is to be asked.' };
  const ragged = rows.find((row) => row.values.length !== head.values.length);
  if (ragged) {
    const cells = ragged.values.length === 1 ? '1 cell' : `${ragged.values.length} cells`;
    return { ...nothing, problem: `Line ${ragged.line} has ${cells}, and the head has ${head.values.length}. Correct the line; a cell that holds a separator is written in quotes.` };
  }
  return { columns: head.values.map((name) => name.trim()), rows, separator, problem: '' };
}
