import { ACTS } from '../../ledger/acts/act-definitions.ts';
import { decodeActCall } from '../../ledger/acts/decode-act-call.ts';
import type { NamedAct } from '../../ledger/acts/decode-act-call.ts';
import type { DepartmentId } from '../../ledger/ids.ts';
import { isDepartmentId } from '../../ledger/ids.ts';
import type { GatewayContext } from '../context.ts';
import { readSubjectSides } from './subject-sides.ts';
import type { Side } from './subject-sides.ts';

type SidesContext = Pick<GatewayContext, 'follower' | 'index'>;

/** Members that name something which has sides of its own. */
const SUBJECTS = ['subject', 'requestId', 'grantId', 'resourceId'] as const;

/** The departments that sign a call (hex), the one that it is about, and the sides of what it names. */
export async function readActSides(context: SidesContext, call: string): Promise<readonly DepartmentId[]> {
  const decoded = decodeActCall(call);
  if (decoded === null) return [];
  const members: Readonly<Record<string, unknown>> = decoded.act;
  const named = [...signersOf(decoded), members['department'], members['respondent']];
  const sides: Side[] = [];
  for (const name of SUBJECTS) sides.push(...(await readSubjectSides(context, members[name])));
  return [...named.filter(isDepartment), ...sides.filter((side) => side !== null && side !== undefined)];
}

function signersOf({ name, act }: NamedAct): readonly unknown[] {
  const members: Readonly<Record<string, unknown>> = act;
  return ACTS[name].signers.map(({ department }) => members[department]);
}

function isDepartment(value: unknown): value is DepartmentId {
  return typeof value === 'string' && isDepartmentId(value);
}
