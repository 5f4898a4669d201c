/** What lies over the page, newest last: Esc closes the topmost one. */
const open: (() => void)[] = [];

/** Tells that a layer has opened; the returned function tells that it has closed. */
export function openLayer(close: () => void): () => void {
  open.push(close);
  return () => {
    const i = open.lastIndexOf(close);
    if (i >= 0) open.splice(i, 1);
  };
}

/** Closes the topmost layer; false when there is none. */
export function closeTop(): boolean {
  const close = open.at(-1);
  close?.();
  return close !== undefined;
}

/** Whether anything lies over the page. */
export function covered(): boolean {
  return open.length > 0;
}
