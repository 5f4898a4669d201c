import { expect, test } from 'vitest';

import { AppError, toAppError } from './errors';

test('the JSON that Go writes becomes an error with its sentence and its details', () => {
  const text = JSON.stringify({ code: 'unreachable', message: 'Ollama does not answer.', detail: 'connection refused', httpStatus: 0, retryAfterMs: 0 });
  for (const reason of [text, new Error(text)]) {
    const error = toAppError(reason);
    expect([error.code, error.message, error.detail]).toEqual(['unreachable', 'Ollama does not answer.', 'connection refused']);
  }
});

test.each([['plain words'], ['{"code": 5}'], ['null'], ['']])('%j, which Go did not write, is an internal error with the text as its detail', (text) => {
  expect(toAppError(text)).toMatchObject({ code: 'internal', detail: text });
});

test('an error that is one already stays the same', () => {
  const error = new AppError({ code: 'invalid', message: 'The prompt is empty.' });
  expect(toAppError(error)).toBe(error);
});
