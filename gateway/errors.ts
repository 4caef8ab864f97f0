import { DENY_CODES } from '../ledger/deny-codes.ts';
import type { QuotaUsage } from '../ledger/decide.ts';
import type { DenyCode } from '../ledger/deny-codes.ts';
import type { BlockPoint } from './chain/blocks.ts';

/** One table: code -> HTTP status and the two titles people read. `docs/errors.md` is checked against it. */
export const GATEWAY_ERRORS = {
  // Authentication: 401
  SIGNATURE_MISSING: { status: 401, title: 'The request is not signed', titleZh: '请求未签名' },
  SIGNATURE_MALFORMED: { status: 401, title: 'The signature cannot be read', titleZh: '签名格式错误' },
  SIGNATURE_INVALID: { status: 401, title: 'The signature does not verify', titleZh: '签名验证失败' },
  SIGNATURE_EXPIRED: { status: 401, title: 'The signature is outside its validity', titleZh: '签名不在有效期内' },
  SIGNATURE_REPLAYED: { status: 401, title: 'The nonce was used before', titleZh: '随机数已被使用' },
  KEY_UNKNOWN: { status: 401, title: 'The access key is not registered', titleZh: '访问密钥未登记' },
  KEY_NOT_VALID: {
    status: 401,
    title: 'The access key is revoked or outside its validity',
    titleZh: '访问密钥已吊销或不在有效期内',
  },
  DIGEST_MISMATCH: { status: 401, title: 'Content-Digest does not match the body', titleZh: '内容摘要与正文不符' },
  // Input: 4xx
  REQUEST_INVALID: { status: 400, title: 'The request is not well-formed', titleZh: '请求格式错误' },
  BODY_TOO_LARGE: { status: 413, title: 'The body is too large', titleZh: '请求正文过大' },
  NOT_FOUND: { status: 404, title: 'Unknown, or not yours to see', titleZh: '不存在或无权查看' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'The method is not allowed here', titleZh: '不允许的请求方法' },
  TOO_MANY_REQUESTS: { status: 429, title: 'Too many requests', titleZh: '请求过于频繁' },
  DOCUMENT_INVALID: { status: 422, title: 'The document is not valid', titleZh: '文件不符合规范' },
  DOCUMENT_MISMATCH: { status: 422, title: 'The document and the act do not agree', titleZh: '文件与登记行为不一致' },
  ACT_REJECTED: { status: 422, title: 'The ledger refuses the act', titleZh: '账本拒绝该登记行为' },
  CHECKPOINT_UNSIGNED: {
    status: 403,
    title: 'The gateway of the log has not signed this checkpoint',
    titleZh: '检查点未经该日志的网关签名',
  },
  CHECKPOINT_INCONSISTENT: {
    status: 422,
    title: 'The checkpoint does not follow the one before',
    titleZh: '检查点与先前的检查点不一致',
  },
  IDEMPOTENCY_MISMATCH: {
    status: 422,
    title: 'The Idempotency-Key was used for another request',
    titleZh: '幂等键已用于其他请求',
  },
  // Decision: 403 and 429, with the deny code of the decision beside it
  DENIED: { status: 403, title: 'The ledger does not permit this read', titleZh: '账本不允许此次读取' },
  QUOTA_EXCEEDED: { status: 429, title: 'The quota of the grant is used up', titleZh: '授权配额已用尽' },
  // Sources: 502 and 504
  SOURCE_FAILED: { status: 502, title: 'The provider source failed', titleZh: '提供方数据源出错' },
  SOURCE_FORBIDDEN: {
    status: 502,
    title: 'The source address or role is not allowed',
    titleZh: '数据源地址或角色不被允许',
  },
  SOURCE_MISCONFIGURED: {
    status: 502,
    title: 'The source does not fit its configuration',
    titleZh: '数据源与配置不符',
  },
  SOURCE_TIMEOUT: { status: 504, title: 'The provider source did not answer in time', titleZh: '提供方数据源超时' },
  SOURCE_NOT_CONFIGURED: {
    status: 502,
    title: 'No source is configured for this resource',
    titleZh: '该资源未配置数据源',
  },
  // Endings of a delivery that has begun: hardly ever a status line, mostly the reason in the receipt
  CLIENT_GONE: { status: 499, title: 'The client left before the last byte', titleZh: '客户端提前断开' },
  ANSWER_TOO_LARGE: { status: 507, title: 'The answer is larger than one may be', titleZh: '单次应答数据量过大' },
  ANSWER_TIMEOUT: { status: 504, title: 'The answer took longer than one may', titleZh: '单次应答用时过长' },
  CLIENT_STALLED: { status: 408, title: 'The client stopped reading', titleZh: '客户端停止接收' },
  // Fail closed: 503
  STALE_CHAIN: { status: 503, title: 'The ledger state is not proved current', titleZh: '账本状态未能确认为最新' },
  AUDIT_BACKLOG: { status: 503, title: 'Receipts are not anchored', titleZh: '回执未能按时上链' },
  STORE_FAILED: { status: 503, title: 'A durable store failed', titleZh: '持久化存储出错' },
  DOCUMENT_UNAVAILABLE: {
    status: 503,
    title: 'The document behind the grant is not available',
    titleZh: '授权文件不可用',
  },
  OUTBOX_FULL: { status: 503, title: 'The queue towards the ledger is full', titleZh: '待上链队列已满' },
  STOPPING: { status: 503, title: 'The gateway is stopping', titleZh: '网关正在停止' },
  INTERNAL: { status: 500, title: 'Internal error', titleZh: '内部错误' },
} as const satisfies Record<string, { status: number; title: string; titleZh: string }>;

export type GatewayErrorCode = keyof typeof GATEWAY_ERRORS;

/** Members that a problem document carries beside the standard ones (RFC 9457 section 3.2). */
export type ProblemExtensions = Readonly<Record<string, string | number | boolean | null>>;

/** The block whose state was decided on, and what was counted before; null where there was none. */
export interface DecidedOn {
  readonly block: BlockPoint | null;
  readonly usage: QuotaUsage | null;
}

/** What the error handler turns into `application/problem+json`. `detail` is ours and safe to show to the caller. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: GatewayErrorCode;
  readonly extensions: ProblemExtensions;
  /** What a decision rested on, for its receipt; null for what is no decision. Never shown to the caller. */
  readonly decidedOn: DecidedOn | null;

  constructor(
    code: GatewayErrorCode,
    detail: string,
    extensions: ProblemExtensions = {},
    cause?: unknown,
    decidedOn: DecidedOn | null = null,
  ) {
    super(detail, cause === undefined ? undefined : { cause });
    this.code = code;
    this.extensions = extensions;
    this.decidedOn = decidedOn;
  }
}

/** The members that tell a decision of the data path, beside the code that says what became of the request. */
export function denyFacts(code: DenyCode): ProblemExtensions {
  return { deny_code: code, deny_title: DENY_CODES[code].title, deny_title_zh: DENY_CODES[code].titleZh };
}

/** What receipts say of a refusal or an ending: the code of the decision where there is one, else that of the error. */
export function reasonOf(error: GatewayError): string {
  const denyCode = error.extensions['deny_code'];
  return typeof denyCode === 'string' ? denyCode : error.code;
}
