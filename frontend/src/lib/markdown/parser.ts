/** The Markdown parser: GFM tables and strikethrough, maths, no HTML, no automatic links. */
import MarkdownIt from 'markdown-it';


/** What a rendering collects beside its HTML: addresses of links, by the number in their class. They never stand in the DOM. */
export type Env = { links: string[] } & Record<string, unknown>;

export const md = new MarkdownIt({ html: false, linkify: false, breaks: false, typographer: false });

/** Host of an address for the eye; the address itself when it has none. */
export function hostOf(address: string): string {
  try {
    return new URL(address).host || address;
  } catch {
    return address;
  }
}

// Links are built as buttons after the sanitiser; here only their place and number are marked.
md.renderer.rules['link_open'] = (tokens, i, _options, env) => {
  const { links } = env as Env;
  links.push(String(tokens[i]!.attrGet('href') ?? ''));
  return `<span class="md-link md-link-${links.length - 1}">`;
};
md.renderer.rules['link_close'] = () => '</span>';
md.validateLink = () => true; // addresses are data; Go decides what may be opened

md.renderer.rules['image'] = (tokens, i) => {
  const token = tokens[i]!;
  return `<span class="md-image">image: ${md.utils.escapeHtml(token.content || 'no description')} (${md.utils.escapeHtml(hostOf(String(token.attrGet('src') ?? '')))})</span>`;
};

// An answer stands below the heading of its column: its own levels are pushed down.
const pushed = (tag: string): string => `h${Math.min(Number(tag.slice(1)) + 2, 6)}`;
md.renderer.rules['heading_open'] = (tokens, i) => `<${pushed(tokens[i]!.tag)}>`;
md.renderer.rules['heading_close'] = (tokens, i) => `</${pushed(tokens[i]!.tag)}>\n`;

// Alignment as an attribute: a style attribute is refused by the content security policy.
for (const cell of ['th_open', 'td_open']) {
  md.renderer.rules[cell] = (tokens, i) => {
    const token = tokens[i]!;
    const align = /text-align:(\w+)/.exec(String(token.attrGet('style') ?? ''))?.[1];
    return align === undefined ? `<${token.tag}>` : `<${token.tag} align="${align}">`;
  };
}

md.renderer.rules['fence'] = (tokens, i) => {
  const token = tokens[i]!;
  const language = /^[\w+#.-]{1,30}/.exec(token.info.trim())?.[0] ?? '';
  return `<pre><code class="md-code${language === '' ? '' : ` md-lang-${language}`}">${md.utils.escapeHtml(token.content)}</code></pre>\n`;
};
md.renderer.rules['code_block'] = md.renderer.rules['fence'];

const math = (tex: string, display: boolean): string =>
  `<span class="md-math${display ? ' md-display' : ''}">${md.utils.escapeHtml(tex)}</span>`;
md.renderer.rules['math_inline'] = (tokens, i) => math(tokens[i]!.content, false);
md.renderer.rules['math_block'] = (tokens, i) => `<p>${math(tokens[i]!.content, true)}</p>\n`;

const PAIRS: readonly [string, string, boolean][] = [
  ['$$', '$$', true],
  ['\\[', '\\]', true],
  ['\\(', '\\)', false],
  ['$', '$', false],
];

/** The longest inline maths, in characters: a search for an end that is not there must not read the whole text. */
const LONGEST_INLINE = 1000;

// Inline maths. A dollar sign is maths only when the text inside touches it on both sides and no digit follows:
// "$5 and $10" is money.
md.inline.ruler.before('escape', 'math', (state, silent) => {
  const { src, pos } = state;
  for (const [open, close, display] of PAIRS) {
    if (!src.startsWith(open, pos)) continue;
    const from = pos + open.length;
    const length = src.slice(from, from + LONGEST_INLINE).indexOf(close);
    if (length <= 0) continue;
    const to = from + length;
    const tex = src.slice(from, to);
    if (open === '$' && (/^\s|\s$/.test(tex) || /\d/.test(src[to + 1] ?? '') || tex.includes('\n\n'))) continue;
    if (!silent) state.push('math_inline', 'span', 0).content = tex.trim();
    if (display && !silent) state.tokens[state.tokens.length - 1]!.type = 'math_display';
    state.pos = to + close.length;
    return true;
  }
  return false;
});
md.renderer.rules['math_display'] = (tokens, i) => math(tokens[i]!.content, true);

// A block of maths begins and ends with its own line, so that blank lines and underscores inside stay maths.
md.block.ruler.before(
  'fence',
  'math_block',
  (state, start, end, silent) => {
    const line = (n: number) => state.src.slice(state.bMarks[n]! + state.tShift[n]!, state.eMarks[n]!);
    const first = line(start).trimEnd();
    const pair = PAIRS.find(([open, , display]) => display && first.startsWith(open));
    if (pair === undefined) return false;
    const [open, close] = pair;
    const lines: string[] = [];
    let n = start;
    let closed = false;
    for (; n < end; n++) {
      const text = n === start ? line(n).slice(open.length) : line(n);
      const at = text.trimEnd();
      if (at.endsWith(close)) {
        lines.push(at.slice(0, -close.length));
        closed = true;
        break;
      }
      if (n === start && text.includes(close)) return false; // text follows the closing: not a block
      lines.push(text);
    }
    if (!closed && first !== open) return false;
    if (silent) return true;
    const token = state.push('math_block', 'p', 0);
    token.content = lines.join('\n').trim();
    token.map = [start, Math.min(n + 1, end)];
    token.markup = closed ? close : '';
    state.line = Math.min(n + 1, end);
    return true;
  },
  { alt: ['paragraph', 'reference', 'blockquote', 'list'] },
);
