import { describe, expect, it, vi } from 'vitest';

import { AppError } from '../api/errors';
import { FakeBackend } from '../api/fake';
import { RunningCosts, RunningSetting } from './running.svelte';

async function opened() {
  const backend = new FakeBackend('finished');
  const setting = new RunningSetting(backend);
  await setting.load();
  return { backend, setting, costs: new RunningCosts(backend), id: backend.stage('finished') };
}

describe('the running cost', () => {
  it('is none until the user says more, and is kept once it is whole', async () => {
    const { backend, setting } = await opened();
    const kept = vi.spyOn(backend.budgets, 'setRunning');
    expect(setting.view?.kind).toBe('none');
    await setting.change({ kind: 'power' });
    await setting.change({ watts: '350' });
    expect(kept).not.toHaveBeenCalled();
    await setting.change({ kwhUsd: '0.30' });
    expect(kept).toHaveBeenCalledTimes(1);
    expect(await backend.budgets.running()).toMatchObject({ kind: 'power', watts: '350', kwhUsd: '0.30' });
    await setting.change({ kind: 'none' });
    expect((await backend.budgets.running()).kind).toBe('none');
  });

  it('says what Go refuses, and keeps what was typed on the screen', async () => {
    const { setting } = await opened();
    await setting.change({ kind: 'hourly', hourlyUsd: 'much' });
    expect(setting.problem).toBeInstanceOf(AppError);
    expect(setting.view?.hourlyUsd).toBe('much');
    await setting.change({ hourlyUsd: '0.5' });
    expect(setting.problem).toBeNull();
  });

  it('is a figure of local runs only, and none without a setting', async () => {
    const { backend, setting, costs, id } = await opened();
    await costs.load(id);
    expect(costs.any).toBe(false);
    await setting.change({ kind: 'hourly', hourlyUsd: '3.6' });
    await costs.load(id);
    const { runs } = await backend.comparisons.get(id);
    for (const run of runs) {
      const figure = costs.of(run.id);
      expect(figure !== undefined, run.model).toBe(run.place === 'local');
      if (figure) expect(Number(figure.usd)).toBeCloseTo(run.metrics.totalMs! / 1e6, 9);
      if (run.place === 'local') expect(Number(run.metrics.cost.usd)).toBe(0);
    }
    await costs.load('');
    expect(costs.any).toBe(false);
  });

  it('drops a reply about a comparison that is not shown any more', async () => {
    const { backend, costs } = await opened();
    let reply: (figures: { runId: string; usd: string; atMost: boolean; basis: string }[]) => void = () => undefined;
    backend.budgets.runningCosts = () => new Promise((resolve) => (reply = resolve));
    const old = costs.load('one');
    await costs.load('');
    reply([{ runId: 'r', usd: '1', atMost: false, basis: '' }]);
    await old;
    expect(costs.any).toBe(false);
  });

  it('is not told while a comparison is blind', async () => {
    const { backend, costs, setting } = await opened();
    await setting.change({ kind: 'hourly', hourlyUsd: '1' });
    const id = backend.stage('blind');
    await expect(backend.budgets.runningCosts(id)).rejects.toBeInstanceOf(AppError);
    await costs.load(id);
    expect(costs.any).toBe(false);
  });
});
