import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';

import { type Act, ACT_NAMES, type ActName, actOf, dueSignatories } from './acts.ts';
import { at } from './calendar.ts';
import { TransitionChain } from './chain.ts';
import { DEPARTMENT_NAMES, type DepartmentName } from './departments.ts';
import { judge } from './model.ts';
import { Play } from './play.ts';
import { type State, STATES } from './states.ts';
import { naturalActorsOf, variantsOf } from './variants.ts';
import { differences } from './views.ts';
import { NO_THINGS, START } from './ways.ts';
import { newWorld, type World } from './world.ts';

const IS_LONG = process.env['DXL_LONG'] === '1';
const RUNS = IS_LONG ? 20_000 : 500;
const LONG_MS = 3 * 3_600_000;

/** One step of a sequence before it meets a world: numbers from which time, act, actor and content are drawn. */
interface Draft {
  readonly seed: number;
  readonly wait: (typeof WAITS)[number];
  /** Whether to look for an act that the model accepts; otherwise whatever comes first is carried. */
  readonly seeksLegal: boolean;
}

const WAITS = [
  'none',
  'second',
  'day',
  'weekend',
  'fortnight',
  'season',
  'year end',
  'just before due',
  'due',
] as const;

const draft: fc.Arbitrary<Draft> = fc.record({
  seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  wait: fc.oneof(
    { weight: 12, arbitrary: fc.constant('none' as const) },
    { weight: 8, arbitrary: fc.constantFrom(...WAITS) },
  ),
  seeksLegal: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
});

/** A sequence of numbers below `bound` from one seed (a linear congruence; nothing depends on its quality). */
function dice(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % bound;
  };
}

type Roll = ReturnType<typeof dice>;

const oneOf = <Item>(roll: Roll, items: readonly Item[]): Item => items[roll(items.length)]!;

const DAY = 86_400;

function later({ now, ...world }: World, wait: Draft['wait'], roll: Roll): number {
  const dues = [
    ...world.requests.values(),
    ...world.grants.values(),
    ...world.cases.values(),
    ...world.resources.values(),
  ]
    .map((thing) => ('updateDueAt' in thing ? thing.updateDueAt : thing.dueAt))
    .concat([...world.grants.values()].map(({ notAfter }) => notAfter + 1))
    .filter((dueAt) => dueAt > now + 1);
  const due = dues.length === 0 ? now : oneOf(roll, dues);
  const waits: Record<Draft['wait'], number> = {
    none: now,
    second: now + 1,
    day: now + DAY,
    weekend: now + 3 * DAY,
    fortnight: now + 14 * DAY,
    season: now + 90 * DAY,
    'year end': Math.max(
      now,
      at(new Date((now + 30 * DAY) * 1000).getUTCFullYear() > 2025 ? '2026-12-30 23:00:00' : '2025-12-30 23:00:00'),
    ),
    'just before due': Math.max(now, due - 1),
    due,
  };
  return Math.min(waits[wait], at('2028-06-01'));
}

const ANYBODY: readonly DepartmentName[] = [...DEPARTMENT_NAMES, 'unknown'];
/** Those whom most rules name, so that sequences get somewhere. */
const PARTIES: readonly DepartmentName[] = [
  ...(['provider', 'requester', 'authorityA', 'authorityB', 'provinceAuthority', 'provinceProvider'] as const),
  ...(['province', 'regulator', 'neighbour', 'cityA'] as const),
];

/** How often an act comes up. What begins something is nearly always legal, what ends it seldom. */
const WEIGHTS: Partial<Readonly<Record<ActName, number>>> = {
  ...{ submitResource: 1, requireUpdate: 1, freezeResource: 1, designateSource: 1, withdrawRequest: 1 },
  ...{ fileCorrection: 1, openDispute: 2, submitRequest: 2, terminate: 1, release: 1, agree: 6, refuse: 4 },
  ...{ deliver: 8, acknowledge: 8, suspend: 6, resume: 8, followUpSuspension: 10, forfeit: 10, changeGrant: 10 },
  ...{ applyForCoordination: 8, coordinate: 12, settleDispute: 12, escalateDispute: 8, decideDispute: 16 },
  ...{ executeDispute: 16, reopenRequest: 16, retireResource: 2 },
};
const NAMES: readonly ActName[] = ACT_NAMES.flatMap((name) => Array.from({ length: WEIGHTS[name] ?? 3 }, () => name));

/** What there is, and seldom what there is not. */
function orNothing(nothing: string, things: ReadonlyMap<string, unknown>): string[] {
  const ids = [...things.keys()];
  return [nothing, ...ids, ...ids, ...ids, ...ids];
}

function drawAct(world: World, roll: Roll): Act {
  const name = oneOf(roll, NAMES);
  const things = {
    resource: oneOf(roll, [...world.resources.keys()]),
    request: oneOf(roll, orNothing(NO_THINGS.request, world.requests)),
    grant: oneOf(roll, orNothing(NO_THINGS.grant, world.grants)),
    case: oneOf(roll, orNothing(NO_THINGS.case, world.cases)),
  };
  const variants = variantsOf(name, world, things);
  const members = oneOf(roll, [variants['plain']!, variants['plain']!, ...Object.values(variants)]);
  const circle = [naturalActorsOf(name), naturalActorsOf(name), PARTIES, PARTIES, ANYBODY][roll(5)]!;
  const authority = oneOf(roll, [
    members.authority ?? 'unknown',
    'authorityA',
    'provinceAuthority',
    'authorityB',
  ] as const);
  return actOf(name, oneOf(roll, circle), { ...members, authority });
}

