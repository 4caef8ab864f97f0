/** Why a read is not permitted (domain.md 6.3), with the titles people read. The set is closed. */
export const DENY_CODES = {
  STALE_CHAIN: { title: 'The ledger state is not proved current', titleZh: '账本状态未能确认为最新' },
  AUDIT_BACKLOG: { title: 'Receipts could not be anchored for too long', titleZh: '审计存证积压' },
  NO_GRANT: { title: 'No such grant for this department', titleZh: '无此授权' },
  NOT_ACTIVE: { title: 'The grant is not in force', titleZh: '授权尚未生效、已暂停、已终止，或相关部门已停用' },
  EXPIRED: { title: 'The grant has expired', titleZh: '授权已过期' },
  RESOURCE_WITHDRAWN: { title: 'The resource is not published', titleZh: '资源未发布或已撤回' },
  SYSTEM_MISMATCH: { title: 'The system is not one of the grant', titleZh: '业务系统不在授权范围内' },
  PURPOSE_MISMATCH: { title: 'The purpose is not one of the grant', titleZh: '用途不在授权范围内' },
  CASE_MISSING: { title: 'The grant asks for a case number', titleZh: '缺少办件编号' },
  FIELD_NOT_GRANTED: { title: 'A field is not granted', titleZh: '信息项未获授权' },
  ROW_OUT_OF_SCOPE: { title: 'The rows are outside the grant', titleZh: '数据范围超出授权' },
  QUOTA_RATE: { title: 'The calls per second of the grant are used up', titleZh: '超出每秒调用次数' },
  QUOTA_DAY: { title: 'The daily quota of the grant is used up', titleZh: '超出当日配额' },
  QUOTA_TOTAL: { title: 'The calls of the grant are used up', titleZh: '超出总调用次数' },
} as const satisfies Record<string, { title: string; titleZh: string }>;

export type DenyCode = keyof typeof DENY_CODES;
