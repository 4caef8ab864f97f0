/**
 * FILE_UNREADABLE: the browser cannot read a file that was chosen. NOT_IN_A_BROWSER: a part of Node that the page does
 * not replace. INTERNAL: whatever nobody expected.
 */
export type PageErrorCode = 'FILE_UNREADABLE' | 'NOT_IN_A_BROWSER' | 'INTERNAL';

export class PageError extends Error {
  override readonly name = 'PageError';
  readonly code: PageErrorCode;

  constructor(code: PageErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
