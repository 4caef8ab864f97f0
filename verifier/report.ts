import type { Finding } from './findings.ts';

/** What a bundle comes to. */
export const VERDICTS = {
  sound: { title: 'sound', titleZh: '核验通过' },
  findings: { title: 'findings', titleZh: '发现问题' },
  'cannot-check': { title: 'cannot check', titleZh: '无法核验' },
} as const satisfies Record<string, { readonly title: string; readonly titleZh: string }>;
export type Verdict = keyof typeof VERDICTS;

/** What a sound bundle does not prove; docs/evidence-format.md section 12. */
export const NOT_PROVED = {
  TRUSTED_NODE: { title: 'Rests on the word of a trusted node', titleZh: '以受信任的节点为前提' },
  BLOCK_NUMBERS: { title: 'The block number of each entry', titleZh: '各记录所在区块号' },
  EMPTY_HISTORIES: { title: 'That contracts without entries have none', titleZh: '无记录合约确无记录' },
  ANCHORS: { title: 'That no anchored tree head is left out', titleZh: '链上锚定无遗漏' },
  OFFICERS: { title: 'The officers of contract accounts', titleZh: '合约账户的经办人员' },
  SIGNATURES: {
    title: 'Signatures that only a contract of their department can check',
    titleZh: '仅签署部门自选合约可验的签名',
  },
  LATER_VERSIONS: { title: 'Histories of later versions of contracts', titleZh: '合约后续版本的历史' },
  LATER_RECEIPTS: {
    title: 'Receipts left out of logs, or at the end of the file',
    titleZh: '未入日志或未导出的后续回执',
  },
  OTHER_LOGS: { title: 'Receipts in the logs of other gateways', titleZh: '其他网关日志中的回执' },
  RECEIPT_TIMES: { title: 'When a receipt was, but by the clock of its gateway', titleZh: '回执时间以网关时钟为准' },
  USAGE: { title: 'That a quota was used up, as a refusal says', titleZh: '拒绝所称配额已用尽' },
  DOCUMENTS: { title: 'Acts that name the document of another act', titleZh: '引用他人文件的行为' },
  WITHHELD: { title: 'What was withheld', titleZh: '未出示的内容' },
} as const satisfies Record<string, { readonly title: string; readonly titleZh: string }>;
export type NotProved = keyof typeof NOT_PROVED;

/** Why a file cannot be checked at all, or not to the end. */
export const OBSTACLES = {
  NOT_A_BUNDLE: { title: 'The file is no evidence bundle of this version', titleZh: '文件不是此版本的证据包' },
  VALIDATORS_MISSING: { title: 'The validators of the block are not known', titleZh: '缺少验证者名单' },
} as const satisfies Record<string, { readonly title: string; readonly titleZh: string }>;
export type Obstacle = keyof typeof OBSTACLES;

/** What was looked at. */
export interface Counts {
  readonly lines: number;
  readonly entries: number;
  readonly signatures: number;
  /** Of them, those that only a contract could check. */
  readonly opaqueSignatures: number;
  readonly documents: number;
  readonly withheldDocuments: number;
  readonly receipts: number;
  readonly withheldContexts: number;
  readonly delivered: number;
  readonly confirmed: number;
  readonly unconfirmed: number;
  readonly judged: number;
  readonly notReplayable: number;
  readonly copies: number;
}

export interface BundleReport {
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  /** All of them, also those beyond the ones listed. */
  readonly findingCount: number;
  readonly obstacles: readonly Obstacle[];
  readonly checked: Counts;
  readonly notProved: readonly NotProved[];
}
