import { completeIdNumber } from './id-number.ts';
import { sampleName } from './person-names.ts';
import { createPicks, type SeededPicks } from './random.ts';

/** A row of resource 301001/000001, 常住人口基本信息. Nobody: region 99 is not assigned (GB/T 2260). */
export interface Resident {
  readonly id_no: string;
  readonly name: string;
  readonly sex: string;
  readonly nation: string;
  readonly birth: string;
  readonly addr: string;
}

const COUNT = 400;
const DAY_MS = 86_400_000;
const DISTRICTS = [
  ['990101', '示例市第一区'],
  ['990102', '示例市第二区'],
  ['990181', '示例市样本县'],
  ['990201', '范例市东区'],
  ['990202', '范例市西区'],
] as const;
const PLACES: ReadonlyMap<string, string> = new Map([['990100', '示例市市辖区'], ...DISTRICTS]);
const STREETS = ['民主路', '建设大街', '长江东路', '文化巷'] as const;
const NATIONS = ['01', '01', '01', '03', '05', '10'] as const;

/** The bodies that the rules of the trade quote; leap day and check character X among them. */
const KNOWN_BODIES = ['99010019900101001', '99010019851231002', '99010020000229003', '99010020000228001'] as const;

export function sampleResidents(): Resident[] {
  const picks = createPicks(20_250_801);
  return Array.from({ length: COUNT }, (_, index) => sampleResident(index, picks));
}

function sampleResident(index: number, picks: SeededPicks): Resident {
  const [region] = picks.pick(DISTRICTS);
  const born = new Date(Date.UTC(1940, 0, 1) + picks.integer(80 * 365) * DAY_MS).toISOString().slice(0, 10);
  const sequence = String(index + 1).padStart(3, '0');
  const body = KNOWN_BODIES[index] ?? region + born.replaceAll('-', '') + sequence;
  const district = PLACES.get(body.slice(0, 6)) ?? '';
  return {
    id_no: completeIdNumber(body),
    name: sampleName(index, picks),
    sex: Number(body.charAt(16)) % 2 === 1 ? '1' : '2',
    nation: picks.pick(NATIONS),
    birth: `${body.slice(6, 10)}-${body.slice(10, 12)}-${body.slice(12, 14)}`,
    addr: `示例省${district}${picks.pick(STREETS)}${String(picks.integer(200) + 1)}号`,
  };
}
