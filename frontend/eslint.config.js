import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

import svelteConfig from './svelte.config.js';

/**
 * The doors of the house: what a room may import. Types of the wire may be read anywhere, calls are made by state only.
 * @param {string[]} files who is held
 * @param {string[]} closed the folders of src/ that these may not import
 * @param {string} why
 * @param {boolean} wailsjs whether the generated bindings may be imported
 */
function door(files, closed, why, wailsjs = false) {
  return {
    files,
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: closed.flatMap((room) => [`**/${room}`, `**/${room}/**`]), message: why, allowTypeImports: true },
            ...(wailsjs ? [] : [{ group: ['**/wailsjs', '**/wailsjs/**'], message: 'Only lib/api imports wailsjs.' }]),
          ],
        },
      ],
    },
  };
}

export default ts.config(
  { ignores: ['dist/', 'node_modules/', 'src/wailsjs/', 'test-results/', 'playwright-report/'] },
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      // noUncheckedIndexedAccess asks at every index; where it is known to exist, `!` says so.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // A plain Map or Set in a class is one that must not redraw anything.
      'svelte/prefer-svelte-reactivity': 'off',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      'svelte/no-at-html-tags': 'error',
    },
  },
  // A measurement prints what it measured.
  { files: ['tests/bench/**'], rules: { 'no-console': 'off' } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig } },
  },
  {
    // A style string is blocked by the content security policy; the style: directive goes through CSSOM and is not.
    files: ['**/*.svelte'],
    rules: {
      'no-restricted-syntax': ['error', { selector: "SvelteAttribute[key.name='style']", message: 'The content security policy blocks it. Use style:name={value}.' }],
    },
  },
  door(['src/lib/api/**'], ['lib/state', '**/state', 'features', 'lib/ui', 'lib/markdown', 'lib/format'], 'api is the lowest floor.', true),
  door(['src/lib/format/**', 'src/lib/markdown/**'], ['api', 'state', 'features', 'ui'], 'format and markdown are pure.'),
  door(['src/lib/ui/**'], ['api', 'state', 'features', 'markdown'], 'ui knows no domain.'),
  door(['src/lib/state/**'], ['features', 'ui', 'markdown'], 'state imports api and format only.'),
  door(['src/features/**'], ['api'], 'features call state, which calls the backend.'),
  // A test may bring the fake backend and look into any room.
  { files: ['src/**/*.test.ts'], rules: { '@typescript-eslint/no-restricted-imports': 'off' } },
);
