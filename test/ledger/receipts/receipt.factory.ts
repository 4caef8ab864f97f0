import { createHash } from 'node:crypto';

import { newSalt } from '../../../ledger/document-hash.ts';
import { parseAccessKeyId, parseBytes32, parseDepartmentId, parseGrantId } from '../../../ledger/ids.ts';
import { contentHash } from '../../../ledger/receipts/content-hash.ts';
import { type AccessContext, contextHash } from '../../../ledger/receipts/context-hash.ts';
import { type AccessReceipt, parseReceipt } from '../../../ledger/receipts/receipt.ts';

const hex32 = (digit: string): string => `0x${digit.repeat(64)}`;

export function anAccessContext(changes: Partial<AccessContext> = {}): AccessContext {
  return {
    purpose: 'BUSINESS_COLLAB',
    caseNumber: '示人社认〔2025〕第0042号',
    system: 'SI-PENSION-01',
    fields: ['id_no', 'name'],
    equals: { id_no: '990100199001010012' },
    region: '9901',
    limit: 1,
    ...changes,
  };
}

/** A delivered read. */
export function rawReceipt(changes: Readonly<Record<string, unknown>> = {}): AccessReceipt {
  return {
    type: 'AccessReceipt',
    schema: 'dxl/receipt/1',
    receiptId: '01hzx3k9v7q2m4n6p8r0s2t4w6',
    gateway: 'gateway.example.invalid',
    grantId: parseGrantId(hex32('a')),
    caller: parseDepartmentId('11990100MB00000435'),
    keyId: parseAccessKeyId(hex32('b')),
    block: { number: 42, hash: parseBytes32(hex32('c')) },
    requestHash: parseBytes32(hex32('d')),
    contextHash: contextHash(newSalt(), anAccessContext()),
    decision: 'PERMIT',
    outcome: 'DELIVERED',
    status: 200,
    rows: 1,
    bytes: 57,
    contentHash: contentHash(newSalt(), createHash('sha256').digest()),
    endedBy: null,
    openedAt: 1_760_889_600,
    closedAt: 1_760_889_601,
    usage: { second: 0, day: 12, total: 345, bytesToday: 6789 },
    suppressed: 0,
    sequence: 1,
    previous: null,
    ...changes,
  };
}

export function aReceipt(changes: Partial<AccessReceipt> = {}): AccessReceipt {
  return parseReceipt(rawReceipt(changes));
}

/** A request that was refused before anything about it was known. */
export function aRefusedReceipt(changes: Partial<AccessReceipt> = {}): AccessReceipt {
  return aReceipt({
    grantId: null,
    caller: null,
    keyId: null,
    block: null,
    requestHash: null,
    contextHash: null,
    decision: 'SIGNATURE_MISSING',
    outcome: 'REFUSED',
    status: 401,
    rows: 0,
    bytes: 0,
    contentHash: null,
    endedBy: { code: 'SIGNATURE_MISSING', block: null },
    usage: null,
    sequence: null,
    ...changes,
  });
}
