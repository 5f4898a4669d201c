import { describe, expect, it } from 'vitest';

import { capsOf, commandOf, type KeyGroup, COMMANDS } from './keys';

const ALL: KeyGroup[] = ['Anywhere', 'Prompt', 'Answers', 'Lists'];

function press(key: string, more: KeyboardEventInit = {}, target: HTMLElement = document.createElement('div')): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key, ...more });
  Object.defineProperty(event, 'target', { value: target });
  return event;
}

describe('the keyboard map', () => {
  it('gives every press at most one meaning within a screen', () => {
    const presses = COMMANDS.filter((s) => s.group !== 'Lists' && s.key !== undefined).map((s) => `${s.mod ?? false} ${s.shift ?? false} ${s.key}`);
    expect(new Set(presses).size).toBe(presses.length);
  });

  it.each([
    ['Ctrl and Enter run', press('Enter', { ctrlKey: true }), false, 'run'],
    ['Cmd and Enter run on macOS', press('Enter', { metaKey: true }), true, 'run'],
    ['Ctrl is no Cmd on macOS', press('Enter', { ctrlKey: true }), true, undefined],
    ['Ctrl Shift L locks, as a capital', press('L', { ctrlKey: true, shiftKey: true }), false, 'localOnly'],
    ['Ctrl L does not', press('l', { ctrlKey: true }), false, undefined],
    ['a question mark needs Shift on some keyboards', press('?', { shiftKey: true }), false, 'shortcuts'],
    ['a bracket needs AltGr nowhere here', press('[', {}), false, 'previous'],
    ['Alt with a key is not ours', press('f', { altKey: true }), false, undefined],
  ])('%s', (_, event, mac, command) => {
    expect(commandOf(event, ALL, mac)).toBe(command);
  });

  it('leaves single keys to a text field, and not Ctrl or Esc', () => {
    const field = document.createElement('textarea');
    expect(commandOf(press('f', {}, field), ALL, false)).toBeUndefined();
    expect(commandOf(press('?', { shiftKey: true }, field), ALL, false)).toBeUndefined();
    expect(commandOf(press('Delete', {}, field), ALL, false)).toBeUndefined();
    expect(commandOf(press('Escape', {}, field), ALL, false)).toBe('close');
    expect(commandOf(press('n', { ctrlKey: true }, field), ALL, false)).toBe('new');
    const box = document.createElement('input');
    box.type = 'checkbox';
    expect(commandOf(press('f', {}, box), ALL, false)).toBe('focus');
  });

  it('leaves a list alone where text is written, but for what moves in it', () => {
    const field = document.createElement('input');
    for (const key of [' ', 'x', 'e', 'r', 't', '#', 'Delete']) expect(commandOf(press(key, {}, field), ['Lists'], false)).toBeUndefined();
    expect(commandOf(press('ArrowDown', {}, field), ['Lists'], false)).toBe('down');
  });

  it.each([
    ['#', { shiftKey: true }, 'tag'],
    ['t', {}, 'tag'],
    ['a', { ctrlKey: true }, 'markAll'],
    ['a', {}, undefined],
    ['ArrowDown', { shiftKey: true }, 'markDown'],
    [' ', {}, 'look'],
  ])('%j with %j means %s in a list', (key, more, command) => {
    expect(commandOf(press(key, more), ['Lists'], false)).toBe(command);
  });

  it('is silent while a character is composed', () => {
    expect(commandOf(press('Enter', { ctrlKey: true, isComposing: true }), ALL, false)).toBeUndefined();
  });

  it('leads every command somewhere: to a key, to the palette, or both', () => {
    expect(COMMANDS.filter((row) => row.key === undefined && row.icon === undefined)).toEqual([]);
    expect(new Set(COMMANDS.map((row) => row.command)).size).toBe(COMMANDS.length);
    expect(capsOf('pull', false)).toEqual([]);
  });

  it('names the keys of each system', () => {
    expect(capsOf('localOnly', false)).toEqual(['Ctrl', 'Shift', 'L']);
    expect(capsOf('localOnly', true)).toEqual(['⌘', '⇧', 'L']);
    expect(capsOf('run', false)).toEqual(['Ctrl', '↵']);
    expect(capsOf('look', false)).toEqual(['Space']);
  });
});
