import type { LEDGER_RULES } from './rule-names.ts';
import type { Entry } from './entry.ts';
import { ACTIVE, SUSPENDED, textWord, type World, ZERO } from './world.ts';
import { after } from './working-days.ts';

export type RuleName = (typeof LEDGER_RULES)[number];

/** An entry that no contract would have recorded. */
export class RuleBroken extends Error {
  override readonly name = 'RuleBroken';
  readonly rule: RuleName;

  constructor(rule: RuleName) {
    super(rule);
    this.rule = rule;
  }
}

export function must(holds: boolean, rule: RuleName): asserts holds {
  if (!holds) throw new RuleBroken(rule);
}

/** The value that has to be there. */
export function known<Value>(value: Value | undefined): Value {
  must(value !== undefined, 'UNKNOWN');
  return value;
}

/** Reason codes that a rule looks at, as they are on chain. */
export const REASON = {
  security: textWord('SECURITY'),
  misuse: textWord('MISUSE'),
  insufficient: textWord('RECTIFICATION_INSUFFICIENT'),
  reopen: textWord('REOPEN'),
  forbidden: textWord('FORBIDDEN_BY_LAW'),
  conditionNotMet: textWord('CONDITION_NOT_MET'),
} as const;

const SHA256 = 1;
/** Steps whose act may give a deadline. */
const DATED: readonly string[] = ['UpdateExtended', 'AnswerExtended', 'GrantSuspended'];

export function checkDocument({ act }: Entry): void {
  must(act.small('hashAlgorithm') === SHA256 && act.hex('documentHash') !== ZERO, 'DOCUMENT');
}

/** What all steps have in common; for other entries nothing. */
export function checkStep(entry: Entry): void {
  const { act, name, row } = entry;
  if (row.struct !== 'Step' && row.struct !== 'JointStep') return;
  must(act.hex('reasonCode') !== ZERO, 'REASON');
  checkDocument(entry);
  must(DATED.includes(name) || act.big('dueAt') === 0n, 'DUE');
}

/** Whoever signs must be able to act; the first one of some acts even while it is suspended. */
export function checkActive(world: World, { row, act }: Entry): void {
  row.signers.forEach(({ of }, index) => {
    const status = world.departments.get(act.hex(of))?.status.now;
    must(status === ACTIVE || (index === 0 && row.evenIfSuspended && status === SUSPENDED), 'ACTIVE');
  });
}

/** The event names the deadline that runs from now on, which is none here. */
export function checkNoDeadline({ args }: Entry): void {
  must(args.big('dueAt') === 0n, 'DUE');
}

/** `count` working days behind `from`. */
export function deadline(world: World, from: bigint, count: number): bigint {
  const due = after(world.years, from, count);
  must(due !== null, 'CALENDAR');
  return due;
}

export function checkConsent(world: World, authority: string, department: string): void {
  must(authority !== department && world.isLevel(authority, department), 'LEVEL');
}

/** Digits and then zero bytes only. */
export function checkPrefix(prefix: string): void {
  must(/^0x(?:3[0-9])*(?:00)*$/.test(prefix), 'REGION');
}

/** A prefix without its padding. */
export function prefixDigits(prefix: string): string {
  return prefix.replace(/(?:00)*$/, '');
}

export function checkWindow({ act, now }: Pick<Entry, 'act' | 'now'>): void {
  must(act.big('notBefore') < act.big('notAfter') && now < act.big('notAfter'), 'WINDOW');
}

export function checkFields(fields: bigint, allowed: bigint): void {
  must(fields !== 0n && (fields & ~allowed) === 0n, 'FIELDS');
}
