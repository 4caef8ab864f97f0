import type { NoticeRecipient } from '../../../gateway/notices/notices-config.ts';
import type { DepartmentId } from '../../../ledger/ids.ts';

export const SECRET = Buffer.alloc(32, 7);
export const SECRET_TEXT = `whsec_${SECRET.toString('base64')}`;

/** A department whose receiver listens on this port of 127.0.0.1. */
export function recipientAt(port: number, department: DepartmentId): NoticeRecipient {
  const url = `http://127.0.0.1:${String(port)}/dxl/notices`;
  return { department, url, secret: SECRET, allowedCidrs: ['127.0.0.0/8'], allowLoopback: true, caFile: null };
}
