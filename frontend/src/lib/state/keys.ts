/** The keyboard map: one table for the handler and for the sheet that explains it. */

export type Command =
  | 'compare' | 'history' | 'library' | 'settings' | 'localOnly' | 'shortcuts'
  | 'new' | 'run' | 'close' | 'edit' | 'models' | 'attach' | 'params'
  | 'previous' | 'next' | 'focus' | 'retry' | 'copy'
  | 'blind' | 'queue' | 'stars' | 'best' | 'tie' | 'rank' | 'none' | 'note' | 'details' | 'favourite' | 'undo' | 'vote' | 'goOn' | 'skip'
  | 'diff' | 'difference' | 'differenceBefore' | 'hideSame' | 'swap' | 'followUp' | 'rerun'
  | 'up' | 'down' | 'open' | 'look' | 'search' | 'again' | 'beside' | 'mark' | 'markUp' | 'markDown' | 'markAll' | 'tag' | 'export' | 'delete'; // prettier-ignore

export type KeyGroup = 'Anywhere' | 'Prompt' | 'Blind' | 'Answers' | 'Differences' | 'Rating' | 'Lists';

export interface Shortcut {
  command: Command;
  group: KeyGroup;
  words: string;
  /** KeyboardEvent.key, lower case. */
  key: string;
  /** Other keys that do the same, each with a meaning of its own: the command is told which. */
  also?: string;
  /** What the sheet shows for all of them. */
  range?: string;
  /** Ctrl, on macOS Cmd. */
  mod?: boolean;
  shift?: boolean;
  /** Works while a text field has the focus. Keys with Ctrl always do. */
  typing?: boolean;
}

export const SHORTCUTS: readonly Shortcut[] = [
  { command: 'compare', group: 'Anywhere', words: 'Compare', key: '1', mod: true },
  { command: 'history', group: 'Anywhere', words: 'History', key: '2', mod: true },
  { command: 'library', group: 'Anywhere', words: 'Models', key: '5', mod: true },
  { command: 'settings', group: 'Anywhere', words: 'Settings', key: ',', mod: true },
  { command: 'localOnly', group: 'Anywhere', words: 'Local only', key: 'l', mod: true, shift: true },
  { command: 'blind', group: 'Anywhere', words: 'Blind', key: 'b', mod: true, shift: true },
  { command: 'queue', group: 'Anywhere', words: 'Rate the unrated', key: 'j', mod: true },
  { command: 'shortcuts', group: 'Anywhere', words: 'This sheet', key: '?' },
  { command: 'new', group: 'Prompt', words: 'New prompt', key: 'n', mod: true },
  { command: 'run', group: 'Prompt', words: 'Run the lineup', key: 'enter', mod: true },
  { command: 'close', group: 'Prompt', words: 'Stop all, or close', key: 'escape', typing: true },
  { command: 'edit', group: 'Prompt', words: 'Edit the prompt', key: 'e', mod: true },
  { command: 'followUp', group: 'Prompt', words: 'Follow up', key: 'f', mod: true, shift: true },
  { command: 'rerun', group: 'Prompt', words: 'Run all again', key: 'r', mod: true, shift: true },
  { command: 'models', group: 'Prompt', words: 'Pick models', key: 'm', mod: true },
  { command: 'attach', group: 'Prompt', words: 'Attach a file', key: 'u', mod: true },
  { command: 'params', group: 'Prompt', words: 'System and parameters', key: '.', mod: true },
  // Before the keys that a letter has otherwise: while blind, C is a vote and no copy.
  { command: 'vote', group: 'Blind', words: 'This answer is best', key: 'a', also: 'bcdefgh', range: 'A–H' },
  { command: 'skip', group: 'Blind', words: 'Skip, in the queue', key: 's' },
  { command: 'previous', group: 'Answers', words: 'Previous answer', key: '[' },
  { command: 'next', group: 'Answers', words: 'Next answer', key: ']' },
  { command: 'focus', group: 'Answers', words: 'Focus', key: 'f' },
  { command: 'retry', group: 'Answers', words: 'Run this answer again', key: 'r' },
  { command: 'copy', group: 'Answers', words: 'Copy the answer', key: 'c' },
  { command: 'diff', group: 'Answers', words: 'Differences to the best', key: 'd' },
  { command: 'difference', group: 'Differences', words: 'Next difference', key: 'j' },
  { command: 'differenceBefore', group: 'Differences', words: 'Difference before', key: 'k' },
  { command: 'hideSame', group: 'Differences', words: 'Hide what is the same', key: 'h' },
  { command: 'swap', group: 'Differences', words: 'Change sides', key: 'x' },
  { command: 'stars', group: 'Rating', words: 'Stars', key: '1', also: '2345', range: '1–5' },
  { command: 'best', group: 'Rating', words: 'Best', key: 'b' },
  { command: 'tie', group: 'Rating', words: 'Tie', key: 't' },
  { command: 'rank', group: 'Rating', words: 'Rank the answers', key: 'o' },
  { command: 'none', group: 'Rating', words: 'None is good', key: '0' },
  { command: 'undo', group: 'Rating', words: 'Undo the vote', key: 'u' },
  { command: 'note', group: 'Rating', words: 'Reasons and note', key: 'n' },
  { command: 'details', group: 'Rating', words: 'Category and tags', key: '#' },
  { command: 'favourite', group: 'Rating', words: 'Favourite', key: '*' },
  { command: 'goOn', group: 'Rating', words: 'Next unrated', key: 'enter' },
  { command: 'up', group: 'Lists', words: 'Move up', key: 'arrowup', typing: true },
  { command: 'down', group: 'Lists', words: 'Move down', key: 'arrowdown', typing: true },
  { command: 'open', group: 'Lists', words: 'Open', key: 'enter', typing: true },
  { command: 'look', group: 'Lists', words: 'Quick look', key: ' ' },
  { command: 'search', group: 'Lists', words: 'Search', key: '/' },
  { command: 'again', group: 'Lists', words: 'Run again', key: 'r' },
  { command: 'mark', group: 'Lists', words: 'Select', key: 'x' },
  { command: 'markUp', group: 'Lists', words: 'Select upwards', key: 'arrowup', shift: true },
  { command: 'markDown', group: 'Lists', words: 'Select downwards', key: 'arrowdown', shift: true },
  { command: 'markAll', group: 'Lists', words: 'Select all', key: 'a', mod: true },
  { command: 'tag', group: 'Lists', words: 'Tag', key: '#', also: 't' },
  { command: 'export', group: 'Lists', words: 'Export', key: 'e' },
  { command: 'beside', group: 'Lists', words: 'The two selected side by side', key: 'v' },
  { command: 'delete', group: 'Lists', words: 'Delete, with undo', key: 'delete' },
];

