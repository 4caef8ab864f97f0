import { isObject } from '../../ledger/json/is-object.ts';
import { parseStrictJson } from '../../ledger/json/strict-json.ts';
import { parseReceipt } from '../../ledger/receipts/receipt.ts';
import type { ReceiptCopy } from './copy-check.ts';

/**
 * A receipt as `GET /v1/receipts/{id}` answers it, `{ "receipt": ... }`, or the receipt alone.
 * @throws LedgerError DOCUMENT_MALFORMED, DOCUMENT_TOO_LARGE, RECEIPT_INVALID
 */
export function parseCopy(source: string, bytes: Uint8Array): ReceiptCopy {
  const value = parseStrictJson(bytes);
  const [, receipt = value] = isObject(value) ? (Object.entries(value).find(([name]) => name === 'receipt') ?? []) : [];
  return { source, receipt: parseReceipt(receipt) };
}
