import { LedgerError } from '../errors.ts';

/** Names of the Solidity enums of contracts/interfaces, with their numbers; `None` (0) is no value of an act. */
export const DEPARTMENT_KINDS = { department: 1, authority: 2, regulator: 3, government: 4, operator: 5 } as const;
export type DepartmentKind = keyof typeof DEPARTMENT_KINDS;

export const DEPARTMENT_STATUSES = { active: 1, suspended: 2 } as const;
export type DepartmentStatus = keyof typeof DEPARTMENT_STATUSES;

export const SHARE_CLASSES = { unconditional: 1, conditional: 2, denied: 3 } as const;
export type ShareClass = keyof typeof SHARE_CLASSES;

/** 数据分类: 一般, 重要, 核心; core data is never registered. */
export const LAW_CLASSES = { general: 1, important: 2, core: 3 } as const;

/** What alone may forbid sharing: 法律, 行政法规, 国务院决定; none is 0. */
export const DENY_INSTRUMENTS = { law: 1, administrativeRegulation: 2, stateCouncilDecision: 3 } as const;

export const REQUEST_KINDS = { new: 1, renew: 2, scopeExtension: 3, onward: 4, reflow: 5 } as const;
export type RequestKind = keyof typeof REQUEST_KINDS;

export const DISPUTE_SUBJECTS = { request: 1, grant: 2, correction: 3, resource: 4 } as const;
export type DisputeSubject = keyof typeof DISPUTE_SUBJECTS;

/** Of a gateway; the last is for ever. */
export const GATEWAY_STATUSES = { active: 1, retired: 2, equivocated: 3 } as const;
export type GatewayStatus = keyof typeof GATEWAY_STATUSES;

/** The same numbers by the names that catalogue entries use. */
export const SHARE_CLASS_NUMBERS = {
  UNCONDITIONAL: SHARE_CLASSES.unconditional,
  CONDITIONAL: SHARE_CLASSES.conditional,
  DENIED: SHARE_CLASSES.denied,
} as const;

export const LAW_CLASS_NUMBERS = { GENERAL: LAW_CLASSES.general, IMPORTANT: LAW_CLASSES.important } as const;

export const DENY_INSTRUMENT_NUMBERS = {
  LAW: DENY_INSTRUMENTS.law,
  ADMINISTRATIVE_REGULATION: DENY_INSTRUMENTS.administrativeRegulation,
  STATE_COUNCIL_DECISION: DENY_INSTRUMENTS.stateCouncilDecision,
} as const;

export const REQUEST_KIND_NUMBERS = {
  NEW: REQUEST_KINDS.new,
  RENEW: REQUEST_KINDS.renew,
  SCOPE_EXTENSION: REQUEST_KINDS.scopeExtension,
  ONWARD: REQUEST_KINDS.onward,
  REFLOW: REQUEST_KINDS.reflow,
} as const;

export const DISPUTE_SUBJECT_NUMBERS = {
  REQUEST: DISPUTE_SUBJECTS.request,
  GRANT: DISPUTE_SUBJECTS.grant,
  CORRECTION: DISPUTE_SUBJECTS.correction,
  RESOURCE: DISPUTE_SUBJECTS.resource,
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
