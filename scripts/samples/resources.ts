import { createHash } from 'node:crypto';

import type { CatalogEntry, CatalogField, Mask } from '../../ledger/documents/catalog-entry.ts';
import { parseDocument } from '../../ledger/documents/parse-document.ts';
import { DEPARTMENT_KEYS, sampleDepartment, type SampleDepartment } from './departments.ts';
import { FIELD_NAMES, RESOURCE_TABLE, SHORT_FIELDS } from './resource-table.ts';
import { SampleTableError } from './sample-table-error.ts';

const MASKS: Readonly<Record<string, Mask>> = {
  '–': 'NONE',
  I: 'ID_1_1',
  N: 'NAME',
  A: 'ADDR_DISTRICT',
  K: 'BANK',
  Y: 'YEAR',
  X: 'DROP',
};
const CLASSES = { U: 'UNCONDITIONAL', C: 'CONDITIONAL', N: 'DENIED' } as const;
const MODES = { V: 'API_VERIFY', Q: 'API_QUERY', B: 'BATCH', F: 'FILE' } as const;
const CYCLES = {
  rt: 'REALTIME',
  d: 'DAILY',
  w: 'WEEKLY',
  m: 'MONTHLY',
  q: 'QUARTERLY',
  y: 'YEARLY',
  '–': 'OTHER',
} as const;
const FIELD = /^(@?)([a-z][a-z0-9_]*)(?:=([^:]+))?:([a-z]+\d*)\/([1-4])([–INAKYX])$/;
/** Fields that point at a person even where they are shown as they are. */
const PERSONAL_MASKS: readonly Mask[] = ['ID_1_1', 'NAME', 'BANK', 'YEAR'];

const CONDITIONS = {
  DUTY: { code: 'DUTY', text: '需有法定职责依据' },
  CASE: { code: 'CASE', text: '单笔查询须附办件编号' },
} as const;

export interface SampleResource {
  readonly provider: SampleDepartment;
  readonly entry: CatalogEntry;
}

/** The sample catalogue: 40 invented resources, two of them never shared, and two with real data behind them. */
export function sampleResources(): SampleResource[] {
  return RESOURCE_TABLE.trim().split('\n').map(parseLine);
}

function parseLine(line: string): SampleResource {
  const [code = '', providerKey = '', name = '', shareClass = '', modes = '', cycle = '', fieldList = '', basis] = line
    .split('|')
    .map((cell) => cell.trim());
  const key = DEPARTMENT_KEYS.find((candidate) => candidate === providerKey);
  if (key === undefined) throw new SampleTableError(`Unknown department ${providerKey}`);
  const provider = sampleDepartment(key);
  const { fields, regionField, aboutPeople } = parseFields(fieldList);
  const entry = {
    ...commonMembers(provider, code, name),
    shareClass: pick(CLASSES, shareClass),
    conditions: shareClass === 'C' ? conditionsFor(aboutPeople) : [],
    denyBasis: basis === undefined ? null : parseBasis(basis),
    modes: modes === '–' ? [] : Array.from(modes, (mode) => pick(MODES, mode)),
    format: modes.includes('F') ? 'FILE' : 'DB_TABLE',
    openClass: shareClass === 'U' && !aboutPeople ? 'CONDITIONAL' : 'NOT_OPEN',
    updateCycle: pick(CYCLES, cycle),
    level: Math.max(...fields.map((field) => field.level)),
    fields,
    regionField,
    assessments: {
      secrecy: sampleReport('secrecy', code),
      pia: fields.some((field) => field.personal) ? sampleReport('pia', code) : null,
    },
  };
  return { provider, entry: parseDocument('CatalogEntry', entry) };
}

function commonMembers(provider: SampleDepartment, resourceCode: string, name: string) {
  return {
    type: 'CatalogEntry',
    schema: 'dxl/catalog-entry/1',
    resourceCode,
    version: 1,
    name,
    abstract: `${provider.name}提供的${name}(样例)。`,
    provider: { name: provider.name, uscc: provider.id },
    sourceDept: provider.id,
    derivedFrom: null,
    category: ['3 部门', '01 示例市', `${resourceCode.slice(3, 6)} ${provider.shortName}`],
    regionCode: provider.region,
    lawClass: 'GENERAL',
    issued: '2025-09-01',
    modified: '2025-09-20',
    related: [],
    nonSecret: true,
  } as const;
}

/** A legal representative is in the public register; any other person makes the whole resource one about people. */
function parseFields(list: string): { fields: CatalogField[]; regionField: string | null; aboutPeople: boolean } {
  const parsed = list.split(',').map((text) => parseField(text.trim()));
  const aboutPeople = parsed.some(({ field }) => PERSONAL_MASKS.includes(field.mask) && field.key !== 'legal_rep');
  return {
    fields: parsed.map(({ field }) => ({ ...field, personal: aboutPeople || PERSONAL_MASKS.includes(field.mask) })),
    regionField: parsed.find(({ isRegion }) => isRegion)?.field.key ?? null,
    aboutPeople,
  };
}

function conditionsFor(aboutPeople: boolean): readonly { code: string; text: string }[] {
  return aboutPeople ? [CONDITIONS.DUTY, CONDITIONS.CASE] : [CONDITIONS.DUTY];
}

function parseField(text: string): { field: Omit<CatalogField, 'personal'>; isRegion: boolean } {
  const [, at, key = '', ownName, type = '', level, mask = ''] = FIELD.exec(SHORT_FIELDS[text] ?? text) ?? [];
  const name = ownName ?? FIELD_NAMES[key];
  if (name === undefined) throw new SampleTableError(`Not a field, or without a name: ${text}`);
  const field = { key, name, type, level: Number(level), mask: pick(MASKS, mask) };
  return { field, isRegion: at === '@' };
}

function parseBasis(text: string): CatalogEntry['denyBasis'] {
  const [instrument = '', article = ''] = text.split(' ');
  return { instrumentKind: 'LAW', instrument, article };
}

/** The demo has no assessment reports; this stands for the hash of one. */
function sampleReport(kind: string, code: string): CatalogEntry['assessments']['secrecy'] {
  return { alg: 'sha256', value: createHash('sha256').update(`sample ${kind} report ${code}`).digest('hex') };
}

function pick<Value>(table: Readonly<Record<string, Value>>, key: string): Value {
  const value = Object.hasOwn(table, key) ? table[key] : undefined;
  if (value === undefined) throw new SampleTableError(`Not in the legend: ${key}`);
  return value;
}
