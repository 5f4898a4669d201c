/** TeX to nodes. KaTeX builds elements and sets their styles one by one, which the content security policy allows. */
import katex from 'katex';

/** The longest TeX that is set, in characters. */
const LONGEST = 4000;

/** Formulas that were set, by their TeX: a paragraph that grows is drawn again each frame, its formulas are copied. */
const known = new Map<string, Element>();
const MOST_KNOWN = 400;

/** How many formulas of one answer are set as they come. The others wait until they are seen: a thousand take seconds. */
const MOST_AT_ONCE = 250;
const counts = new WeakMap<object, number>();

const seen =
  typeof IntersectionObserver === 'undefined'
    ? undefined
    : new IntersectionObserver((entries, observer) => {
        for (const { target, isIntersecting } of entries) {
          if (!isIntersecting) continue;
          observer.unobserve(target);
          set(target);
        }
      });

/**
 * Replaces TeX by what it means; TeX that cannot be set stays, as text. The answer is any object that stands for the text
 * it is in: of its formulas the first are set now.
 */
export function typeset(span: Element, answer: object): void {
  const count = counts.get(answer) ?? 0;
  if (known.has(keyOf(span))) return set(span);
  if (count >= MOST_AT_ONCE && seen !== undefined) {
    seen.observe(span);
    return;
  }
  counts.set(answer, count + 1);
  set(span);
}

function keyOf(span: Element): string {
  return `${span.classList.contains('md-display') ? 'd' : 'i'}${span.textContent}`;
}

function set(span: Element): void {
  const tex = span.textContent;
  const display = span.classList.contains('md-display');
  const key = keyOf(span);
  let made = known.get(key);
  if (made === undefined) {
    made = make(tex, display);
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(key, made);
  }
  span.replaceWith(made.cloneNode(true));
}

function make(tex: string, display: boolean): Element {
  const span = document.createElement('span');
  span.className = display ? 'md-math md-display' : 'md-math';
  try {
    if (tex.length > LONGEST) throw new RangeError('too long');
    katex.render(tex, span, {
      displayMode: display, output: 'html', throwOnError: true, trust: false, strict: 'ignore', maxExpand: 200, maxSize: 20,
    });
    span.setAttribute('role', 'math');
    span.setAttribute('aria-label', tex);
  } catch {
    span.textContent = tex; // never the error's own text: it quotes TeX as HTML
    span.classList.add('md-raw');
  }
  return span;
}
