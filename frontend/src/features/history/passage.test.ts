import { describe, expect, it } from 'vitest';

import { passage } from './passage';

const answer = '# Title\n\nFirst paragraph.\n\n```py\nx = 1\n\ny = 2\n```\n\nA timeout is not a refusal.\n\nThe end.\n';

describe('the passage of an answer', () => {
  it('is the whole answer when that is short', () => {
    expect(passage(answer, [])).toEqual({ text: answer.trimEnd(), whole: true });
  });

  it('begins at the block where a word was found, and says that more came before', () => {
    expect(passage(answer, ['timeout'])).toEqual({ text: '…A timeout is not a refusal.\n\nThe end.', whole: false });
  });

  it('does not cut a code block at its blank line', () => {
    expect(passage(answer, ['y = 2'], 20).text).toBe('```py\nx = 1\n\ny = 2\n```');
  });

  it('ends at a block near the length that is wanted', () => {
    expect(passage(answer, [], 30).text).toBe('# Title\n\nFirst paragraph.');
  });

  it('does not end with a heading', () => {
    expect(passage('One.\n\n## Code\n\nA long paragraph that follows.', [], 20)).toEqual({ text: 'One.', whole: false });
  });

  it('cuts one very long block at a space', () => {
    expect(passage(`${'word '.repeat(100)}`, [], 12).text).toBe('word word word word word…');
  });

  it('begins within a long paragraph, a few words before what was found', () => {
    const { text, whole } = passage(`${'word '.repeat(200)}the key is here.`, ['key'], 40);
    expect([text, whole]).toEqual(['…word the key is here.', false]);
  });

  it('of nothing is nothing', () => expect(passage('', ['x'])).toEqual({ text: '', whole: true }));
});
