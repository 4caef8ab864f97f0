/** Why the demonstration cannot go on. */
export type StoryErrorCode = 'ACT_NOT_RECORDED' | 'UNEXPECTED_ANSWER';

export class StoryError extends Error {
  override readonly name = 'StoryError';
  readonly code: StoryErrorCode;

  constructor(code: StoryErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
