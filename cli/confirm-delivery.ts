import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { signConfirmation } from '../ledger/receipts/confirmation.ts';
import type { SignedConfirmation } from '../ledger/receipts/confirmation.ts';
import { CliError } from './cli-error.ts';
import type { ProvedRows } from './fetch-rows.ts';
import { writeNewFile } from './new-file.ts';
import type { Session } from './session.ts';

const PRIVATE_FOLDER = 0o700;

/** Signs for what was received, and gives it to the gateway. @throws CliError GATEWAY_REFUSED, GATEWAY_UNREACHABLE */
export async function confirmDelivery(
  { client }: Pick<Session, 'client'>,
  rows: ProvedRows,
): Promise<SignedConfirmation> {
  const { receipt, digest, bytes } = rows;
  const receivedAt = Math.floor(Date.now() / 1000);
  const signed = signConfirmation({ receipt, digest, bytes, receivedAt }, client.key);
  await client.post(`/v1/receipts/${receipt.receiptId}/confirmation`, signed);
  return signed;
}

/**
 * Keeps the receipt here: with it the department can show that the gateway left it out of its log.
 * @param folder made when it is not there; `dxl verify bundle --copies` reads it
 */
export async function keepReceipt(folder: string, rows: ProvedRows, signed: SignedConfirmation | null): Promise<void> {
  const text = JSON.stringify({ receipt: rows.receipt, confirmation: signed }, null, 2);
  try {
    await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
    const file = join(folder, `${rows.receiptId}.json`);
    await writeNewFile(file, async (append) => await append(Buffer.from(`${text}\n`)));
  } catch (cause) {
    throw new CliError(
      'FILE_UNUSABLE',
      `The receipt cannot be kept in ${folder}`,
      { receiptId: rows.receiptId },
      cause,
    );
  }
}
