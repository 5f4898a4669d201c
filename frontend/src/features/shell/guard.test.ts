import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { guardNavigation } from './guard';

describe('the navigation guard', () => {
  let remove: () => void;
  beforeEach(() => (remove = guardNavigation(document)));
  afterEach(() => {
    remove();
    document.body.replaceChildren();
  });

  function place(tag: string, attributes: Record<string, string> = {}): HTMLElement {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    document.body.append(node);
    return node;
  }

  function prevented(node: HTMLElement, type: string): boolean {
    const event = new Event(type, { bubbles: true, cancelable: true, composed: true });
    node.dispatchEvent(event);
    return event.defaultPrevented;
  }

  it.each([
    ['a click on a link', 'a', { href: 'https://example.com' }, 'click'],
    ['a middle click on a link', 'a', { href: 'https://example.com', target: '_blank' }, 'auxclick'],
    ['a click on an area', 'area', { href: 'https://example.com' }, 'click'],
    ['a form', 'form', { action: 'https://example.com' }, 'submit'],
    ['dragging a link', 'a', { href: 'https://example.com' }, 'dragstart'],
    ['dropping a file', 'div', {}, 'drop'],
  ])('stops %s', (_, tag, attributes, type) => {
    expect(prevented(place(tag, attributes as Record<string, string>), type)).toBe(true);
  });

  it('stops a click inside a link, before a handler that stops the event', () => {
    const link = place('a', { href: 'https://example.com' });
    const inner = document.createElement('b');
    link.append(inner);
    inner.addEventListener('click', (event) => event.stopPropagation());
    expect(prevented(inner, 'click')).toBe(true);
  });

  it('leaves buttons, and what says that it is dragged and dropped, alone', () => {
    expect(prevented(place('button'), 'click')).toBe(false);
    expect(prevented(place('li', { draggable: 'true' }), 'dragstart')).toBe(false);
    expect(prevented(place('ul', { 'data-drop': '' }), 'drop')).toBe(false);
  });

  it('is gone once removed', () => {
    remove();
    expect(prevented(place('div'), 'drop')).toBe(false);
  });
});
