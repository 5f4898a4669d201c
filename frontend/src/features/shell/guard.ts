/**
 * Keeps the window on its own page. Nothing in it may navigate: a link that slipped through, a form, a file or a link
 * that is dropped. The guard listens in the capture phase, before any handler of the page. Returns what removes it.
 */
export function guardNavigation(target: Window | Document = window): () => void {
  const guards: Record<string, (event: Event) => void> = {
    click: stopLink,
    auxclick: stopLink,
    submit: (event) => event.preventDefault(),
    dragstart: stopForeignDrag,
    dragover: stopForeignDrop,
    drop: stopForeignDrop,
  };
  for (const [type, guard] of Object.entries(guards)) target.addEventListener(type, guard, true);
  return () => {
    for (const [type, guard] of Object.entries(guards)) target.removeEventListener(type, guard, true);
  };
}

function stopLink(event: Event): void {
  if (closest(event, 'a[href], area[href], [href]')) event.preventDefault();
}

/** Only what says so itself may be dragged; links, images and selected text stay. */
function stopForeignDrag(event: Event): void {
  if (!closest(event, '[draggable="true"]')) event.preventDefault();
}

/** A drop outside a place that takes it would open what was dropped. */
function stopForeignDrop(event: Event): void {
  if (closest(event, '[data-drop]')) return;
  event.preventDefault();
  const transfer = event instanceof DragEvent ? event.dataTransfer : null;
  if (transfer) transfer.dropEffect = 'none';
}

function closest(event: Event, selector: string): boolean {
  return event.composedPath().some((node) => node instanceof Element && node.matches(selector));
}
