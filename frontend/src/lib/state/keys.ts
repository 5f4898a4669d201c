/** The commands: one table for the keys, for the sheet that explains them and for the palette that finds them by name. */
import type { IconName } from '../ui/icons';

export type Command =
  | 'palette' | 'sets' | 'data' | 'provider' | 'refresh' | 'pull' | 'load' | 'theme'
  | 'saveLineup' | 'columns' | 'grid' | 'oneColumn' | 'lanes' | 'receipt' | 'exportThis'
  | 'compare' | 'history' | 'library' | 'settings' | 'localOnly' | 'shortcuts'
  | 'new' | 'run' | 'close' | 'edit' | 'models' | 'attach' | 'params'
  | 'previous' | 'next' | 'focus' | 'retry' | 'copy'
  | 'blind' | 'queue' | 'stars' | 'best' | 'tie' | 'rank' | 'none' | 'note' | 'details' | 'favourite' | 'undo' | 'vote' | 'goOn' | 'skip'
  | 'diff' | 'difference' | 'differenceBefore' | 'hideSame' | 'swap' | 'followUp' | 'rerun'
  | 'up' | 'down' | 'open' | 'look' | 'search' | 'again' | 'beside' | 'mark' | 'markUp' | 'markDown' | 'markAll' | 'tag' | 'export' | 'delete'; // prettier-ignore

export type KeyGroup = 'Anywhere' | 'Prompt' | 'Blind' | 'Answers' | 'Differences' | 'Rating' | 'Lists';

export interface CommandRow {
  command: Command;
  group: KeyGroup;
  words: string;
  /** KeyboardEvent.key, lower case; a command without a key is in the palette alone. */
  key?: string;
  /** Other keys that do the same, each with a meaning of its own: the command is told which. */
  also?: string;
  /** What the sheet shows for all of them. */
  range?: string;
  /** Ctrl, on macOS Cmd. */
  mod?: boolean;
  shift?: boolean;
  /** Works while a text field has the focus. Keys with Ctrl always do. */
  typing?: boolean;
  /** In the palette, which has only those with an icon: other keys mean something only where they are pressed. */
  icon?: IconName;
  /** What the palette says where the sheet's words need its heading. */
  title?: string;
  /** Said quietly after it, and searched, too. */
  more?: string;
}

