/** An SQLSTATE, or a code of Node or undici. Anything else that stands in its place may be data. */
const CODE = /^(?:[0-9A-Z]{5}|[A-Z][A-Z_]{1,63})$/;
const CLASS = /^[A-Za-z]{1,64}$/;

/**
 * What may be known of another's error. Its message, detail and stack stay out: parsers and databases quote the data
 * that they stumble over, and causes reach the log.
 */
export class SourceFault extends Error {
  override readonly name = 'SourceFault';
  /** The name of the error's class. */
  readonly errorClass: string;
  readonly code: string | null;
  /** Bytes of the body before the piece or line that could not be read; null where there is no such thing. */
  readonly offset: number | null;

  constructor(error: unknown, offset: number | null = null) {
    const errorClass = classOf(error);
    const code = codeOf(error);
    super([errorClass, code, offset === null ? null : `at ${offset}`].filter((part) => part !== null).join(' '));
    this.errorClass = errorClass;
    this.code = code;
    this.offset = offset;
  }
}

function classOf(error: unknown): string {
  const name = error instanceof Error ? error.constructor.name : typeof error;
  return CLASS.test(name) ? name : 'Error';
}

function codeOf(error: unknown): string | null {
  const isCoded = error instanceof Error && 'code' in error && typeof error.code === 'string' && CODE.test(error.code);
  return isCoded ? String(error.code) : null;
}
