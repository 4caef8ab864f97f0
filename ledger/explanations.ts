import type { DenyCode } from './deny-codes.ts';

/** Why a read is refused, in words: the rule of `decide` that failed, and what whoever is refused can do. */
export interface Explanation {
  /** Number of the rule in `decide`. */
  readonly rule: number;
  readonly text: string;
  readonly textZh: string;
  readonly next: string;
  readonly nextZh: string;
}

export const EXPLANATIONS: Readonly<Record<DenyCode, Explanation>> = {
  STALE_CHAIN: {
    rule: 1,
    text: 'The state of the ledger must be proved current.',
    textZh: '账本状态须经证明为最新。',
    next: 'Wait until the gateway follows the ledger again (GET /readyz), then ask again.',
    nextZh: '待网关恢复与账本同步(GET /readyz)后重试。',
  },
  AUDIT_BACKLOG: {
    rule: 1,
    text: 'Receipts must be anchored in time.',
    textZh: '存证须按时上链。',
    next: 'Wait until receipts are anchored again, then ask again.',
    nextZh: '待存证恢复上链后重试。',
  },
  NO_GRANT: {
    rule: 2,
    text: 'There must be a grant of this department whose terms are at hand.',
    textZh: '须有授予本部门的授权,且授权条款可查。',
    next: 'Request the resource: dxl request new --from RESOURCE_ID.',
    nextZh: '提出共享申请:dxl request new --from 资源标识。',
  },
  NOT_ACTIVE: {
    rule: 3,
    text: 'The grant must be active and have begun, and both departments must be active.',
    textZh: '授权须已生效且未被暂停或终止,双方部门均须处于正常状态。',
    next: 'Look at the last step below: acknowledge the delivery, rectify and have the grant resumed, or request anew.',
    nextZh: '请查看下列最近一步:确认接收、整改后恢复,或重新申请。',
  },
  EXPIRED: {
    rule: 3,
    text: 'The window of the grant must not be over.',
    textZh: '授权期限须未届满。',
    next: 'Request a renewal, and certify the disposal of what was read.',
    nextZh: '申请续期,并对已获取数据出具处置证明。',
  },
  RESOURCE_WITHDRAWN: {
    rule: 4,
    text: 'The resource must be published, of a class that is shared, and neither frozen nor retired.',
    textZh: '资源须已发布、属可共享类别,且未被冻结或注销。',
    next: 'Ask the authority of the provider when it is lifted; a class can be disputed.',
    nextZh: '向提供部门的同级主管部门了解解除时间;对共享属性有异议的可申请争议处理。',
  },
  SYSTEM_MISMATCH: {
    rule: 6,
    text: 'The system must be one that the grant names.',
    textZh: '业务系统须在授权所列范围内。',
    next: 'Read from a granted system, or request an extension of scope.',
    nextZh: '使用授权的业务系统读取,或申请扩大范围。',
  },
  PURPOSE_MISMATCH: {
    rule: 7,
    text: 'The purpose must be one that the grant names.',
    textZh: '用途须在授权所列范围内。',
    next: 'Read for a granted purpose only; another one needs a request of its own.',
    nextZh: '仅可用于授权用途;其他用途须另行申请。',
  },
  CASE_MISSING: {
    rule: 7,
    text: 'The grant asks for a case number, or the field is only shown in plain with one.',
    textZh: '授权要求提供办件编号,或该信息项须凭办件编号方可明文显示。',
    next: 'Give the number of the case that the read serves.',
    nextZh: '请提供本次读取所服务的办件编号。',
  },
  FIELD_NOT_GRANTED: {
    rule: 8,
    text: 'Every field returned or filtered by must be granted, and the mode must let it be read.',
    textZh: '返回或用于筛选的信息项均须已获授权,且共享方式允许读取。',
    next: 'Ask for granted fields only, or request an extension of scope.',
    nextZh: '仅可请求已授权的信息项,或申请扩大范围。',
  },
  ROW_OUT_OF_SCOPE: {
    rule: 9,
    text: 'The rows must lie within the granted region.',
    textZh: '数据须在授权的地域范围内。',
    next: 'Narrow the region, or request an extension of scope.',
    nextZh: '缩小地域范围,或申请扩大范围。',
  },
  QUOTA_RATE: {
    rule: 10,
    text: 'The calls of this second must be within the quota.',
    textZh: '每秒调用次数须在配额内。',
    next: 'Ask again in the next second.',
    nextZh: '请稍后重试。',
  },
  QUOTA_DAY: {
    rule: 10,
    text: 'The calls and bytes of this day must be within the quota.',
    textZh: '当日调用次数和数据量须在配额内。',
    next: 'Ask again tomorrow, or request a larger quota.',
    nextZh: '请次日重试,或申请提高配额。',
  },
  QUOTA_TOTAL: {
    rule: 10,
    text: 'The calls of the whole grant must be within the quota.',
    textZh: '总调用次数须在配额内。',
    next: 'Request a renewal.',
    nextZh: '请申请续期。',
  },
};
