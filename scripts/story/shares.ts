import type { ShareTerms } from './share.ts';
import type { World } from './world.ts';

const MEGABYTE = 1024 * 1024;

/** 人社局 asks 民政局, whose office is shared by three officers, for the divisions of Guangdong. From PostgreSQL. */
export function divisionsShare(world: World): ShareTerms {
  return {
    requester: world.principal('RS'),
    provider: world.principal('MZ'),
    entry: world.entry('301002/000009'),
    fields: ['code', 'name', 'level', 'province'],
    regionPrefix: '44',
    system: 'SI-PENSION-01',
    caseIdRequired: false,
    mode: 'API_QUERY',
    basis: [{ instrument: '政务数据共享条例', article: '第二十条' }],
    scenario: '养老待遇资格认证:核对领取人居住地区划',
    quota: { perSecond: 2, perDay: 1_000, total: 10_000, maxRowsPerCall: 5_000, maxBytesPerDay: 50 * MEGABYTE },
  };
}

/** 政务服务局 asks 人社局 for the working days. From an HTTP interface, and a slow one. */
export function calendarShare(world: World): ShareTerms {
  return {
    requester: world.principal('ZW'),
    provider: world.principal('RS'),
    entry: world.entry('301004/000009'),
    fields: ['date', 'working', 'holiday'],
    regionPrefix: null,
    system: 'SI-HALL-01',
    caseIdRequired: false,
    mode: 'BATCH',
    basis: [{ instrument: '政务数据共享条例', article: '第二十条' }],
    scenario: '办件时限计算:按工作日计算承诺办结日期',
    quota: { perSecond: 5, perDay: 1_000, total: 10_000, maxRowsPerCall: 10_000, maxBytesPerDay: 50 * MEGABYTE },
  };
}

/** 政务服务局 asks 公安局 for residents, masked, each read with a case number. This one stays. */
export function residentsShare(world: World): ShareTerms {
  return {
    requester: world.principal('ZW'),
    provider: world.principal('GA'),
    entry: world.entry('301001/000001'),
    fields: ['id_no', 'name', 'birth', 'addr'],
    regionPrefix: null,
    system: 'SI-HALL-01',
    caseIdRequired: true,
    mode: 'API_QUERY',
    basis: [{ instrument: '中华人民共和国户口登记条例', article: '第三条' }],
    scenario: '政务大厅办件预填:核对申请人基本信息',
    quota: { perSecond: 5, perDay: 10_000, total: 100_000, maxRowsPerCall: 100, maxBytesPerDay: 10 * MEGABYTE },
  };
}
