/** {{name}}, perhaps escaped. Go has the same one, and fills: backend/prompt/template.go. */
const TOKEN = /\\?\{\{[ \t]*([\p{L}\p{N}_]+(?:[ \t]+[\p{L}\p{N}_]+)*)[ \t]*\}\}/gu;

/** The names of the variables in some texts in the order in which they first occur, each once. */
export function variablesOf(...texts: string[]): string[] {
  const names = texts.flatMap((text) => [...text.matchAll(TOKEN)].filter(([all]) => !all.startsWith('\\')).map(([, name = '']) => name.split(/[ \t]+/).join(' ')));
  return [...new Set(names)];
}

/** Whether a text has variables, or braces that would be one without their backslash. */
export function isTemplate(text: string): boolean {
  return new RegExp(TOKEN.source, 'u').test(text);
}
