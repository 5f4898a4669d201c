import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import App from './App.svelte';
import { FakeBackend } from './lib/api/fake';

// The race is drawn on a canvas, which this document lacks.
beforeEach(() => void vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null));

async function open(scene: string) {
  const backend = new FakeBackend(scene);
  backend.scene = backend.stage(scene);
  render(App, { backend });
  await screen.findAllByRole('article');
  (document.activeElement as HTMLElement | null)?.blur();
  return { backend, user: userEvent.setup() };
}

const shown = () => screen.getByRole('heading', { level: 1 }).textContent;

describe('differences', () => {
  it('D sets the answer beside the best, brackets change the other, Esc leads back', async () => {
    const { user } = await open('diff');
    await user.keyboard('d');
    await screen.findByRole('button', { name: 'Left: llama4:scout' });
    screen.getByRole('button', { name: 'Right: gpt-5' });
    await screen.findByText(/of the text is shared/);
    await user.keyboard(']');
    await screen.findByRole('button', { name: 'Right: claude-opus-4' });
    await screen.findByText('Both answers are the same, to the letter.');
    await user.keyboard('x');
    await screen.findByRole('button', { name: 'Left: claude-opus-4' });
    await user.keyboard('{Escape}');
    await screen.findAllByRole('article');
  });

  it('hides what is the same', async () => {
    const { user } = await open('diff');
    await user.keyboard('d');
    await screen.findByText(/of the text is shared/);
    await user.keyboard('h');
    expect((await screen.findAllByRole('button', { name: /blocks that are the same/ })).length).toBeGreaterThan(1);
    expect(screen.getByRole('switch', { name: 'Hide what is the same' })).toHaveProperty('checked', true);
  });

  it('names blind answers by their letters only', async () => {
    const { user } = await open('blind');
    await user.click(screen.getByRole('button', { name: 'Differences between two answers' }));
    await screen.findByRole('button', { name: 'Left: Model A' });
    await screen.findByText(/of the text is shared/);
    expect(document.querySelector('main')?.textContent).not.toMatch(/gpt|llama|claude|deepseek|Open|Closed/);
  });
});

describe('run again', () => {
  it('tells what has changed above the answers, and leads to the original', async () => {
    const { user } = await open('rerun');
    const panel = await screen.findByRole('region', { name: 'Old against new' });
    within(panel).getByText('deepseek-r1:14b and gpt-5 are not the model that answered then. 1 of 4 answers differs.');
    await user.click(within(panel).getByRole('button', { name: 'Original' }));
    await screen.findByRole('button', { name: 'Old against new' });
  });

  it('stands beside its original, and Esc leads back', async () => {
    const { user } = await open('rerun');
    const panel = await screen.findByRole('region', { name: 'Old against new' });
    await user.click(within(panel).getByRole('button', { name: 'Side by side' }));
    await screen.findByRole('region', { name: 'Answers side by side' });
    await user.keyboard('{Escape}');
    await screen.findByRole('region', { name: 'Old against new' });
  });

  it('asks before it sends what cannot be as it was', async () => {
    const { user, backend } = await open('two');
    const start = vi.spyOn(backend.comparisons, 'start');
    await user.keyboard('{Control>}{Shift>}L{/Shift}{/Control}');
    await user.keyboard('{Control>}{Shift>}R{/Shift}{/Control}');
    const dialog = await screen.findByRole('dialog', { name: 'Run again' });
    within(dialog).getByText('Local only is on: gpt-5 would leave this machine.');
    expect(start).not.toHaveBeenCalled();
    await user.click(within(dialog).getByRole('button', { name: 'Run all the same' }));
    await waitFor(() => expect(start).toHaveBeenCalledWith(expect.objectContaining({ relation: 'rerun', localOnly: true })));
  });

  it('puts it into the composer to be edited, and leaves the link when told', async () => {
    const { user, backend } = await open('two');
    await user.click(screen.getByRole('button', { name: 'Run again' }));
    await user.click(screen.getByRole('button', { name: /Edit first/ }));
    await waitFor(() => expect(screen.getByRole('textbox', { name: 'Prompt' })).toHaveProperty('value', shown()));
    const start = vi.spyOn(backend.comparisons, 'start');
    await user.click(screen.getByRole('button', { name: 'Not linked: a new prompt' }));
    await user.click(screen.getByRole('button', { name: /^Run 2/ }));
    expect(start).toHaveBeenCalledWith(expect.objectContaining({ parentId: '', relation: '' }));
  });
});

describe('a conversation', () => {
  it('goes on until it is left', async () => {
    const { user, backend } = await open('two');
    const start = vi.spyOn(backend.comparisons, 'start');
    await user.click(screen.getByRole('button', { name: 'Follow up' }));
    await user.click(await screen.findByRole('button', { name: 'All models, each with its own answers' }));
    await user.click(screen.getByRole('button', { name: 'All with the answer of gpt-5' }));
    await user.type(screen.getByRole('textbox', { name: 'Prompt' }), 'And why?');
    await user.keyboard('{Control>}{Enter}{/Control}');
    await waitFor(() => expect(shown()).toBe('And why?'));
    expect(start).toHaveBeenCalledWith(expect.objectContaining({ relation: 'follow_up', parentId: backend.scene, baseRunId: `${backend.scene}-1-1` }));
    await screen.findByPlaceholderText('Follow up when these are done');
    await user.keyboard('{Control>}n{/Control}');
    await screen.findByPlaceholderText('Write a prompt');
  });

  it('shows its earlier turns folded, and leads from turn to turn', async () => {
    const { user } = await open('thread');
    await screen.findByText('Turn 2 of 3');
    await user.click(screen.getByRole('button', { name: /Earlier turn/ }));
    within(screen.getByRole('region', { name: 'Earlier turns' })).getByText('gpt-5');
    await user.click(screen.getByRole('button', { name: 'Next turn' }));
    await screen.findByText('Turn 3 of 3');
    expect(screen.getByRole('button', { name: 'Next turn' })).toHaveProperty('disabled', true);
  });
});