export const COMMANDS: readonly CommandRow[] = [
  { command: 'compare', group: 'Anywhere', words: 'Compare', key: '1', mod: true, icon: 'columns-3', title: 'Go to Compare' },
  { command: 'history', group: 'Anywhere', words: 'History', key: '2', mod: true, icon: 'history', title: 'Go to History' },
  { command: 'library', group: 'Anywhere', words: 'Models', key: '5', mod: true, icon: 'server', title: 'Go to Models', more: 'providers, keys and local models' },
  { command: 'settings', group: 'Anywhere', words: 'Settings', key: ',', mod: true, icon: 'settings', title: 'Go to Settings' },
  { command: 'palette', group: 'Anywhere', words: 'Search or run a command', key: 'k', mod: true },
  { command: 'localOnly', group: 'Anywhere', words: 'Local only', key: 'l', mod: true, shift: true, icon: 'lock', title: 'Local only', more: 'nothing leaves this machine' },
  { command: 'blind', group: 'Anywhere', words: 'Blind', key: 'b', mod: true, shift: true, icon: 'eye-off', title: 'Blind', more: 'names appear after the vote' },
  { command: 'queue', group: 'Anywhere', words: 'Rate the unrated', key: 'j', mod: true, icon: 'star' },
  { command: 'shortcuts', group: 'Anywhere', words: 'This sheet', key: '?', icon: 'keyboard', title: 'Keyboard shortcuts' },
  { command: 'sets', group: 'Anywhere', words: 'Prompt sets', icon: 'table-2' },
  { command: 'pull', group: 'Anywhere', words: 'Pull a model', more: 'download with Ollama', icon: 'arrow-down' },
  { command: 'load', group: 'Anywhere', words: 'Load a model into memory', more: 'or take one out', icon: 'database' },
  { command: 'provider', group: 'Anywhere', words: 'Add a provider', icon: 'plug' },
  { command: 'refresh', group: 'Anywhere', words: 'Ask all providers for their models again', icon: 'refresh-cw' },
  { command: 'data', group: 'Anywhere', words: 'Import, export and backups', icon: 'share' },
  { command: 'theme', group: 'Anywhere', words: 'Switch between light and dark', icon: 'moon' },
  { command: 'new', group: 'Prompt', words: 'New prompt', key: 'n', mod: true, icon: 'plus' },
  { command: 'run', group: 'Prompt', words: 'Run the lineup', key: 'enter', mod: true, icon: 'play' },
  { command: 'close', group: 'Prompt', words: 'Stop all, or close', key: 'escape', typing: true },
  { command: 'edit', group: 'Prompt', words: 'Edit the prompt', key: 'e', mod: true, icon: 'pencil' },
  { command: 'followUp', group: 'Prompt', words: 'Follow up', key: 'f', mod: true, shift: true, icon: 'reply' },
  { command: 'rerun', group: 'Prompt', words: 'Run all again', key: 'r', mod: true, shift: true, icon: 'rotate-ccw' },
  { command: 'models', group: 'Prompt', words: 'Pick models', key: 'm', mod: true, icon: 'list', more: 'the lineup' },
  { command: 'attach', group: 'Prompt', words: 'Attach a file', key: 'u', mod: true, icon: 'paperclip' },
  { command: 'params', group: 'Prompt', words: 'System and parameters', key: '.', mod: true, icon: 'sliders-horizontal' },
  { command: 'saveLineup', group: 'Prompt', words: 'Save this lineup', more: 'under a name', icon: 'list' },
  { command: 'lanes', group: 'Prompt', words: 'Local models at once or one after another', icon: 'timer' },
  { command: 'columns', group: 'Prompt', words: 'Layout: columns', icon: 'columns-3' },
  { command: 'grid', group: 'Prompt', words: 'Layout: grid', icon: 'layout-grid' },
  { command: 'oneColumn', group: 'Prompt', words: 'Layout: focus', icon: 'rectangle-vertical' },
  // Before the keys that a letter has otherwise: while blind, C is a vote and no copy.
  { command: 'vote', group: 'Blind', words: 'This answer is best', key: 'a', also: 'bcdefgh', range: 'A–H' },
  { command: 'skip', group: 'Blind', words: 'Skip, in the queue', key: 's' },
  { command: 'previous', group: 'Answers', words: 'Previous answer', key: '[' },
  { command: 'next', group: 'Answers', words: 'Next answer', key: ']' },
  { command: 'focus', group: 'Answers', words: 'Focus', key: 'f', icon: 'maximize-2', title: 'Show one answer large' },
  { command: 'retry', group: 'Answers', words: 'Run this answer again', key: 'r', icon: 'refresh-cw' },
  { command: 'copy', group: 'Answers', words: 'Copy the answer', key: 'c', icon: 'copy' },
  { command: 'diff', group: 'Answers', words: 'Differences to the best', key: 'd', icon: 'file-diff' },
  { command: 'receipt', group: 'Answers', words: 'Show what left this machine', more: 'the log of this comparison', icon: 'receipt-text' },
  { command: 'exportThis', group: 'Answers', words: 'Export this comparison', icon: 'share' },
  { command: 'difference', group: 'Differences', words: 'Next difference', key: 'j' },
  { command: 'differenceBefore', group: 'Differences', words: 'Difference before', key: 'k' },
  { command: 'hideSame', group: 'Differences', words: 'Hide what is the same', key: 'h' },
  { command: 'swap', group: 'Differences', words: 'Change sides', key: 'x' },
  { command: 'stars', group: 'Rating', words: 'Stars', key: '1', also: '2345', range: '1–5' },
  { command: 'best', group: 'Rating', words: 'Best', key: 'b' },
  { command: 'tie', group: 'Rating', words: 'Tie', key: 't', icon: 'equal', title: 'Vote: a tie' },
  { command: 'rank', group: 'Rating', words: 'Rank the answers', key: 'o', icon: 'list-ordered' },
  { command: 'none', group: 'Rating', words: 'None is good', key: '0', icon: 'x', title: 'Vote: none is good' },
  { command: 'undo', group: 'Rating', words: 'Undo the vote', key: 'u', icon: 'undo-2' },
  { command: 'note', group: 'Rating', words: 'Reasons and note', key: 'n', icon: 'notebook-pen' },
  { command: 'details', group: 'Rating', words: 'Category and tags', key: '#', icon: 'tag' },
  { command: 'favourite', group: 'Rating', words: 'Favourite', key: '*', icon: 'bookmark' },
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
  return COMMANDS.find((s) => groups.includes(s.group) && fits(s, event, mod) && (s.mod || s.typing || !typing))?.command;
}

function fits(shortcut: CommandRow, event: KeyboardEvent, mod: boolean): boolean {
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
  const shortcut = COMMANDS.find((s) => s.command === command);
  if (shortcut?.key === undefined) return [];
  const caps = [shortcut.range ?? CAPS[shortcut.key] ?? shortcut.key.toUpperCase()];
  if (shortcut.shift) caps.unshift(mac ? '⇧' : 'Shift');
  if (shortcut.mod) caps.unshift(mac ? '⌘' : 'Ctrl');
  return caps;
}
