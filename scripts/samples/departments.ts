import { type DepartmentId, parseDepartmentId } from '../../ledger/ids.ts';

/** Short names under which the sample tables and the demo speak of a department. */
export type DepartmentKey = keyof typeof ROWS;

/** As `DepartmentKind` on chain. */
export type SampleKind = 'department' | 'authority' | 'regulator' | 'government';

export interface SampleDepartment {
  readonly key: DepartmentKey;
  readonly id: DepartmentId;
  readonly name: string;
  /** The word of the catalogue's category, without the region's name. */
  readonly shortName: string;
  readonly nameEn: string;
  readonly kind: SampleKind;
  readonly superior: DepartmentId | null;
  /** Six digits (GB/T 2260); 99 is not assigned, so none of these departments exists. */
  readonly region: string;
}

const CITY = { region: '990100', place: '示例市' } as const;
const PROVINCE = { region: '990000', place: '示例省' } as const;

const ROWS = {
  PG: ['11990000MB00000T86', '人民政府', "Provincial People's Government", 'government', PROVINCE],
  CG: ['11990100MB00000R1L', '人民政府', "Municipal People's Government", 'government', CITY],
  SH: ['11990100MB00000L2J', '数据局', 'Data Bureau', 'authority', CITY],
  PD: ['11990000MB00000U61', '数据局', 'Provincial Data Bureau', 'authority', PROVINCE],
  WX: ['11990100MB00000N9A', '网信办', 'Cyberspace Office', 'regulator', CITY],
  AU: ['11990100MB00000P5Y', '审计局', 'Audit', 'regulator', CITY],
  GA: ['11990100MB0000019L', '公安局', 'Public Security', 'department', CITY],
  MZ: ['11990100MB0000027F', '民政局', 'Civil Affairs', 'department', CITY],
  SJ: ['11990100MB0000035A', '市场监督管理局', 'Market Regulation', 'department', CITY],
  SR: ['11990000MB00000M08', '人力资源和社会保障厅', 'Provincial HR & Social Security', 'department', PROVINCE],
  RS: ['11990100MB00000435', '人力资源和社会保障局', 'HR & Social Security', 'department', CITY],
  SW: ['11990100MB00000510', '税务局', 'Tax', 'department', CITY],
  WJ: ['11990100MB000006XP', '卫生健康委员会', 'Health', 'department', CITY],
  YB: ['11990100MB0000078P', '医疗保障局', 'Medical Insurance', 'department', CITY],
  JY: ['11990100MB0000086J', '教育局', 'Education', 'department', CITY],
  ZR: ['11990100MB0000094D', '自然资源局', 'Natural Resources', 'department', CITY],
  ZJ: ['11990100MB00000A28', '住房和城乡建设局', 'Housing & Construction', 'department', CITY],
  JT: ['11990100MB00000B03', '交通运输局', 'Transport', 'department', CITY],
  ST: ['11990100MB00000C90', '生态环境局', 'Ecology', 'department', CITY],
  SF: ['11990100MB00000D7T', '司法局', 'Justice', 'department', CITY],
  FG: ['11990100MB00000E5M', '发展和改革委员会', 'Development & Reform', 'department', CITY],
  GJ: ['12990100MB00000F3D', '住房公积金管理中心', 'Housing Fund', 'department', CITY],
  TY: ['11990100MB00000G1B', '退役军人事务局', 'Veterans', 'department', CITY],
  CL: ['13990100MB00000HXW', '残疾人联合会', "Disabled Persons' Federation", 'department', CITY],
  FY: ['11990100MB00000K4P', '人民法院', 'Court', 'department', CITY],
  HG: ['11990100MB00000J6W', '海关', 'Customs', 'department', CITY],
  ZW: ['11990100MB00000Q3R', '政务服务局', 'Government Services', 'department', CITY],
} as const;

/** The government of each level; that of the province has nobody above it here. */
const GOVERNMENTS: Readonly<Record<string, DepartmentKey>> = {
  [CITY.region]: 'CG',
  [PROVINCE.region]: 'PG',
};

function isDepartmentKey(text: string): text is DepartmentKey {
  return Object.hasOwn(ROWS, text);
}

export const DEPARTMENT_KEYS = Object.keys(ROWS).filter(isDepartmentKey);

/** The authority on the level of a department (同级主管部门). */
export function authorityOf({ region }: Pick<SampleDepartment, 'region'>): 'PD' | 'SH' {
  return region === PROVINCE.region ? 'PD' : 'SH';
}

/** A sample department by its short name. */
export function sampleDepartment(key: DepartmentKey): SampleDepartment {
  const [id, shortName, nameEn, kind, { region, place }] = ROWS[key];
  const superior = superiorOf(key);
  return {
    key,
    id: parseDepartmentId(id),
    name: place + shortName,
    shortName,
    nameEn,
    kind,
    superior: superior === null ? null : parseDepartmentId(ROWS[superior][0]),
    region,
  };
}

/** Every department of a level is under its government, and the city's government under the province's. */
function superiorOf(key: DepartmentKey): DepartmentKey | null {
  const [, , , , { region }] = ROWS[key];
  const government = GOVERNMENTS[region] ?? null;
  if (government !== key) return government;
  return key === 'CG' ? 'PG' : null;
}

/** All 27, a superior before its inferiors: the order in which they can be registered. */
export const SAMPLE_DEPARTMENTS: readonly SampleDepartment[] = DEPARTMENT_KEYS.map(sampleDepartment);
