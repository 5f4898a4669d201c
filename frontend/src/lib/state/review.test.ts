import { describe, expect, it, vi } from 'vitest';

import { AppError } from '../api';
import { FakeBackend } from '../api/fake';
import { found } from '../format/verdict';
import { Comparison } from './comparison.svelte';
import { Review } from './review.svelte';

async function open(scene: string) {
  const backend = new FakeBackend(scene);
  const comparison = new Comparison(backend);
  const review = new Review(backend, comparison);
  await comparison.open(backend.stage(scene));
  return { backend, comparison, review };
}

/** Everything that the page has been told about a comparison. */
const told = (comparison: Comparison) => JSON.stringify([comparison.view, comparison.newest.map((run) => [run.view, run.reasoning, run.pace])]);

const NAMES = /llama|scout|deepseek|gpt|claude|opus|openai|anthropic|ollama|api\.|127\.0|sha256|\$?0\.0\d/i;

describe('ratings', () => {
  it('show at once; the same star again takes them back', async () => {
    const { comparison, review, backend } = await open('finished');
    const [run] = comparison.newest;
    const saved = review.rate(run!, 4);
    expect(review.of(run!).stars).toBe(4);
    await saved;
    await review.rate(run!, 4);
    expect(review.of(run!).stars).toBe(0);
    expect((await backend.comparisons.get(comparison.id)).review.answers[0]!.stars).toBe(0);
  });

  it('are taken back when they could not be saved, with the reason', async () => {
    const { comparison, review, backend } = await open('rated');
    vi.spyOn(backend.ratings, 'rate').mockRejectedValue(new AppError({ code: 'internal', message: 'The disk is full.' }));
    await review.rate(comparison.newest[0]!, 1);
    expect(review.of(comparison.newest[0]!).stars).toBe(3);
    expect(review.problem?.message).toBe('The disk is full.');
  });

  it('mark the most liked answer only where that says something', async () => {
    const { comparison, review } = await open('finished');
    const [a, b] = comparison.newest;
    await review.rate(a!, 5);
    expect(review.mostLiked.size).toBe(0); // one rating has no rival
    await review.rate(b!, 5);
    expect(review.mostLiked.size).toBe(0); // and a mark that all have says nothing
    await review.rate(b!, 3);
    expect([...review.mostLiked]).toEqual([a!.id]);
  });

  it('keep reasons and note apart', async () => {
    const { comparison, review } = await open('finished');
    const [run] = comparison.newest;
    await review.say(run!, { reasons: ['clear'] });
    await review.say(run!, { note: 'short' });
    expect(review.of(run!)).toEqual({ runId: run!.id, stars: 0, reasons: ['clear'], note: 'short' });
  });
});

describe('a verdict', () => {
  it('ranks what ended well, leaves the others out, and can be about some by choice', async () => {
    const { comparison, review } = await open('trouble');
    const [done, failed, stopped] = comparison.newest;
    expect(review.voters).toEqual([done]);
    review.count(stopped!, true);
    expect(review.voters).toEqual([done, stopped]);
    expect(review.verdictOf('best', [[done!]]).standings.map((s) => s.rank)).toEqual([1, 0, 2, 0]);
    expect(review.verdictOf('none', []).standings.every((s) => s.rank === 0)).toBe(true);
    expect(review.counts(failed!)).toBe(false);
  });

  it('is an order, begun from the stars, and is one again where it is changed', async () => {
    const { comparison, review } = await open('finished');
    const [a, b, c, d] = comparison.newest;
    expect(review.order()).toEqual([]);
    for (const [run, stars] of [[b!, 5], [a!, 3], [c!, 3]] as const) await review.rate(run, stars);
    expect(review.order()).toEqual([[b], [a, c]]);
    const view = await review.judge(review.verdictOf('ranked', [[d!], [a!, b!]]));
    expect(review.verdict?.standings.map((s) => s.rank)).toEqual([2, 2, 0, 1]);
    expect([[...review.winners], review.ranks.get(b!.id), review.ranks.get(c!.id)]).toEqual([[d!.id], 2, undefined]);
    expect(review.order()).toEqual([[d], [a, b]]);
    expect(found({ verdict: review.verdict!, runs: view!.runs, letters: [] })).toBe('Ranked: claude-opus-4, then llama4:scout and deepseek-r1:14b.');
  });

  it('can be changed and taken back', async () => {
    const { comparison, review } = await open('finished');
    const [a, b] = comparison.newest;
    await review.judge(review.verdictOf('best', [[a!]]));
    expect([...review.winners]).toEqual([a!.id]);
    await review.judge(review.verdictOf('tie', [[a!, b!]]));
    expect([...review.winners]).toEqual([a!.id, b!.id]);
    await review.withdraw();
    expect(review.verdict).toBeNull();
  });
});

