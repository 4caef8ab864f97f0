import { ZeroHash } from 'ethers';

import { type Act, type ActName, ACTS, dueSignatories, type Machine, type Signatory } from './acts.ts';
import { DEPARTMENT_NAMES, type DepartmentName, type Role } from './departments.ts';
import { naturalActorsOf } from './variants.ts';

/** Who tries: every department with the accounts that the act asks for, and the right ones with a wrong account. */
export interface Cast {
  readonly name: string;
  readonly department: DepartmentName;
  readonly role?: Role;
}

const signingAs = (department: DepartmentName, role: Role): Cast => ({
  name: `${department}, signing as ${role.toLowerCase()}`,
  department,
  role,
});

const CASTS: readonly Cast[] = [
  ...[...DEPARTMENT_NAMES, 'unknown' as const].map((department) => ({ name: department, department })),
  ...(['provider', 'requester', 'authorityA', 'provinceAuthority', 'province'] as const).map((department) =>
    signingAs(department, 'Maker'),
  ),
  signingAs('provider', 'Head'),
  signingAs('provider', 'Office'),
  signingAs('requester', 'Head'),
];

/** Everybody for the machine's own acts; those whom the rules name for acts of another machine. */
export function castsOf(machine: Machine, name: ActName): readonly Cast[] {
  if (ACTS[name].machine === machine) return CASTS;
  const named: readonly DepartmentName[] = [...naturalActorsOf(name), 'neighbour', 'authorityA', 'suspended'];
  return CASTS.filter(({ department, role }) => role === undefined && named.includes(department));
}

/** The signatures that the act asks for, the first by the account that the cast uses. */
export function signatoriesOf(act: Act, cast: Cast): readonly Signatory[] {
  const [first, ...others] = dueSignatories(act);
  return [{ ...first!, role: cast.role ?? first!.role }, ...others];
}

/** An act with something wrong in its form, or just not. */
interface Form {
  readonly form: string;
  readonly act: Act;
  readonly signatories: readonly Signatory[];
}

/** What may be wrong with any act, whatever it is about. */
export function formsOf(act: Act, now: number): readonly Form[] {
  const due = dueSignatories(act);
  const [first, second] = due;
  const stranger: Signatory = { department: 'neighbour', role: first!.role };
  const forms: [string, Partial<Act>, (readonly Signatory[])?][] = [
    ['last second', { expiresAt: now }],
    ['expired', { expiresAt: now - 1 }],
    ['no document', { documentHash: ZeroHash }],
    ['no hash algorithm', { hashAlgorithm: 0 }],
    ['SM3', { hashAlgorithm: 3 }],
    ['no reason', { reasonCode: ZeroHash }],
    ['a nonce ahead', { nonce: act.nonce + 1n }],
    ['by a stranger', {}, [stranger, ...due.slice(1)]],
    ['without a signature', {}, []],
  ];
  if (ACTS[act.name].type.includes('dueAt')) forms.push(['a date', { dueAt: now + 86_400 }]);
  if (second !== undefined) {
    forms.push(
      ['second signature missing', {}, [first!]],
      ['second signature by the first', {}, [first!, first!]],
      ['second signature by a stranger', {}, [first!, { ...second, department: 'neighbour' }]],
      ['second signature by the head', {}, [first!, { ...second, role: 'Head' }]],
      ['signatures exchanged', {}, [second, first!]],
    );
  }
  return forms.map(([form, change, signatories]) => ({
    form,
    act: { ...act, ...change },
    signatories: signatories ?? due,
  }));
}
