import { createHash, generateKeyPairSync, sign } from 'node:crypto';

import { CliError } from '../../cli/cli-error.ts';
import { saveEvidence } from '../../cli/save-evidence.ts';
import { endStatement } from '../../ledger/evidence/end-statement.ts';
import { parseBytes32, parseGatewayId } from '../../ledger/ids.ts';

/** Saves a bundle of 8 KiB to the file in argv; prints the code of a failure, or what was saved. */
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const keyId = parseGatewayId(`0x${'11'.repeat(32)}`);
const body = Buffer.from(`${JSON.stringify({ filler: 'x'.repeat(80) })}\n`.repeat(90));
const sha256 = parseBytes32(`0x${createHash('sha256').update(body).digest('hex')}`);
const signature = `0x${sign(null, endStatement(90, sha256), privateKey).toString('hex')}`;
const end = Buffer.from(`${JSON.stringify({ type: 'end', lines: 90, sha256, exporter: keyId, signature })}\n`);

async function* oneChunk(): AsyncGenerator<Buffer> {
  await Promise.resolve();
  yield Buffer.concat([body, end]);
}

const gateway = {
  identity: () => Promise.resolve({ publicKey, keyId }),
  openRows: () => Promise.resolve({ receiptId: 'receipt-of-the-export', body: oneChunk() }),
};
// Otherwise the limit would end the process, which a full disk does not.
process.on('SIGXFSZ', () => undefined);
try {
  const { bytes } = await saveEvidence(gateway, '/v1/evidence', process.argv[2] ?? '');
  process.stdout.write(JSON.stringify({ bytes }));
} catch (error) {
  process.stdout.write(JSON.stringify({ code: error instanceof CliError ? error.code : String(error) }));
}
