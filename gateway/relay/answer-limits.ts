/** What one answer may take of the gateway, whatever its grant allows; the lower of the two holds. */
export const MAX_ANSWER_MS = 300_000;
export const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
export const MAX_ANSWER_ROWS = 100_000;

/** Longest row, as a source may send it and as it may leave. */
export const MAX_ROW_BYTES = 256 * 1024;

/** Most bytes that an answer of so many rows may have. */
export function mostBytes(rows: number): number {
  return Math.min(MAX_ANSWER_BYTES, rows * MAX_ROW_BYTES);
}
