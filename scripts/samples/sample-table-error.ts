/** The sample table does not follow its own legend; there is nothing to choose, so no codes. */
export class SampleTableError extends Error {
  override readonly name = 'SampleTableError';
  readonly code = 'SAMPLE_TABLE_INVALID';
}