describe('a blind comparison', () => {
  it('tells nothing but letters and answers before the vote, and all of it after', async () => {
    const { comparison, review } = await open('blind');
    expect(told(comparison)).not.toMatch(NAMES);
    expect(comparison.newest.map((run) => comparison.nameOf(run))).toEqual(['Model A', 'Model B', 'Model C', 'Model D']);
    await review.judge(review.verdictOf('best', [[comparison.newest[2]!]]));
    expect(told(comparison)).toMatch(NAMES);
    expect(comparison.seats.map((seat) => seat.letter)).toEqual(['A', 'B', 'C', 'D']);
    expect(comparison.newest.map((run) => run.view.model)).toEqual(['claude-opus-4', 'llama4:scout', 'deepseek-r1:14b', 'gpt-5']);
    expect(review.fresh?.blind).toBe(true);
  });

  it('keeps its panes through the reveal and its undoing: nothing moves', async () => {
    const { comparison, review } = await open('blind');
    const panes = [...comparison.newest];
    await review.rate(panes[1]!, 4);
    await review.judge(review.verdictOf('best', [[panes[0]!]]));
    expect(comparison.newest).toEqual(panes);
    expect(review.of(panes[1]!).stars).toBe(4);
    await review.withdraw();
    expect(comparison.veiled).toBe(true);
    expect(comparison.newest).toEqual(panes);
    expect(told(comparison)).not.toMatch(NAMES);
  });

  it('holds every answer until the last one is there', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'performance', 'Date', 'setTimeout', 'requestAnimationFrame'] });
    const backend = new FakeBackend('two');
    const comparison = new Comparison(backend);
    comparison.renew();
    await comparison.start({ ...requestOf(backend), blind: true });
    const seen: string[] = [];
    for (let i = 0; i < 60 && comparison.live; i++) {
      await vi.advanceTimersByTimeAsync(500);
      seen.push(comparison.newest.map((run) => (run.hasAnswer ? 'x' : '-')).join(''));
      expect(told(comparison)).not.toMatch(NAMES);
    }
    vi.useRealTimers();
    expect(comparison.live).toBe(false);
    expect(new Set(seen)).toEqual(new Set(['--', 'xx']));
  });

  it('is refused what would tell who it is', async () => {
    const { comparison, backend } = await open('blind');
    await comparison.retry('A');
    expect(comparison.problem?.code).toBe('not_found');
    await comparison.regenerate();
    expect(comparison.problem?.message).toBe('Vote or reveal first.');
    await expect(backend.comparisons.request(`${comparison.id}-0-1`)).rejects.toThrow('Vote or reveal first.');
    await expect(backend.ratings.rate(comparison.id, `${comparison.id}-0-1`, 3)).rejects.toThrow('not part of the comparison');
  });

  it('can be revealed without a vote', async () => {
    const { comparison, review } = await open('blind');
    await review.reveal();
    expect(comparison.blind).toBe('revealed');
    expect(review.verdict).toBeNull();
    expect(review.fresh).toBeNull();
  });
});

function requestOf(backend: FakeBackend) {
  const { lineup, lanes, warmUp, localOnly, system } = backend.saved;
  const alone = { parentId: '', relation: '', baseRunId: '' } as const;
  return { system, prompt: 'Why?', attachments: [], lineup, lanes, warmUp, localOnly, sensitive: false, unmark: false, confirmed: false, template: false, variables: [], ...alone };
}