/** The command that a key press means, among some groups. */
export function commandOf(event: KeyboardEvent, groups: readonly KeyGroup[], mac: boolean): Command | undefined {
  const mod = mac ? event.metaKey : event.ctrlKey;
  const other = mac ? event.ctrlKey : event.metaKey;
  if (other || event.altKey || event.isComposing) return undefined;
  const typing = inTextField(event.target);
  return SHORTCUTS.find((s) => groups.includes(s.group) && fits(s, event, mod) && (s.mod || s.typing || !typing))?.command;
}

function fits(shortcut: Shortcut, event: KeyboardEvent, mod: boolean): boolean {
  const key = event.key.toLowerCase();
  if ((key !== shortcut.key && !(key.length === 1 && shortcut.also?.includes(key))) || mod !== (shortcut.mod ?? false)) return false;
  // "?", the brackets and the digits need Shift on some keyboards and not on others.
  return isSign(key) || event.shiftKey === (shortcut.shift ?? false);
}

function isSign(key: string): boolean {
  return key.length === 1 && !/[a-z]/.test(key);
}

/** Whether Enter is a press there. */
export function isPressable(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('button, summary, a, input, select') !== null;
}

/** Whether a key typed there makes text. */
export function inTextField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !/^(checkbox|radio|range|button)$/.test(target.type);
  return target instanceof HTMLTextAreaElement || target.isContentEditable;
}

const CAPS: Record<string, string> = { enter: '↵', escape: 'Esc', arrowup: '↑', arrowdown: '↓', delete: 'Del', ' ': 'Space' };

/** What stands on the keys of a shortcut: ["Ctrl", "Shift", "L"]. */
export function capsOf(command: Command, mac: boolean): string[] {
  const shortcut = SHORTCUTS.find((s) => s.command === command);
  if (shortcut === undefined) return [];
  const caps = [shortcut.range ?? CAPS[shortcut.key] ?? shortcut.key.toUpperCase()];
  if (shortcut.shift) caps.unshift(mac ? '⇧' : 'Shift');
  if (shortcut.mod) caps.unshift(mac ? '⌘' : 'Ctrl');
  return caps;
}
