import { expect, test } from 'vitest';

import type { JobView, LicenceView, LocalHostView, LocalModelView } from '../../lib/api';
import { jobLine, licenceFacts, ownTerms, segments, span, stay } from './words';

const GB = 1e9;
const job = (more: Partial<JobView>): JobView => ({
  id: '1', kind: 'pull', endpoint: 'ollama', endpointLabel: 'Ollama', model: 'm', state: 'running', status: 'pulling manifest', doneBytes: 0, totalBytes: 0, bytesPerSecond: 0, leftMs: null, problem: null, ...more,
}); // prettier-ignore
const licence = (more: Partial<LicenceView>): LicenceView => ({ name: '', commercial: 'unknown', userLimit: '', naming: '', hasText: true, text: '', ...more });

test.each([
  ['nothing is known yet', {}, 'pulling manifest'],
  ['under way', { doneBytes: 11.2 * GB, totalBytes: 17 * GB, bytesPerSecond: 84e6, leftMs: 69_000 }, '11.2 of 17 GB, 84 MB/s, 1 min 9 s left'],
  ['no speed yet', { doneBytes: 0, totalBytes: 17 * GB }, '0.0 of 17 GB'],
  ['all there, not done', { doneBytes: GB, totalBytes: GB, status: 'verifying sha256 digest' }, 'verifying sha256 digest'],
  ['paused', { state: 'paused', doneBytes: 3 * GB, totalBytes: 4 * GB }, '3.0 of 4.0 GB, paused'],
  ['failed', { state: 'failed' }, 'failed'],
] as const)('a job that is %s', (_, more, want) => expect(jobLine(job(more as Partial<JobView>))).toBe(want));

test('spans of time have two parts', () => {
  expect([span(900), span(69_000), span(7_500_000)]).toEqual(['1 s', '1 min 9 s', '2 h 5 min']);
});

test('a licence is told in plain sentences, and what is not known is said', () => {
  expect(licenceFacts(licence({ name: 'Llama 4', commercial: 'conditions', userLimit: '700 million users a month', naming: 'Built with Llama' })).map((fact) => fact.says)).toEqual([
    'Allowed within its own conditions: read them.', 'Up to 700 million users a month; above that its owner must be asked.', '“Built with Llama” must be shown.',
  ]); // prettier-ignore
  expect(licenceFacts(licence({ hasText: false }))[0]!.says).toMatch(/^Not known/);
});

test('own terms are named once, permissive ones never', () => {
  const of = (...all: LicenceView[]) => all.map((one) => ({ licence: one }) as LocalModelView);
  expect(ownTerms(of(licence({ name: 'MIT', commercial: 'yes' }), licence({ hasText: false })))).toBe('');
  expect(ownTerms(of(licence({ name: 'Llama 4', commercial: 'conditions' }), licence({ name: 'Qwen', commercial: 'conditions' }), licence({ name: 'Qwen', commercial: 'conditions' })))).toMatch(/^Llama 4 and Qwen have their/);
  expect(ownTerms(of(licence({ name: 'Gemma', commercial: 'conditions' })))).toMatch(/^Gemma has its/);
});

test('memory is shared out among models, other programs and what is free', () => {
  const loaded = { name: 'm', memoryBytes: 10 * GB, graphicsBytes: 4 * GB, contextLength: 0, expiresAtMs: 0 };
  const host = { totalMemory: 32 * GB, freeMemory: 20 * GB, loaded: [loaded] } as unknown as LocalHostView;
  expect(segments(host).map((segment) => segment.bytes / GB)).toEqual([6, 6, 20]);
  expect(segments({ ...host, freeMemory: 31 * GB }).map((segment) => segment.bytes / GB)).toEqual([6, 0, 26]); // mapped from disk
  expect(segments({ ...host, totalMemory: 0 })).toEqual([]);
  expect(stay(loaded)).toBe('40% GPU, stays');
});
