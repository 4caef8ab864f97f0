import { EVIDENCE_FORMAT } from './limits.ts';

/** What the exporter signs: how many lines there are before the end, and the SHA-256 of their bytes. */
export function endStatement(lines: number, sha256: string): Uint8Array {
  return Buffer.from(`${EVIDENCE_FORMAT}\n${lines}\n${sha256}\n`, 'latin1');
}
