import type { ErrorView } from './backend';

/** An error that the user may read: message is a sentence with the next step. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: string;
  /** The provider's own words for the folded details; may be empty. */
  readonly detail: string;

  constructor(view: Pick<ErrorView, 'code' | 'message'> & Partial<ErrorView>) {
    super(view.message);
    this.code = view.code;
    this.detail = view.detail ?? '';
  }
}

/**
 * Reads whatever a bound call rejected with. Wails hands over text only, so the Go side writes an ErrorView as JSON;
 * anything else comes from Wails itself or from a bug, and its text is kept as the detail.
 */
export function toAppError(reason: unknown): AppError {
  if (reason instanceof AppError) return reason;
  const text = reason instanceof Error ? reason.message : String(reason);
  return new AppError(parse(text) ?? { code: 'internal', message: 'Something went wrong inside Bakeoff. Try it again.', detail: text });
}

function parse(text: string): ErrorView | null {
  try {
    const value: unknown = JSON.parse(text);
    return isErrorView(value) ? value : null;
  } catch {
    return null;
  }
}

function isErrorView(value: unknown): value is ErrorView {
  return (
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    typeof value.code === 'string' &&
    'message' in value &&
    typeof value.message === 'string'
  );
}
