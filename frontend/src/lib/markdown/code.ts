/** Highlighting of closed code blocks, by weight: few nodes, built from the tokens of highlight.js. */
import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import c from 'highlight.js/lib/languages/c';
import cpp from 'highlight.js/lib/languages/cpp';
import csharp from 'highlight.js/lib/languages/csharp';
import css from 'highlight.js/lib/languages/css';
import diff from 'highlight.js/lib/languages/diff';
import go from 'highlight.js/lib/languages/go';
import java from 'highlight.js/lib/languages/java';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import kotlin from 'highlight.js/lib/languages/kotlin';
import php from 'highlight.js/lib/languages/php';
import python from 'highlight.js/lib/languages/python';
import ruby from 'highlight.js/lib/languages/ruby';
import rust from 'highlight.js/lib/languages/rust';
import sql from 'highlight.js/lib/languages/sql';
import swift from 'highlight.js/lib/languages/swift';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';

const languages = { bash, c, cpp, csharp, css, diff, go, java, javascript, json, kotlin, php, python, ruby, rust, sql, swift, typescript, xml, yaml };
for (const [name, language] of Object.entries(languages)) hljs.registerLanguage(name, language);

/** The longest code that is highlighted; more would cost a visible pause. */
const LONGEST = 20_000;

/** What stands out, and what steps back: code is coloured by weight. Everything else is plain. */
const STRONG = /^(keyword|built_in|literal|type|section|name|selector-tag|addition)/;
const QUIET = /^(comment|quote|meta|doctag|deletion)/;

type Weight = 'b' | 'i' | '';
type Node = string | { scope?: string; children: Node[] };

/** Nodes of highlighted code, or undefined when it stays as it is. Neighbours of one weight share a node. */
export function codeNodes(code: string, language: string): DocumentFragment | undefined {
  if (code.length > LONGEST || hljs.getLanguage(language) === undefined) return undefined;
  // The tree, not the HTML that could be made of it: no text of an answer is ever parsed as HTML here.
  const { rootNode } = hljs.highlight(code, { language, ignoreIllegals: true })._emitter as unknown as { rootNode: Node };
  const fragment = document.createDocumentFragment();
  let run = '';
  let weight: Weight = '';
  const flush = (next: Weight) => {
    if (run !== '') fragment.append(weight === '' ? run : element(weight, run));
    run = '';
    weight = next;
  };
  const walk = (node: Node, inherited: Weight) => {
    if (typeof node !== 'string') {
      const own = weigh(node.scope) || inherited;
      for (const child of node.children) walk(child, own);
    } else {
      if (inherited !== weight && node.trim() !== '') flush(inherited);
      run += node;
    }
  };
  walk(rootNode, '');
  flush('');
  return fragment;
}

function weigh(scope = ''): Weight {
  if (QUIET.test(scope)) return 'i';
  return STRONG.test(scope) ? 'b' : '';
}

function element(tag: 'b' | 'i', text: string): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}
