import { createHash } from 'node:crypto';

import { z } from 'zod';

import { endStatement } from '../ledger/evidence/end-statement.ts';
import { MAX_LINE_BYTES } from '../ledger/evidence/limits.ts';
import { parseBytes32 } from '../ledger/ids.ts';
import { verifyBytes } from '../ledger/signatures/signature-key.ts';
import { CliError } from './cli-error.ts';
import type { GatewayClient } from './gateway-client.ts';
import { writeNewFile } from './new-file.ts';

const LINE_FEED = 0x0a;
const endSchema = z.object({
  type: z.literal('end'),
  lines: z.number(),
  sha256: z.string(),
  exporter: z.string(),
  signature: z.string(),
});

export interface SavedEvidence {
  readonly lines: number;
  readonly bytes: number;
  /** Of this export: whoever takes evidence out is recorded too. */
  readonly receiptId: string;
}

/**
 * Writes a bundle to a file, which appears only if its end is signed by the gateway for what came before. Whether what it
 * says holds is for `dxl verify bundle`.
 * @throws CliError ANSWER_UNVERIFIED, STREAM_CUT, GATEWAY_REFUSED, FILE_UNUSABLE
 */
export async function saveEvidence(client: GatewayClient, path: string, file: string): Promise<SavedEvidence> {
  const { publicKey, keyId } = await client.identity();
  return await writeNewFile(file, async (append) => {
    const { body, receiptId } = await client.openRows(path, {});
    const tail = new EvidenceTail();
    for await (const chunk of body) {
      tail.take(chunk);
      await append(chunk);
    }
    const { statement, exporter, signature } = tail.end();
    if (exporter !== keyId || !verifyBytes(publicKey, statement, signature)) {
      throw new CliError('ANSWER_UNVERIFIED', 'The bundle is not signed by this gateway');
    }
    return { lines: tail.lines, bytes: tail.bytes, receiptId };
  });
}

/** Hashes all lines but the last one, which is kept. */
class EvidenceTail {
  readonly #hash = createHash('sha256');
  #line: Buffer = Buffer.alloc(0);
  #isWhole = false;
  lines = 0;
  bytes = 0;

  take(chunk: Buffer): void {
    this.bytes += chunk.length;
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#isWhole) this.#pass();
      const newline = rest.indexOf(LINE_FEED);
      const length = newline < 0 ? rest.length : newline + 1;
      this.#line = Buffer.concat([this.#line, rest.subarray(0, length)]);
      if (this.#line.length > MAX_LINE_BYTES + 1) {
        throw new CliError('ANSWER_UNVERIFIED', 'A line of the bundle is too long');
      }
      this.#isWhole = newline >= 0;
      rest = rest.subarray(length);
    }
  }

  #pass(): void {
    this.#hash.update(this.#line);
    this.lines += 1;
    this.#line = Buffer.alloc(0);
    this.#isWhole = false;
  }

  /** What the last line says, if it is the end of what came before. @throws CliError ANSWER_UNVERIFIED */
  end(): { statement: Uint8Array; exporter: string; signature: Uint8Array } {
    const sha256 = parseBytes32(`0x${this.#hash.digest('hex')}`);
    const parsed = endSchema.safeParse(this.#isWhole ? parseLine(this.#line) : null);
    if (!parsed.success || parsed.data.lines !== this.lines || parsed.data.sha256 !== sha256) {
      throw new CliError('ANSWER_UNVERIFIED', 'The bundle has no end, or another one');
    }
    this.lines += 1;
    const { exporter, signature } = parsed.data;
    const statement = endStatement(parsed.data.lines, sha256);
    return { statement, exporter, signature: Buffer.from(signature.slice(2), 'hex') };
  }
}

function parseLine(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString('utf8'));
  } catch {
    return null;
  }
}
