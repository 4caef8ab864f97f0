import type { Caller } from '../../../gateway/authn/authenticate.ts';
import { parseAccessKeyId, parseBytes32, parseDepartmentId } from '../../../ledger/ids.ts';

/** Who signed a request, as the gateway knows it once that is proved. */
export function makeCaller(changes: Partial<Caller> = {}): Caller {
  return {
    department: parseDepartmentId('11990100MB00000435'),
    keyId: parseAccessKeyId(`0x${'aa'.repeat(32)}`),
    nonce: 'n'.repeat(22),
    requestHash: parseBytes32(`0x${'bb'.repeat(32)}`),
    binding: {
      origin: { scheme: 'https', authority: 'gateway.example' },
      method: 'GET',
      target: '/',
      signature: ':AA==:',
    },
    signedFields: { idempotencyKey: null, purpose: 'VERIFY', caseNumber: null, system: null },
    ...changes,
  };
}
