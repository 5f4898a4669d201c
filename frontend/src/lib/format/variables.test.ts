import { expect, test } from 'vitest';

import { isTemplate, variablesOf } from './variables';

// The same table as in backend/prompt/template_test.go.
test.each([
  ['', []],
  ['plain {text} {{}} {{ }} {x}', []],
  ['{{city}} and {{ city }}, {{City}}', ['city', 'City']],
  ['{{first  name}} {{\tx\t}}', ['first name', 'x']],
  ['{{größe_2}} {{数}}', ['größe_2', '数']],
  ['\\{{city}} {{b}}', ['b']],
  ['{{user.name}} {{a-b}} {{#if}} {{/}}', []],
  ['{{{city}}}', ['city']],
  ['{{a\nb}}', []],
  ['{{a}}{{b}}{{a}}', ['a', 'b']],
])('%j', (text, want) => expect(variablesOf(text)).toEqual(want));

test('several texts share their variables', () => expect(variablesOf('be {{tone}}', 'say {{what}}, {{tone}}')).toEqual(['tone', 'what']));

test('an escaped variable makes a template as well: its backslash is taken away', () => {
  expect([isTemplate('\\{{a}}'), isTemplate('\\{{a}\\}'), isTemplate('{{a}}'), isTemplate('{a}')]).toEqual([true, false, true, false]);
});
