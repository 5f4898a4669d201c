/** Markdown to HTML of our own elements: GFM tables and strikethrough, maths, no HTML, no automatic links. Not yet safe. */
import MarkdownIt, { type Env as BaseEnv, type Token } from 'markdown-it';

import { addMaths } from './maths';

/** Addresses of links by number. The number stands in the page, the address never does. */
export class Links {
  #addresses: string[] = [];
  #numbers = new Map<string, number>();

  number(address: string): number {
    const known = this.#numbers.get(address);
    if (known !== undefined) return known;
    this.#numbers.set(address, this.#addresses.length);
    return this.#addresses.push(address) - 1;
  }

  address(number: number): string {
    return this.#addresses[number] ?? '';
  }
}

export type References = NonNullable<BaseEnv['references']>;

type Env = BaseEnv & {
  links: Links;
  /** Nothing follows: what is open stays so. */
  final: boolean;
};

/** A block of the top level. */
export interface Block {
  type: string;
  /** Its first line, from 0. */
  line: number;
  html: string;
  /** The last block's items, where it has some: html is before, all items, after. */
  parts?: { before: string; items: string[]; after: string };
}

/** The longest text of one paragraph or cell that is formatted, in characters: some texts cost the square of their length. */
const LONGEST_INLINE = 16 * 1024;

const md = new MarkdownIt({ html: false, linkify: false, breaks: false, typographer: false });
md.validateLink = () => true; // addresses are data; Go decides what may be opened
addMaths(md);

md.core.ruler.at('inline', (state) => {
  for (const token of state.tokens) {
    if (token.type !== 'inline') continue;
    state.env['formulas'] = 0;
    token.children = [];
    if (token.content.length <= LONGEST_INLINE) {
      md.inline.parse(token.content, md, state.env, token.children);
    } else {
      const text = new state.Token('text', '', 0);
      text.content = token.content;
      token.children.push(text);
    }
  }
});

/** Cuts text into its blocks. References are definitions of links that stood before it; the result holds its own, too. */
export function parse(text: string, links: Links, known: References, final: boolean): { blocks: Block[]; references: References } {
  const env: Env = { links, final, references: { ...known } };
  const groups = grouped(md.parse(text, env), 0);
  const blocks = groups.map((tokens, i) => block(tokens, env, i === groups.length - 1));
  return { blocks, references: env.references ?? {} };
}

/** The definitions of links in a text. */
export function referencesOf(text: string): References {
  const env: BaseEnv = {};
  md.block.parse(text, md, env, []);
  return env.references ?? {};
}

/** Tokens of one level, each block with its content in a list of its own. */
function grouped(tokens: Token[], level: number): Token[][] {
  const groups: Token[][] = [];
  let begin = 0;
  tokens.forEach((token, i) => {
    if (token.level !== level || token.nesting > 0) return;
    groups.push(tokens.slice(begin, i + 1));
    begin = i + 1;
  });
  return groups;
}

function block(tokens: Token[], env: Env, last: boolean): Block {
  const { type, map } = tokens[0]!;
  const line = map?.[0] ?? 0;
  if (!last) return { type, line, html: html(tokens, env, true) };
  const [from, to, level] = span(tokens);
  if (from === 0) return { type, line, html: html(tokens, env, env.final) };
  const groups = grouped(tokens.slice(from, to), level);
  const items = groups.map((group, i) => html(group, env, env.final || i < groups.length - 1));
  const parts = { before: html(tokens.slice(0, from), env, true), items, after: html(tokens.slice(to), env, true) };
  return { type, line, html: parts.before + items.join('') + parts.after, parts };
}

/** Where the items of a list, quotation or table stand among its tokens, and their level. From 0: it has none. */
function span(tokens: Token[]): [from: number, to: number, level: number] {
  const type = tokens[0]!.type;
  if (type === 'bullet_list_open' || type === 'ordered_list_open' || type === 'blockquote_open') return [1, tokens.length - 1, 1];
  const body = tokens.findIndex((token) => token.type === 'tbody_open' && token.level === 1);
  return body < 0 ? [0, 0, 0] : [body + 1, tokens.length - 2, 2];
}

function html(tokens: Token[], env: Env, final: boolean): string {
  return md.renderer.render(tokens, md.options, { ...env, final });
}

/** What of an address the eye needs: its host, or the scheme of one without. */
export function hostOf(address: string): string {
  try {
    const { host, protocol } = new URL(address);
    return host || protocol;
  } catch {
    return 'no host';
  }
}

const { rules } = md.renderer;
const escape = md.utils.escapeHtml;

// Links are built as buttons after the sanitiser; here only their place and number are marked.
rules['link_open'] = (tokens, i, _options, env) =>
  `<span class="md-link md-link-${(env as Env).links.number(String(tokens[i]!.attrGet('href') ?? ''))}">`;
rules['link_close'] = () => '</span>';

rules['image'] = (tokens, i) => {
  const token = tokens[i]!;
  const host = hostOf(String(token.attrGet('src') ?? ''));
  return `<span class="md-image">image: ${escape(token.content || 'no description')} (${escape(host)})</span>`;
};

// An answer stands below the heading of its column: its own levels are pushed down.
const pushed = (tag: string): string => `h${Math.min(Number(tag.slice(1)) + 2, 6)}`;
rules['heading_open'] = (tokens, i) => `<${pushed(tokens[i]!.tag)}>`;
rules['heading_close'] = (tokens, i) => `</${pushed(tokens[i]!.tag)}>\n`;

// Alignment as an attribute: a style attribute is refused by the content security policy.
for (const cell of ['th_open', 'td_open']) {
  rules[cell] = (tokens, i) => {
    const token = tokens[i]!;
    const align = /text-align:(\w+)/.exec(String(token.attrGet('style') ?? ''))?.[1];
    return align === undefined ? `<${token.tag}>` : `<${token.tag} align="${align}">`;
  };
}

rules['fence'] = rules['code_block'] = (tokens, i, _options, env) => {
  const token = tokens[i]!;
  const language = /^[\w+#.-]{1,30}/.exec(token.info.trim())?.[0] ?? '';
  const open = token.type === 'fence' && !(env as Env).final && !isClosed(token);
  return `<pre><code class="md-code${open ? ' md-open' : ''}${language === '' ? '' : ` md-lang-${language}`}">${escape(token.content)}</code></pre>\n`;
};

/** Whether a fence has its closing line: it covers one line more than its first and its content. */
function isClosed({ map, content }: Token): boolean {
  const lines = content === '' ? 0 : content.split('\n').length - (content.endsWith('\n') ? 1 : 0);
  return map !== null && map[1] - map[0] > lines + 1;
}

const math = (tex: string, more: string): string => `<span class="md-math${more}">${escape(tex)}</span>`;
rules['math_inline'] = (tokens, i) => math(tokens[i]!.content, '');
rules['math_display'] = (tokens, i) => math(tokens[i]!.content, ' md-display');
rules['math_block'] = (tokens, i, _options, env) => {
  const open = tokens[i]!.info === 'open' && !(env as Env).final; // half a formula is no formula
  return `<p>${math(tokens[i]!.content, ` md-display${open ? ' md-open' : ''}`)}</p>\n`;
};
