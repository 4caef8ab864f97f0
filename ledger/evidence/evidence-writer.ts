import { createHash } from 'node:crypto';

import { canonicalBytes } from '../canonical-json.ts';
import { LedgerError } from '../errors.ts';
import { parseBytes32 } from '../ids.ts';
import type { JsonValue } from '../json/strict-json.ts';
import { type EvidenceLine, evidenceLineSchema } from './evidence-line.ts';
import { endStatement } from './end-statement.ts';
import { MAX_LINE_BYTES } from './limits.ts';

/** Who signs for the file as a whole: a gateway that is registered on the ledger. `sign`: Ed25519, 64 bytes. */
export interface Exporter {
  readonly gateway: string;
  readonly sign: (statement: Uint8Array) => Uint8Array | Promise<Uint8Array>;
}

const LINE_FEED = Uint8Array.of(0x0a);

/** Writes the lines of a bundle in their one form, and keeps count and hash of them for the last one. */
export class EvidenceWriter {
  readonly #hash = createHash('sha256');
  #lines = 0;

  /**
   * The bytes of one line, which the caller writes out before the next.
   * @throws LedgerError EVIDENCE_INVALID for what is no line, or a line that is too long
   */
  line(line: Exclude<EvidenceLine, { type: 'end' }>): Uint8Array {
    const bytes = encodeLine(line);
    this.#hash.update(bytes);
    this.#lines += 1;
    return bytes;
  }

  /** The last line. Nothing can be written after it. */
  async end({ gateway, sign }: Exporter): Promise<Uint8Array> {
    const lines = this.#lines;
    const sha256 = parseBytes32(`0x${this.#hash.digest('hex')}`);
    const signature = await sign(endStatement(lines, sha256));
    const hex = `0x${Buffer.from(signature).toString('hex')}`;
    return encodeLine({ type: 'end', lines, sha256, exporter: parseBytes32(gateway), signature: hex });
  }
}

function encodeLine(line: EvidenceLine): Uint8Array {
  if (!evidenceLineSchema.safeParse(line).success) {
    throw new LedgerError('EVIDENCE_INVALID', 'Not a line of an evidence bundle', { type: line.type });
  }
  const bytes = canonicalBytes(jsonOf(line));
  if (bytes.length > MAX_LINE_BYTES) {
    throw new LedgerError('EVIDENCE_INVALID', 'A line is too long', { type: line.type, bytes: bytes.length });
  }
  return Buffer.concat([bytes, LINE_FEED]);
}

function jsonOf(line: EvidenceLine): JsonValue {
  return line;
}
