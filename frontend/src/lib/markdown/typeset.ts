/** TeX to nodes. KaTeX builds elements and sets their styles one by one, which the content security policy allows. */
import katex from 'katex';

/** The longest TeX that is set, in characters. */
const LONGEST = 4000;

/** Formulas that were set, by their TeX: a paragraph that grows is drawn again each frame, its formulas are copied. */
const known = new Map<string, Element>();
const MOST_KNOWN = 400;

/** Replaces TeX by what it means; TeX that cannot be set stays, as text. */
export function typeset(span: Element): void {
  const tex = span.textContent;
  const display = span.classList.contains('md-display');
  const key = `${display ? 'd' : 'i'}${tex}`;
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
