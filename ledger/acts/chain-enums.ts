import { LedgerError } from '../errors.ts';

/** Names of the Solidity enums of contracts/interfaces, with their numbers; `None` (0) is no value of an act. */
export const DEPARTMENT_KINDS = { department: 1, authority: 2, regulator: 3, government: 4, operator: 5 } as const;
export type DepartmentKind = keyof typeof DEPARTMENT_KINDS;

export const DEPARTMENT_STATUSES = { active: 1, suspended: 2 } as const;
export type DepartmentStatus = keyof typeof DEPARTMENT_STATUSES;

export const SHARE_CLASSES = { unconditional: 1, conditional: 2, denied: 3 } as const;
export type ShareClass = keyof typeof SHARE_CLASSES;

/** The same numbers by the names that catalogue entries use. */
export const SHARE_CLASS_NUMBERS = {
  UNCONDITIONAL: SHARE_CLASSES.unconditional,
  CONDITIONAL: SHARE_CLASSES.conditional,
  DENIED: SHARE_CLASSES.denied,
} as const;

/**
 * The name of a number.
 * @throws LedgerError EVENT_MALFORMED for a number that is none of them
 */
export function enumName<Name extends string>(names: Readonly<Record<Name, number>>, value: number): Name {
  for (const name in names) {
    if (names[name] === value) return name;
  }
  throw new LedgerError('EVENT_MALFORMED', 'Not a value of this enum', { value });
}
