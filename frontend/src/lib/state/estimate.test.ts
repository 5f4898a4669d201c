import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { EstimateView } from '../api';
import { FakeBackend } from '../api/fake';
import { Desk } from './desk.svelte';

async function opened() {
  const backend = new FakeBackend('finished');
  const desk = new Desk(backend);
  await desk.open();
  desk.draft.text = 'Why?';
  return { backend, desk };
}

describe('the estimate', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is asked for once, a moment after the last change', async () => {
    const { backend, desk } = await opened();
    const asked = vi.spyOn(backend.budgets, 'estimate');
    for (let i = 0; i < 5; i++) desk.estimate.touch();
    expect(asked).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(300);
    expect(asked).toHaveBeenCalledTimes(1);
    expect(desk.estimate.value?.names).toHaveLength(4);
  });

  it('drops a reply about an older draft, and is gone with the prompt', async () => {
    const { backend, desk } = await opened();
    let reply: (view: EstimateView) => void = () => undefined;
    backend.budgets.estimate = () => new Promise((resolve) => (reply = resolve));
    desk.estimate.touch();
    await vi.advanceTimersByTimeAsync(300);
    desk.draft.text = '';
    desk.estimate.touch();
    reply({ entries: [], expectedUsd: '9', worstUsd: '9', unknown: 0, worstUnknown: 0 });
    await vi.advanceTimersByTimeAsync(300);
    expect(desk.estimate.value).toBeNull();
  });
});

describe('the budget', () => {
  it('keeps a changed cap, and says what was refused', async () => {
    const { backend, desk } = await opened();
    await desk.budget.load();
    await desk.budget.setCap('monthUsd', '20');
    expect(desk.budget.view?.caps.monthUsd).toBe('20');
    const again = vi.spyOn(backend.budgets, 'setCaps');
    await desk.budget.setCap('monthUsd', '20');
    expect(again).not.toHaveBeenCalled();
  });
});
