import type { ComparisonView, RunningCostView, RunningView } from './backend';
import { AppError } from './errors';

const AMOUNT = /^(\d+(\.\d{0,12})?|\.\d{1,12})$/;

/** The cost of running models on this machine, as app/running.go counts it; sums are not exact here. */
export class FakeRunning {
  view: RunningView = { kind: 'none', watts: '', kwhUsd: '', hourlyUsd: '' };

  set(view: RunningView): void {
    const above0 = (text: string) => AMOUNT.test(text) && Number(text) > 0;
    const bad = (message: string) => new AppError({ code: 'invalid', message });
    if (view.kind === 'power' && !above0(view.watts)) throw bad('The watts are no number above zero. Write them as 350, with three decimals at most.');
    if (view.kind === 'power' && !above0(view.kwhUsd)) throw bad('The price of a kilowatt-hour is no amount of US dollars above zero. Write it as 0.30.');
    if (view.kind === 'hourly' && !above0(view.hourlyUsd)) throw bad('The hourly rate is no amount of US dollars above zero. Write it as 0.50.');
    this.view = { kind: view.kind, watts: '', kwhUsd: '', hourlyUsd: '' };
    if (view.kind === 'power') Object.assign(this.view, { watts: view.watts, kwhUsd: view.kwhUsd });
    if (view.kind === 'hourly') Object.assign(this.view, { hourlyUsd: view.hourlyUsd });
  }

  costs(comparison: ComparisonView): RunningCostView[] {
    const { kind, watts, kwhUsd, hourlyUsd } = this.view;
    if (kind === 'none') return [];
    if (comparison.blind === 'open') throw new AppError({ code: 'invalid', message: 'This comparison is still blind. Vote or reveal first.' });
    const hourly = kind === 'power' ? (Number(watts) / 1000) * Number(kwhUsd) : Number(hourlyUsd);
    const words = kind === 'power' ? `${watts} W and $${kwhUsd} a kWh` : `$${hourlyUsd} an hour`;
    const ended = comparison.runs.filter((r) => r.place === 'local' && r.endedAtMs > 0 && r.metrics.totalMs !== null && comparison.imported === '');
    return ended.map(({ id, metrics }) => ({
      runId: id, usd: ((hourly * metrics.totalMs!) / 3_600_000).toFixed(12), atMost: metrics.contended,
      basis: `From send to end, load included: ${(metrics.totalMs! / 1000).toFixed(metrics.totalMs! < 9995 ? 2 : 1)} s at ${words}; with the setting of today.${metrics.contended ? ' Other runs shared the machine and their times overlap: an upper bound.' : ''}`,
    })); // prettier-ignore
  }
}
