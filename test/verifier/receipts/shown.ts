import { contextHash } from '../../../ledger/receipts/context-hash.ts';
import { type AccessReceipt, receiptHash } from '../../../ledger/receipts/receipt.ts';
import {
  parseAccessKeyId,
  parseBytes32,
  parseDepartmentId,
  parseGatewayId,
  parseGrantId,
} from '../../../ledger/ids.ts';
import type { ShownReceipt } from '../../../verifier/receipts/shown-receipt.ts';
import { READ } from '../paper-gateway.ts';

const bytes = (digits: string): string => `0x${digits.repeat(32)}`;
export const GATEWAY = parseGatewayId(bytes('9a'));
export const GRANT = parseGrantId(bytes('50'));
export const KEY = parseAccessKeyId(bytes('4e'));
export const CALLER = parseDepartmentId('11100000000013127D');
/** Noon in Shanghai. */
export const OPENED = Date.UTC(2026, 5, 15, 4) / 1_000;
const SALT = 'A'.repeat(43);

/** The receipt of a delivered read, with what is shown beside it. */
export function shownReceipt(changes: Partial<AccessReceipt> = {}, beside: Partial<ShownReceipt> = {}): ShownReceipt {
  const receipt: AccessReceipt = {
    type: 'AccessReceipt',
    schema: 'dxl/receipt/1',
    receiptId: 'receipt-000000000001',
    gateway: GATEWAY,
    grantId: GRANT,
    caller: CALLER,
    keyId: KEY,
    block: { number: 20, hash: parseBytes32(bytes('b1')) },
    decision: 'PERMIT',
    outcome: 'DELIVERED',
    status: 200,
    requestHash: parseBytes32(bytes('e1')),
    contextHash: contextHash(SALT, READ),
    rows: 1,
    bytes: 10,
    contentHash: parseBytes32(bytes('c1')),
    endedBy: null,
    usage: { second: 0, day: 0, total: 0, bytesToday: 0 },
    openedAt: OPENED,
    closedAt: OPENED + 1,
    suppressed: 0,
    sequence: 1,
    previous: null,
    ...changes,
  };
  return {
    line: 7,
    index: 0,
    receipt,
    leaf: receiptHash(receipt),
    context: { ...READ, fields: [...READ.fields], equals: { ...READ.equals } },
    contentSalt: null,
    ...beside,
  };
}
