/**
 * What a clock that ran out points at in the liability lists (条例 art. 39 to 42, domain rule R38). The number behind the
 * article is the item of its list where the law names one for lateness. Evidence for whoever judges, never a finding.
 */
export const LIABILITY_ITEMS = {
  ART39_1_LATE_UPDATE: { title: 'The catalogue entry was not updated in time', titleZh: '未按时更新目录' },
  ART39_4_LATE_ANSWER: { title: 'The request was not answered in time', titleZh: '未按时答复共享申请' },
  ART39_4_LATE_DELIVERY: { title: 'The data was not delivered in time', titleZh: '未按时提供共享数据' },
  ART39_6_LATE_CORRECTION: { title: 'The correction was not fed back in time', titleZh: '未按时校核反馈' },
  ART40_LATE_DISPOSAL: { title: 'Disposal was not certified in time', titleZh: '未按时处置数据' },
  ART40_LATE_RECTIFICATION: { title: 'The misuse was not rectified in time', titleZh: '未按时整改' },
  ART41_LATE_REVIEW: { title: 'The updated entry was not reviewed in time', titleZh: '未按时审核目录更新' },
} as const;

export type LiabilityItem = keyof typeof LIABILITY_ITEMS;
