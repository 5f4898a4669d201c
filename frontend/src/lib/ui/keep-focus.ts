import { tick } from 'svelte';

/** Does what moves the focused element to another place of its list. An element that is moved in the page loses the focus: it is given back. */
export async function keepingFocus(work: () => void | Promise<void>): Promise<void> {
  const focused = document.activeElement;
  await work();
  await tick();
  if (focused instanceof HTMLElement && focused.isConnected) focused.focus();
}
