import { describe, expect, it, vi } from 'vitest';

import { AppError } from '../api';
import { FakeBackend } from '../api/fake';
import { Models } from './models.svelte';
import { Setup } from './setup.svelte';
import { Toasts } from './toasts.svelte';

const KEY = 'sk-canary-unit-1234567890abcd';

async function opened() {
  const backend = new FakeBackend('finished');
  const models = new Models(backend);
  await models.load();
  const toasts = new Toasts();
  const setup = new Setup(backend, models, toasts);
  await setup.look();
  return { backend, models, setup, toasts };
}

describe('setup', () => {
  it('hands a key over and keeps it nowhere', async () => {
    const { models, setup, toasts } = await opened();
    expect(await setup.setKey(models.endpoint('groq')!, KEY, [{ name: 'X-Team', value: KEY }])).toBe(true);
    expect(models.endpoint('groq')).toMatchObject({ keySource: 'keychain', keyHint: 'abcd', headerNames: ['X-Team'] });
    expect(toasts.current?.text).toBe('The key of Groq is kept in the keychain.');
    const all = JSON.stringify([setup.dialog, setup.keys, setup.tests, setup.problem, models.endpoints, toasts.current]);
    expect(all).not.toContain(KEY);
  });

  it('shows the sentence of a refusal, and asks for a place first where no keychain answers', async () => {
    const { models, setup } = await opened();
    await setup.choose('');
    expect(await setup.setKey(models.endpoint('groq')!, KEY, [])).toBe(false);
    expect(setup.problem?.message).toContain('no keychain');
    expect(await setup.choose('file')).toBe(true);
    expect(setup.keys).toMatchObject({ place: 'file', locked: true });
    expect(await setup.unlock('short')).toBe(false);
    expect(await setup.unlock('correct horse')).toBe(true);
    expect(await setup.setKey(models.endpoint('groq')!, KEY, [])).toBe(true);
    expect(models.endpoint('groq')?.keySource).toBe('file');
  });

  it('adds an endpoint with its key, tests it, and removes it', async () => {
    const { models, setup } = await opened();
    expect(await setup.save({ name: '', label: 'Lab vLLM', kind: 'openai', baseUrl: 'http://127.0.0.1:8000/v1' }, KEY, [])).toBe(true);
    await vi.waitFor(() => expect(setup.tests['lab-vllm']).toMatchObject({ tookMs: 312 }));
    expect(models.endpoint('lab-vllm')).toMatchObject({ made: true, keyHint: 'abcd' });
    expect(await setup.remove('lab-vllm')).toBe(true);
    expect(models.endpoint('lab-vllm')).toBeUndefined();
    expect(setup.tests).toEqual({});
  });

  it('goes on as a change of the endpoint when its key was refused', async () => {
    const { backend, setup } = await opened();
    backend.endpoints.setKey = async () => Promise.reject(new AppError({ code: 'invalid', message: 'Copy it again.' }));
    expect(await setup.save({ name: '', label: 'Lab', kind: 'openai', baseUrl: 'http://127.0.0.1:1' }, KEY, [])).toBe(false);
    expect(setup.dialog).toEqual({ kind: 'endpoint', name: 'lab' });
    expect(setup.problem?.message).toBe('Copy it again.');
  });

  it('switches an endpoint off and on', async () => {
    const { models, setup } = await opened();
    await setup.enable('openai', false);
    expect(models.endpoint('openai')?.state).toBe('off');
    await setup.enable('openai', true);
    expect(models.endpoint('openai')?.state).toBe('ready');
  });
});
