import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import App from './App.svelte';
import { AppError } from './lib/api';
import { FakeBackend } from './lib/api/fake';

// The race is drawn on a canvas, which this document lacks.
beforeEach(() => void vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null));

/** at stops the fake's clock: this document cannot draw Markdown that comes piece by piece. */
async function open(scene: string, prepare: (backend: FakeBackend) => void = () => {}, at?: number) {
  const backend = new FakeBackend(scene, { at });
  prepare(backend);
  render(App, { backend });
  await screen.findByRole('navigation', { name: 'Sections' });
  return { backend, user: userEvent.setup() };
}

describe('the window', () => {
  it('starts with what was found and leads to a lineup of local models', async () => {
    const { backend, user } = await open('first-run');
    await screen.findByRole('heading', { name: 'Ollama is running, with 5 models' });
    screen.getByText(/from OPENAI_API_KEY/);
    await user.click(screen.getByRole('button', { name: 'Start with 2 local models' }));
    const lineup = screen.getByRole('region', { name: 'Lineup' });
    expect(within(lineup).getAllByRole('listitem')).toHaveLength(2);
    await waitFor(() => expect(backend.saved.onboarded).toBe(true));
  });

  it('tells the next step when Ollama is down, and offers the demo models', async () => {
    const { user } = await open('no-ollama');
    await screen.findByRole('heading', { name: 'Ollama is not running' });
    screen.getByText('127.0.0.1:11434');
    expect(screen.getByRole('button', { name: 'Start' })).toHaveProperty('disabled', true);
    await user.click(screen.getByRole('button', { name: 'Try with demo models' }));
    await screen.findByRole('region', { name: 'Lineup' });
  });

  it('switches the theme in the settings, to which the gear and a key lead', async () => {
    const { user } = await open('history');
    await user.click(screen.getByRole('button', { name: 'Settings' }));
    await user.click(screen.getByRole('button', { name: 'Dark' }));
    expect(document.documentElement.dataset['theme']).toBe('dark');
    await user.click(within(screen.getByRole('group', { name: 'Theme' })).getByRole('button', { name: 'System' }));
    expect(document.documentElement.dataset['theme']).toBeUndefined();
    await user.keyboard('{Control>},{/Control}');
    expect(screen.queryByRole('group', { name: 'Theme' })).toBeNull();
  });

  it('takes a key in a field that is empty before the key is kept', async () => {
    const KEY = 'sk-canary-page-1234567890abcd';
    const { backend, user } = await open('history');
    await screen.findByRole('region', { name: 'Lineup' });
    await user.keyboard('{Control>}5{/Control}');
    await user.type(await screen.findByRole('searchbox'), 'groq');
    await user.click(await screen.findByRole('button', { name: 'Enter a key for Groq' }));
    const field = await screen.findByLabelText<HTMLInputElement>('Key');
    let seen = 'not called';
    const set = backend.endpoints.setKey;
    backend.endpoints.setKey = (name, key, headers) => {
      seen = field.value;
      return set(name, key, headers);
    };
    await user.click(field);
    await user.paste(KEY);
    await user.keyboard('{Enter}');
    await screen.findByText(/key …abcd in the keychain/);
    expect(seen).toBe('');
    expect(document.documentElement.outerHTML).not.toContain(KEY);
    expect(field.value).toBe('');
  });

  it('asks above the cap for one comparison, and sends it confirmed', async () => {
    const { backend, user } = await open('history');
    const asked: boolean[] = [];
    const start = backend.comparisons.start;
    backend.comparisons.start = (request) => {
      asked.push(request.confirmed);
      return request.confirmed ? start(request) : Promise.reject(new AppError({ code: 'unconfirmed', message: 'More than the cap for one.' }));
    };
    await user.type(await screen.findByRole('textbox', { name: 'Prompt' }), 'Why?');
    await user.click(screen.getByRole('button', { name: /^Run \d/ }));
    await screen.findByText('More than the cap for one.');
    await user.click(screen.getByRole('button', { name: 'Run anyway' }));
    await screen.findByRole('heading', { name: 'Why?' });
    expect(asked).toEqual([false, true]);
  });

  it('locks the window by its shortcut and says so', async () => {
    const { user } = await open('history');
    await screen.findByRole('region', { name: 'Lineup' });
    await user.keyboard('{Control>}{Shift>}L{/Shift}{/Control}');
    screen.getByText('Nothing leaves this machine', { exact: true });
    expect(screen.getByRole('switch', { name: 'Local only' })).toHaveProperty('checked', true);
  });

  it('finds a command by its name, does it, and gives the focus back', async () => {
    const { user } = await open('history');
    await screen.findByRole('region', { name: 'Lineup' });
    await user.keyboard('{Control>}k{/Control}');
    const field = await screen.findByRole('combobox', { name: 'Search or run a command' });
    expect(document.activeElement).toBe(field);
    await user.keyboard('> shortc{Enter}');
    await screen.findByRole('dialog', { name: 'Keyboard shortcuts' });
    await user.keyboard('{Escape}{Control>}k{/Control}');
    await user.keyboard('@gpt-4o{Enter}');
    await screen.findByText('gpt-4o is in the lineup.');
    await user.keyboard('{Control>}k{/Control}{Control>}k{/Control}');
    expect(screen.queryByRole('dialog', { name: 'Command palette' })).toBeNull();
  });

  it('shows the shortcut sheet on a question mark, not while one writes', async () => {
    const { user } = await open('history');
    await user.type(await screen.findByRole('textbox', { name: 'Prompt' }), 'Why?');
    expect(screen.queryByRole('dialog')).toBeNull();
    (document.activeElement as HTMLElement).blur();
    await user.keyboard('?');
    screen.getByRole('dialog', { name: 'Keyboard shortcuts' });
  });

  it('begins in the prompt, where a question mark is text, and Esc leads to the single keys', async () => {
    const { user } = await open('history');
    const field = await screen.findByRole('textbox', { name: 'Prompt' });
    await waitFor(() => expect(document.activeElement).toBe(field));
    await user.keyboard('?');
    expect(field).toHaveProperty('value', '?');
    expect(screen.queryByRole('dialog')).toBeNull();
    await user.keyboard('{Escape}?');
    screen.getByRole('dialog', { name: 'Keyboard shortcuts' });
    expect(field).toHaveProperty('value', '?');
  });

  it('asks before Local only stops an answer that is on its way from a provider', async () => {
    const { backend, user } = await open('running', (fake) => (fake.scene = fake.stage('running')), 400);
    const lock = () => screen.getByRole('switch', { name: 'Local only' });
    await screen.findByRole('button', { name: /Stop all/ });
    await user.click(lock());
    await user.click(screen.getByRole('button', { name: 'Keep running' }));
    expect(lock()).toHaveProperty('checked', false);
    const stopped = vi.spyOn(backend.comparisons, 'stopRun');
    await user.click(lock());
    await user.click(screen.getByRole('button', { name: 'Stop and switch on' }));
    expect(lock()).toHaveProperty('checked', true);
    expect(screen.queryByRole('dialog')).toBeNull();
    await waitFor(() => expect(screen.getAllByText('Stopped').length).toBe(stopped.mock.calls.length));
    expect(stopped).toHaveBeenCalled();
    screen.getByRole('button', { name: /Stop all/ }); // those of this machine run on
  });

  it('has nothing to run without a model, and says so without a number', async () => {
    await open('history', (backend) => (backend.saved.lineup = []));
    const run = await screen.findByRole('button', { name: /^Run/ });
    expect(run.textContent).not.toContain('0');
    expect(run).toHaveProperty('disabled', true);
    screen.getByText('Add a model to run.');
  });

  it('lists the history, filters it, and deletes with undo', async () => {
    const { backend, user } = await open('history');
    await screen.findByRole('region', { name: 'Lineup' });
    await user.keyboard('{Control>}2{/Control}');
    await screen.findByText('130 comparisons');
    expect(screen.getAllByRole('option').length).toBeLessThan(50); // only what is in sight
    await user.keyboard('German');
    const found = (await screen.findByText(/^\d+ of 130$/)).textContent ?? '';
    const first = screen.getAllByRole('option')[0]?.textContent;
    await user.click(screen.getByRole('button', { name: 'Delete' }));
    await screen.findByText('Comparison deleted.');
    await screen.findByText(`${Number.parseInt(found) - 1} of 129`);
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    await screen.findByText(found);
    expect(screen.getAllByRole('option')[0]?.textContent).toBe(first);
    expect(backend.history.deleted.size).toBe(0);
  });

  it('runs the lineup and stops it with Esc, but not from another page', async () => {
    const { user } = await open('history');
    await user.type(await screen.findByRole('textbox', { name: 'Prompt' }), 'Why is the sky blue?');
    await user.keyboard('{Control>}2{/Control}');
    await waitFor(() => expect(screen.getAllByRole('option').length).toBeGreaterThan(0));
    await user.keyboard('{Control>}{Enter}{/Control}{Control>}1{/Control}');
    expect((await screen.findByRole('textbox', { name: 'Prompt' })) as HTMLTextAreaElement).toHaveProperty('value', 'Why is the sky blue?');
    await user.keyboard('{Control>}{Enter}{/Control}');
    await screen.findByRole('heading', { name: 'Why is the sky blue?' });
    const stop = await screen.findByRole('button', { name: /Stop all/ });
    await user.keyboard('{Escape}');
    await waitFor(() => expect(stop.isConnected).toBe(false));
  });

  it('gives back the prompt that another one replaced', async () => {
    const { user } = await open('history');
    await user.type(await screen.findByRole('textbox', { name: 'Prompt' }), 'Half a thought');
    await user.keyboard('{Control>}2{/Control}');
    await user.click(await screen.findByRole('button', { name: 'Use prompt' }));
    expect(screen.getByRole('textbox', { name: 'Prompt' })).not.toHaveProperty('value', 'Half a thought');
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    expect(screen.getByRole('textbox', { name: 'Prompt' })).toHaveProperty('value', 'Half a thought');
  });

  it('lets no key through a dialog but Esc', async () => {
    const { user } = await open('history');
    await screen.findByRole('region', { name: 'Lineup' });
    await user.keyboard('{Escape}?');
    await user.keyboard('{Control>}2{/Control}');
    screen.getByRole('region', { name: 'Lineup' });
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('takes back a filter of the history with Esc also when nothing has the focus', async () => {
    const { user } = await open('history');
    await screen.findByRole('region', { name: 'Lineup' });
    await user.click(screen.getByRole('button', { name: 'History' }));
    const search = await screen.findByRole('searchbox');
    await user.type(search, 'retry');
    search.blur();
    await user.keyboard('{Escape}');
    await waitFor(() => expect(search).toHaveProperty('value', ''));
  });

  it('says what an empty history will hold, and what to do', async () => {
    const { user } = await open('empty');
    await screen.findByRole('region', { name: 'Lineup' });
    await user.click(screen.getByRole('button', { name: 'History' }));
    await user.click(await screen.findByRole('button', { name: 'Write a prompt' }));
    await screen.findByRole('textbox', { name: 'Prompt' });
  });

  it('shows what the program has to say about the history', async () => {
    await open('history', (backend) => (backend.desktop.notice = async () => 'The history was damaged and set aside.'));
    expect((await screen.findByRole('alert')).textContent).toContain('set aside');
  });
});
