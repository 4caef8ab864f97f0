import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ZeroHash } from 'ethers';

import { type Act, ACT_NAMES, type ActName, actOf, ACTS, dueSignatories, type Machine, type Signatory } from './acts.ts';
import { INTERFACES, TransitionChain } from './chain.ts';
import { DEPARTMENT_NAMES, type DepartmentName, type Role } from './departments.ts';
import { disagreementIn, DISAGREEMENTS } from './disagreements.ts';
import { judge } from './model.ts';
import { Play } from './play.ts';
import { type State, STATES } from './states.ts';
import { actsOf, naturalActorsOf, variantsOf } from './variants.ts';
import { differences } from './views.ts';
import { NO_THINGS, START, type Things } from './ways.ts';
import { newWorld, type World } from './world.ts';

/** Who tries: every department with the accounts that the act asks for, and the right ones with a wrong account. */
interface Cast {
  readonly name: string;
  readonly department: DepartmentName;
  readonly role?: Role;
}

const CASTS: readonly Cast[] = [
  ...[...DEPARTMENT_NAMES, 'unknown' as const].map((department) => ({ name: department, department })),
  ...(['provider', 'requester', 'authorityA', 'provinceAuthority', 'province'] as const).flatMap((department) =>
    (['Office', 'Head', 'Maker'] as const).map((role) => ({
      name: `${department}, signing as ${role.toLowerCase()}`,
      department,
      role,
    })),
  ),
];

/** Cells of one state: what was tried, and where model and contract differ. */
class Tally {
  accepted = 0;
  refused = 0;
  readonly wronglyAccepted: string[] = [];
  readonly wronglyRefused: string[] = [];
  /** Refused by both, but for a reason that does not hold. */
  readonly wronglyNamed: string[] = [];
  readonly sideEffects: string[] = [];
  readonly disagreements = new Map<string, number>();
  readonly errors = new Set<string>();
  readonly cells = new Set<string>();

  get tried(): number {
    return this.accepted + this.refused;
  }
}

const tally = new Tally();
let chain: TransitionChain;
let origin: World;

beforeAll(async () => {
  chain = await TransitionChain.start(START - 86_400);
  origin = newWorld(START);
});

afterAll(async () => {
  await chain.stop();
});

/** Tries one act in the state that `play` is in; the chain is as before afterwards. */
async function tryCell(play: Play, label: string, act: Act, signatories: readonly Signatory[]): Promise<void> {
  const signed = chain.sign(act, signatories);
  const attempt = { act, digest: signed.digest, signatories };
  const verdict = judge(play.world, attempt);
  const { answer, changes } = await chain.isolated(async () => {
    const before = await chain.heads();
    const answer = await chain.send(signed, play.world.now);
    if (answer !== null) return { answer, changes: (await chain.heads()) === before ? [] : ['a head'] };
    const known = disagreementIn(play.world, act);
    if (known !== null || verdict.refusals.length > 0) return { answer, changes: [] };
    const changes: unknown[] = await differences(chain, verdict.world, play.world);
    if ((await chain.heads()) === before) changes.push('no entry');
    // Carried once more, the same act is refused.
    const again = await chain.send(signed, play.world.now);
    if (again === null || !judge(verdict.world, attempt).refusals.includes(again)) changes.push(`again: ${String(again)}`);
    return { answer, changes };
  });
  record(label, verdict.refusals, answer, disagreementIn(play.world, act));
  if (changes.length > 0) tally.sideEffects.push(`${label}: ${JSON.stringify(changes, plainly)}`);
}

const plainly = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

function record(label: string, refusals: readonly string[], answer: string | null, known: string | null): void {
  if (answer === null) tally.accepted += 1;
  else {
    tally.refused += 1;
    tally.errors.add(answer);
  }
  const mustAccept = refusals.length === 0;
  const isSame = answer === null ? mustAccept : refusals.includes(answer);
  if (isSame) return;
  const cell = `${label}: ${answer ?? 'accepted'}, model: ${refusals.join(' or ') || 'accept'}`;
  if (known !== null) tally.disagreements.set(known, (tally.disagreements.get(known) ?? 0) + 1);
  else if (answer === null) tally.wronglyAccepted.push(cell);
  else if (mustAccept) tally.wronglyRefused.push(cell);
  else tally.wronglyNamed.push(cell);
}

/** The signatures that the act asks for, the first by the account that the cast uses. */
function signatoriesOf(act: Act, cast: Cast): readonly Signatory[] {
  const [first, ...others] = dueSignatories(act);
  return [{ ...first!, role: cast.role ?? first!.role }, ...others];
}

