import { SigningKey, computeAddress, hexlify, id as keccakOf, toUtf8Bytes } from 'ethers';

/**
 * Who takes part: a province with two cities beneath it, another province, and those that belong to no government. The
 * provider is of city A and the requester of city B, so that their authorities differ and the province is above both.
 */
const ROWS = [
  ['province', 'Government', null, '990000'],
  ['cityA', 'Government', 'province', '990100'],
  ['cityB', 'Government', 'province', '990200'],
  ['elsewhere', 'Government', null, '980000'],
  ['provinceAuthority', 'Authority', 'province', '990000'],
  ['authorityA', 'Authority', 'cityA', '990100'],
  ['secondAuthorityA', 'Authority', 'cityA', '990100'],
  ['suspendedAuthorityA', 'Authority', 'cityA', '990100'],
  ['authorityB', 'Authority', 'cityB', '990200'],
  ['authorityElsewhere', 'Authority', 'elsewhere', '980000'],
  ['strayAuthority', 'Authority', null, '970000'],
  ['provider', 'Department', 'cityA', '990100'],
  ['requester', 'Department', 'cityB', '990200'],
  ['provinceProvider', 'Department', 'province', '990000'],
  ['neighbour', 'Department', 'cityA', '990100'],
  ['far', 'Department', 'elsewhere', '980000'],
  ['stray', 'Department', null, '970000'],
  ['suspended', 'Department', 'cityA', '990100'],
  ['regulator', 'Regulator', 'cityA', '990100'],
  ['operator', 'Operator', 'cityA', '990100'],
] as const;

export type DepartmentName = (typeof ROWS)[number][0] | 'unknown';
export type Kind = 'Department' | 'Authority' | 'Regulator' | 'Government' | 'Operator';
export type Role = 'Office' | 'Head' | 'Maker';

export const KINDS = ['None', 'Department', 'Authority', 'Regulator', 'Government', 'Operator'] as const;

export interface DepartmentRow {
  readonly name: DepartmentName;
  readonly kind: Kind;
  readonly superior: DepartmentName | null;
  readonly region: string;
}

export const DEPARTMENTS: readonly DepartmentRow[] = ROWS.map(([name, kind, superior, region]) => ({
  name,
  kind,
  superior,
  region,
}));

export const DEPARTMENT_NAMES: readonly DepartmentName[] = DEPARTMENTS.map(({ name }) => name);
/** Registered like all others, and suspended from the start. */
export const SUSPENDED: readonly DepartmentName[] = ['suspended', 'suspendedAuthorityA'];

const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/** GB 32100-2015: the last character makes the weighted sum a multiple of 31. */
function creditCode(first17: string): string {
  const values = Array.from(first17, (character) => ALPHABET.indexOf(character));
  const sum = values.reduce((total, value, index) => total + value * (3 ** index % 31), 0);
  return first17 + ALPHABET[(31 - (sum % 31)) % 31]!;
}

const IDS = new Map<DepartmentName, string>(
  [...DEPARTMENT_NAMES, 'unknown' as const].map((name, index) => [
    name,
    hexlify(toUtf8Bytes(creditCode(`11990100MB0000${String(index + 100)}`))),
  ]),
);
const NAMES = new Map([...IDS].map(([name, id]) => [id, name]));
const KEYS = new Map<string, SigningKey>();

export const idOf = (name: DepartmentName): string => IDS.get(name)!;
export const nameOf = (id: string): DepartmentName => NAMES.get(id)!;

/** Each account of each department has its own key, the same in every run. */
export function keyOf(name: DepartmentName, role: Role): SigningKey {
  const label = `${name} ${role}`;
  const known = KEYS.get(label);
  if (known !== undefined) return known;
  const key = new SigningKey(keccakOf(label));
  KEYS.set(label, key);
  return key;
}

export const accountOf = (name: DepartmentName, role: Role): string => computeAddress(keyOf(name, role)).toLowerCase();
