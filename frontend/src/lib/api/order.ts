/**
 * Runs work one after another, in the order it was given, whatever became of the work before. Calls of the window run side
 * by side in Go: stars that are given right before a vote could otherwise come after it.
 */
export function inOrder(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work, work);
    last = next.catch(() => undefined);
    return next;
  };
}
