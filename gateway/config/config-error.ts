export type ConfigErrorCode =
  | 'ENVIRONMENT_INVALID'
  | 'FILE_UNREADABLE'
  | 'KEY_UNUSABLE'
  | 'NOTICES_INVALID'
  | 'TIMESTAMP_INVALID'
  | 'WITNESSES_INVALID';

/** Start-up is refused; `problems` lists everything that has to be mended. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code: ConfigErrorCode;
  readonly problems: readonly string[];

  constructor(code: ConfigErrorCode, problems: readonly string[], cause?: unknown) {
    super(problems.join('\n'), cause === undefined ? undefined : { cause });
    this.code = code;
    this.problems = problems;
  }
}
