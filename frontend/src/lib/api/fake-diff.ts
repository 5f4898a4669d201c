/** What the fake says about differences: by block and word as backend/diff, but much plainer. */
import type { ChangesView, ComparisonView, DiffBlockView, DiffPartView, DiffView, HistoryRowView, RunView } from './backend';

/** Blocks in step where they are equal; what stands between two equal ones is changed, added, removed or moved. */
export function diffOf(a: string, b: string): DiffView {
  const [lefts, rights] = [blocksOf(a), blocksOf(b)];
  const code = new Set([...lefts, ...rights].filter((block) => block.code).map((block) => block.text));
  const blocks = pairs(lefts.map((block) => block.text), rights.map((block) => block.text)).map(([left, right]): DiffBlockView => compare(left, right, code.has(left || right)));
  linkMoves(blocks);
  return { blocks, summary: summary(blocks, a, b) };
}

function compare(left: string, right: string, code: boolean): DiffBlockView {
  if (left === right) return { kind: 'same', a: [part(left)], b: [part(right)], code, movedTo: -1 };
  if (left === '') return { kind: 'added', a: [], b: [part(right, 'ins')], code, movedTo: -1 };
  if (right === '') return { kind: 'removed', a: [part(left, 'del')], b: [], code, movedTo: -1 };
  const words = pairs(left.split(/(?<=[\s(),])/), right.split(/(?<=[\s(),])/));
  const side = (at: 0 | 1, mark: 'del' | 'ins') => join(words.map((w) => part(w[at], w[0] === w[1] ? 'same' : mark)));
  return { kind: 'changed', a: side(0, 'del'), b: side(1, 'ins'), code, movedTo: -1 };
}

/** A block that went from one place to another is no loss and no gain. */
function linkMoves(blocks: DiffBlockView[]): void {
  blocks.forEach((gone, i) => {
    if (gone.kind !== 'removed' || (gone.a[0]?.text.trim().length ?? 0) < 12) return;
    const j = blocks.findIndex((block) => block.kind === 'added' && block.b[0]?.text.trim() === gone.a[0]?.text.trim());
    const came = blocks[j];
    if (came === undefined) return;
    Object.assign(gone, { kind: 'moved', a: [part(gone.a[0]!.text)], movedTo: j });
    Object.assign(came, { kind: 'moved', b: [part(came.b[0]!.text)], movedTo: i });
  });
}

function summary(blocks: DiffBlockView[], a: string, b: string): DiffView['summary'] {
  const count = (kind: string) => blocks.filter((block) => block.kind === kind).length;
  const kept = blocks.flatMap((block) => block.a).reduce((n, p) => n + (p.mark === 'same' ? p.text.length : 0), 0);
  return {
    same: count('same'), changed: count('changed'), added: count('added'), removed: count('removed'), moved: count('moved') / 2,
    similarity: a === b ? 1 : Math.min((2 * kept) / Math.max(1, a.length + b.length), 1), coarse: false,
  }; // prettier-ignore
}

/** Old against new by seat. */
export function changesOf(old: ComparisonView, now: ComparisonView): ChangesView {
  const newest = (view: ComparisonView) => view.runs.filter((run, i) => view.runs[i + 1]?.seat !== run.seat);
  const olds = newest(old);
  const seats = newest(now).map((run) => change(olds.find((o) => o.endpoint === run.endpoint && o.model === run.model), run));
  const prompt = old.prompt === now.prompt && old.system === now.system;
  return { oldId: old.id, newId: now.id, oldAtMs: old.startedAtMs, newAtMs: now.startedAtMs, prompt, seats };
}