const TRIES = 60;

/** The next act: the first of some that the model accepts, or the last of them. */
function chooseAct(world: World, { seeksLegal }: Draft, roll: Roll): Act {
  let act = drawAct(world, roll);
  for (let tries = 1; tries < (seeksLegal ? TRIES : 1); tries += 1) {
    const { refusals } = judge(world, { act, digest: '0x', signatories: dueSignatories(act) });
    if (refusals.length === 0) break;
    act = drawAct(world, roll);
  }
  return act;
}

class Tally {
  sequences = 0;
  steps = 0;
  readonly accepted = new Map<ActName, number>();
  readonly refused = new Map<string, number>();
  wronglyAccepted = 0;
  wronglyRefused = 0;
}

const count = <Key>(counts: Map<Key, number>, key: Key): Map<Key, number> =>
  counts.set(key, (counts.get(key) ?? 0) + 1);
const sum = (counts: ReadonlyMap<unknown, number>): number =>
  [...counts.values()].reduce((total, one) => total + one, 0);

const tally = new Tally();
let chain: TransitionChain;

beforeAll(async () => {
  chain = await TransitionChain.start(START - DAY);
});

afterAll(async () => {
  await chain.stop();
});

const plainly = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

async function takeStep(play: Play, step: Draft): Promise<void> {
  const roll = dice(step.seed);
  play.goTo(later(play.world, step.wait, roll));
  if (roll(40) === 0) {
    const department = oneOf(roll, ['provider', 'requester', 'authorityA', 'authorityB'] as const);
    await play.govern(department, !play.world.departments.get(department)!.isActive);
    return;
  }
  const act = chooseAct(play.world, step, roll);
  const before = play.world;
  const entriesBefore = (await chain.heads()).entries;
  const { verdict, answer } = await play.attempt(act);
  if (answer === null && verdict.refusals.length > 0) tally.wronglyAccepted += 1;
  if (answer !== null && verdict.refusals.length === 0) tally.wronglyRefused += 1;
  const isExpected = answer === null ? verdict.refusals.length === 0 : verdict.refusals.includes(answer);
  expect(isExpected, JSON.stringify({ act, answer, refusals: verdict.refusals }, plainly)).toBe(true);
  expect((await chain.heads()).entries, act.name).toBe(answer === null ? entriesBefore + 1 : entriesBefore);
  expect(await differences(chain, play.world, before), act.name).toEqual([]);
  tally.steps += 1;
  if (answer === null) count(tally.accepted, act.name);
  else count(tally.refused, answer);
}

/** Where sequences begin: some states are seldom reached by chance. */
const STARTS = STATES.filter(({ machine, name }) =>
  [
    ...['resource Published', 'resource Update due, last second', 'request Submitted, a return', 'request Refused'],
    ...['request Refused, decided with REOPEN', 'grant Active', 'grant Suspended in an emergency, last second'],
    ...['grant Suspended for misuse, last second', 'correction Verifying', 'dispute Coordinating'],
  ].includes(`${machine} ${name}`),
);

async function runSequences(start: State, numRuns: number, seed: number): Promise<void> {
  const beginning = new Play(chain, newWorld(START));
  await start.reach(beginning);
  const sequences = fc.asyncProperty(fc.array(draft, { minLength: 15, maxLength: 30 }), async (steps) => {
    await chain.isolated(async () => {
      const play = new Play(chain, beginning.world);
      for (const step of steps) await takeStep(play, step);
      expect(await differences(chain, play.world)).toEqual([]);
    });
    tally.sequences += 1;
  });
  await fc.assert(sequences, { numRuns, seed });
}

describe('random sequences of acts', () => {
  it.each(STARTS.map((start, index) => [start.machine, start.name, start, index] as const))(
    'from a %s that is "%s" bring contracts and model to the same state, step by step',
    async (_machine, _name, start, index) => {
      const { seed } = fc.readConfigureGlobal();
      const before = tally.sequences;
      const numRuns = RUNS / STARTS.length;
      await chain.isolated(async () => await runSequences(start, numRuns, (seed ?? 0) + index));
      expect(tally.sequences).toBe(before + numRuns);
    },
    LONG_MS,
  );

  it('went through every act', () => {
    const [accepted, refused] = [sum(tally.accepted), sum(tally.refused)];
    console.log(
      `sequences: ${String(tally.sequences)}, acts: ${String(tally.steps)} ` +
        `(accepted ${String(accepted)}, refused ${String(refused)} with ${String(tally.refused.size)} errors); ` +
        `wrongly accepted ${String(tally.wronglyAccepted)}, wrongly refused ${String(tally.wronglyRefused)}`,
    );
    expect([tally.wronglyAccepted, tally.wronglyRefused]).toEqual([0, 0]);
    expect(tally.sequences).toBe(RUNS);
    // Sequences that never get anywhere would prove nothing.
    expect(ACT_NAMES.filter((name) => !tally.accepted.has(name))).toEqual([]);
  });
});