async function tryState(state: State): Promise<void> {
  const play = new Play(chain, origin);
  const things: Things = { ...NO_THINGS, ...(await state.reach(play)) };
  for (const name of actsOf(state.machine)) {
    const { plain, ...others } = variantsOf(name, play.world, things);
    for (const cast of CASTS) {
      const act = actOf(name, cast.department, plain);
      await tryCell(play, `${state.machine} ${state.name}: ${name} by ${cast.name}`, act, signatoriesOf(act, cast));
      tally.cells.add(cellOf(state, name, cast));
    }
    for (const department of naturalActorsOf(name)) {
      for (const [label, members] of Object.entries(others)) {
        const act = actOf(name, department, members);
        await tryCell(play, `${state.machine} ${state.name}: ${name} (${label}) by ${department}`, act, dueSignatories(act));
      }
      await tryForms(play, `${state.machine} ${state.name}: ${name}`, actOf(name, department, plain));
    }
  }
}

/** What may be wrong with any act, whatever it is about, in every state. */
async function tryForms(play: Play, label: string, act: Act): Promise<void> {
  const { now } = play.world;
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
  for (const [form, change, signatories] of forms) {
    await tryCell(play, `${label} (${form}) by ${act.department}`, { ...act, ...change }, signatories ?? due);
  }
}

const cellOf = ({ machine, name }: State, act: ActName, cast: Cast): string => [machine, name, act, cast.name].join(' | ');

describe('every state, act and actor', () => {
  it.each(STATES.map((state) => [state.machine, state.name, state] as const))(
    'a %s that is "%s" does what the model says',
    async (_machine, _name, state) => {
      const cellsBefore = tally.tried;
      await chain.isolated(async () => await tryState(state));
      expect(tally.tried).toBeGreaterThan(cellsBefore);
      expect(tally.wronglyAccepted.concat(tally.wronglyRefused, tally.wronglyNamed, tally.sideEffects)).toEqual([]);
    },
  );

  it('was tried, and nothing was accepted or refused wrongly', () => {
    const { tried, accepted, refused, wronglyAccepted, wronglyRefused, wronglyNamed, disagreements } = tally;
    const counts = `cells tried: ${String(tried)} (accepted ${String(accepted)}, refused ${String(refused)})`;
    const wrong = `wrongly accepted ${String(wronglyAccepted.length)}, wrongly refused ${String(wronglyRefused.length)}`;
    console.log(`${counts}; ${wrong}; refused for a wrong reason ${String(wronglyNamed.length)}`);
    console.log(`known disagreements:`, Object.fromEntries(disagreements));
    const table = STATES.flatMap((state) =>
      actsOf(state.machine).flatMap((act) => CASTS.map((cast) => cellOf(state, act, cast))),
    );
    console.log(`state x act x actor: ${String(tally.cells.size)} of ${String(new Set(table).size)} cells`);
    expect(table.filter((cell) => !tally.cells.has(cell))).toEqual([]);
    expect([wronglyAccepted.length, wronglyRefused.length, wronglyNamed.length]).toEqual([0, 0, 0]);
    expect([...disagreements.keys()].sort()).toEqual(DISAGREEMENTS.map(({ name }) => name).sort());
  });

  it('has all acts of the contracts, each in its machine', () => {
    const methods = (['ResourceCatalog', 'ShareLedger', 'CaseBook'] as const).flatMap((contract) =>
      INTERFACES[contract].fragments.flatMap((fragment) => {
        const { name, type } = fragment as unknown as { name?: string; type: string };
        return type === 'function' && name?.endsWith('BySig') === true ? [`${contract}.${name}`] : [];
      }),
    );
    const known = ACT_NAMES.map((name) => `${ACTS[name].contract}.${ACTS[name].method}`);
    expect(known.sort()).toEqual(methods.sort());
    const machines: Machine[] = ['resource', 'request', 'grant', 'correction', 'dispute'];
    expect(new Set(machines.flatMap(actsOf))).toEqual(new Set(ACT_NAMES));
  });

  it('met every error that the three contracts declare', () => {
    const declared = (['ResourceCatalog', 'ShareLedger', 'CaseBook'] as const).flatMap((contract) =>
      INTERFACES[contract].fragments.flatMap((fragment) => {
        const { name, type } = fragment as unknown as { name?: string; type: string };
        return type === 'error' ? [name!] : [];
      }),
    );
    const unseen = [...new Set(declared)].filter((name) => !tally.errors.has(name)).sort();
    // Errors of OpenZeppelin's name and signature handling, which no act can reach.
    expect(unseen).toEqual(['InvalidShortString', 'StringTooLong']);
  });
});