function change(old: RunView | undefined, now: RunView): ChangesView['seats'][number] {
  const word = (pick: (run: RunView) => string) => {
    const [a, b] = [old ? pick(old) : '', pick(now)];
    return { old: a, new: b, changed: a !== '' && b !== '' && a !== b };
  };
  const number = (pick: (run: RunView) => number | null | undefined) => {
    const [a, b] = [(old && pick(old)) ?? null, pick(now) ?? null];
    return { old: a, new: b, delta: a === null || b === null ? null : b - a };
  };
  const tokens = (key: 'input' | 'output') => {
    const { delta } = number((run) => run.metrics[key]?.n);
    return { old: old?.metrics[key] ?? null, new: now.metrics[key], delta };
  };
  const none = { usd: null, source: 'unknown', atLeast: false, priceDate: '', priceSource: '', note: '' } as const;
  const cost = number((run) => (run.metrics.cost.usd === null ? null : Number(run.metrics.cost.usd)));
  const both = old !== undefined && old.answer !== '' && now.answer !== '';
  return {
    oldRunId: old?.id ?? '', newRunId: now.id, oldSeat: old?.seat ?? -1, newSeat: now.seat, endpoint: now.endpoint, model: now.model,
    notes: notes(old, now),
    sameText: both && old.answer === now.answer, similarity: both ? diffOf(old.answer, now.answer).summary.similarity : null,
    params: JSON.stringify(old?.params) === JSON.stringify(now.params), served: word((run) => run.resolvedModel),
    digest: word((run) => run.digest), status: word((run) => run.status), ttftMs: number((run) => run.metrics.ttftMs),
    totalMs: number((run) => run.metrics.totalMs), rate: number((run) => run.metrics.rate), input: tokens('input'), output: tokens('output'),
    cost: { old: old?.metrics.cost ?? none, new: now.metrics.cost, deltaUsd: cost.delta === null ? null : cost.delta.toFixed(12) },
  }; // prettier-ignore
}

function notes(old: RunView | undefined, now: RunView): string[] {
  if (old === undefined) return ['It was not asked then.'];
  const out = [];
  if (old.resolvedModel !== now.resolvedModel) out.push(`It is served by another model: ${old.resolvedModel} then, ${now.resolvedModel} now.`);
  if (old.digest !== now.digest) out.push(`The model's files are others: digest ${old.digest.slice(7, 19)} then, ${now.digest.slice(7, 19)} now.`);
  if (old.answer !== now.answer) out.push('The answers differ.');
  return out;
}

/** A comparison as a row of the list. */
export function rowOf(view: ComparisonView): HistoryRowView {
  const runs = view.runs.map(({ seat, endpoint, model, openness, place, status, metrics }) => ({
    seat, endpoint, model, openness, place, status, totalMs: metrics.totalMs, stars: 0,
  })); // prettier-ignore
  return {
    id: view.id, prompt: view.prompt, startedAtMs: view.startedAtMs, totalMs: Math.max(...runs.map((run) => run.totalMs ?? 0)),
    costUsd: null, demo: false, localOnly: view.localOnly, sensitive: view.sensitive, runs,
    blind: view.blind === 'open', favourite: false, tags: [], category: '', verdict: '', winners: [], answers: runs.length, hit: null,
    parentId: view.parentId, relation: view.relation, threadId: view.threadId,
  }; // prettier-ignore
}

/** Paragraphs, list items, headings and tables with the blank lines after them; code line by line. */
function blocksOf(text: string): { text: string; code: boolean }[] {
  const out: { text: string; code: boolean }[] = [];
  let fenced = false;
  let open = false; // the last block may go on
  for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    const fence = line.trimStart().startsWith('```');
    const last = out.at(-1);
    if (fenced || fence) out.push({ text: line, code: true });
    else if (last !== undefined && (line.trim() === '' || (open && !/^\s*(?:[-*+]|\d+[.)]|#+) /.test(line)))) last.text += line;
    else out.push({ text: line, code: false });
    if (fence) fenced = !fenced;
    open = !fenced && !fence && line.trim() !== '' && !line.startsWith('#');
  }
  return out;
}

const part = (text: string, mark: DiffPartView['mark'] = 'same'): DiffPartView => ({ text, mark });

function join(parts: DiffPartView[]): DiffPartView[] {
  const out: DiffPartView[] = [];
  for (const p of parts.filter((each) => each.text !== '')) {
    const last = out.at(-1);
    if (last?.mark === p.mark) last.text += p.text;
    else out.push(p);
  }
  return out;
}

/** Aligns two lists by their longest common subsequence; '' stands for what the other side lacks. */
function pairs(a: string[], b: string[]): [string, string][] {
  const common = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  const at = (i: number, j: number) => common[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    const row = common[i];
    for (let j = b.length - 1; row !== undefined && j >= 0; j--) {
      row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const out: [string, string][] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const [left, right] = [a[i], b[j]];
    const same = left === right;
    const takeA = left !== undefined && (same || right === undefined || at(i + 1, j) >= at(i, j + 1));
    const takeB = right !== undefined && (same || left === undefined || at(i + 1, j) <= at(i, j + 1));
    out.push([takeA ? left : '', takeB ? right : '']);
    i += takeA ? 1 : 0;
    j += takeB ? 1 : 0;
  }
  return out;
}
