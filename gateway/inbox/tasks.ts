import type { LiabilityItem } from '../../ledger/liability.ts';

interface TaskFacts {
  readonly title: string;
  readonly titleZh: string;
  /** What being late with it points at; null where no time is set. */
  readonly liability: LiabilityItem | null;
}

/** What can wait for a department. */
export const TASKS = {
  ANSWER_REQUEST: { title: 'Answer the request', titleZh: '答复共享申请', liability: 'ART39_4_LATE_ANSWER' },
  SUPPLEMENT_REQUEST: { title: 'Supply what the request lacks', titleZh: '补正共享申请', liability: null },
  DELIVER: { title: 'Deliver the data', titleZh: '提供数据', liability: 'ART39_4_LATE_DELIVERY' },
  ACKNOWLEDGE: { title: 'Acknowledge the delivery', titleZh: '确认接收', liability: null },
  RECTIFY: { title: 'Rectify the misuse', titleZh: '整改', liability: 'ART40_LATE_RECTIFICATION' },
  JUDGE_RECTIFICATION: { title: 'Resume, or have the grant forfeited', titleZh: '验收整改', liability: null },
  FOLLOW_UP_SUSPENSION: { title: 'Follow up the emergency', titleZh: '补办紧急暂停手续', liability: null },
  RESUME_LAPSED: {
    title: 'Resume: the emergency was not followed up',
    titleZh: '逾期未补办手续，可恢复共享',
    liability: null,
  },
  DISPOSE: {
    title: 'Dispose of the data and certify it',
    titleZh: '处置数据并出具证明',
    liability: 'ART40_LATE_DISPOSAL',
  },
  ACCEPT_DISPOSAL: { title: 'Accept the certificate of disposal', titleZh: '验收处置证明', liability: null },
  FEED_BACK_CORRECTION: {
    title: 'Verify, correct and feed back',
    titleZh: '校核反馈',
    liability: 'ART39_6_LATE_CORRECTION',
  },
  CLOSE_CORRECTION: { title: 'Close the correction or dispute it', titleZh: '确认校核结果', liability: null },
  NOTE_CORRECTION: { title: 'Data under this grant was corrected', titleZh: '所用数据已更正', liability: null },
  NEGOTIATE: { title: 'Negotiate, or apply for coordination', titleZh: '协商', liability: null },
  TAKE_UP_DISPUTE: { title: 'Coordinate the dispute', titleZh: '受理争议协调', liability: null },
  SETTLE_DISPUTE: { title: 'Settle the dispute', titleZh: '协调争议', liability: null },
  DECIDE_DISPUTE: { title: 'Decide the dispute', titleZh: '裁决争议', liability: null },
  EXECUTE_DISPUTE: { title: 'Carry out what was settled or decided', titleZh: '执行争议处理结果', liability: null },
  REVIEW_ENTRY: { title: 'Review the catalogue entry', titleZh: '审核目录', liability: 'ART41_LATE_REVIEW' },
  AMEND_ENTRY: { title: 'Amend the returned entry', titleZh: '修改被退回的目录', liability: null },
  UPDATE_ENTRY: { title: 'Submit an updated entry', titleZh: '更新目录', liability: 'ART39_1_LATE_UPDATE' },
} as const satisfies Readonly<Record<string, TaskFacts>>;

export type TaskName = keyof typeof TASKS;
