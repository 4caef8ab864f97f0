import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type Act, actOf, dueSignatories, freshNonce, type Signatory } from './acts.ts';
import { castsOf, formsOf, signatoriesOf } from './casts.ts';
import { TransitionChain } from './chain.ts';
import type { DepartmentName } from './departments.ts';
import { judge } from './model.ts';
import { Play } from './play.ts';
import { ReplayedLedger } from './replayed-ledger.ts';
import { type State, STATES } from './states.ts';
import { actsOf, naturalActorsOf, variantsOf } from './variants.ts';
import { NO_THINGS, START, type Things } from './ways.ts';
import { newWorld, type World } from './world.ts';

/** Every cell in the long form; else each fifth one of every state, beginning with another one in each. */
const STEP = process.env['DXL_LONG'] === '1' ? 1 : 5;

let chain: TransitionChain;
let origin: World;
const tally = { accepted: 0, refused: 0 };

beforeAll(async () => {
  chain = await TransitionChain.start(START - 86_400);
  origin = newWorld(START);
});

afterAll(async () => {
  await chain.stop();
});

interface Cell {
  readonly label: string;
  readonly act: Act;
  readonly signatories: readonly Signatory[];
}

/** The cells of `machine-cells.test.ts`, with the model, which the contracts agree with there, in their place. */
function* cellsOf({ machine }: State, play: Play, things: Things): Generator<Cell> {
  const { world } = play;
  for (const name of actsOf(machine)) {
    const { plain, ...others } = variantsOf(name, world, things);
    const entitled = new Set<DepartmentName>();
    for (const cast of castsOf(machine, name)) {
      const act = actOf(name, cast.department, plain);
      const signatories = signatoriesOf(act, cast);
      if (isAccepted(play, { label: '', act, signatories })) entitled.add(cast.department);
      yield { label: `${name} [${cast.name}]`, act, signatories };
    }
    const natural = naturalActorsOf(name);
    const actors = natural.filter((actor) => entitled.has(actor));
    for (const department of actors.length > 0 ? actors : natural.slice(0, 1)) {
      for (const [label, members] of Object.entries(others)) {
        const act = actOf(name, department, members);
        yield { label: `${name} (${label})`, act, signatories: dueSignatories(act) };
      }
    }
    const [anyone] = entitled;
    const forms = anyone === undefined ? [] : formsOf(actOf(name, anyone, plain), world.now);
    for (const { form, act, signatories } of forms) {
      // Of its own: the verifier counts the nonce of an entry that it refuses, which a contract never records.
      const nonce = freshNonce() + (act.nonce & 1n);
      yield { label: `${name} (${form})`, act: { ...act, nonce }, signatories };
    }
  }
}

function isAccepted({ world }: Play, { act, signatories }: Cell): boolean {
  const { digest } = chain.sign(act, signatories);
  return judge(world, { act, digest, signatories }).refusals.length === 0;
}

/** Cells in which the verifier says something else than the model, and so than the contracts. */
async function disagreementsIn(state: State, offset: number): Promise<readonly string[]> {
  const play = new Play(chain, origin);
  const things: Things = { ...NO_THINGS, ...(await state.reach(play)) };
  const ledger = await ReplayedLedger.read(chain);
  const found: string[] = [];
  let number = offset;
  for (const cell of cellsOf(state, play, things)) {
    number += 1;
    if (number % STEP !== 0) continue;
    const { act, signatories } = cell;
    const { digest } = chain.sign(act, signatories);
    const { refusals } = judge(play.world, { act, digest, signatories });
    const codes = ledger.codesOf(act, signatories, play.world.now, digest);
    tally[refusals.length === 0 ? 'accepted' : 'refused'] += 1;
    if ((refusals.length === 0) === (codes.length === 0)) continue;
    found.push(`${state.name}: ${cell.label} by ${act.department}: model ${refusals.join()}, verifier ${codes.join()}`);
  }
  return found;
}

/** Nothing is asserted about time. */
const LIMIT = { timeout: 3_600_000 };

describe('the rules of the verifier, in every state of every machine', LIMIT, () => {
  it.each(STATES.map((state, index) => [state.machine, state.name, state, index] as const))(
    'take of a %s that is "%s" what the contracts take, and nothing else',
    async (_machine, _name, state, index) => {
      const found = await chain.isolated(async () => await disagreementsIn(state, index));

      expect(found).toEqual([]);
    },
  );

  it('were tried', () => {
    const { accepted, refused } = tally;
    console.log(`cells replayed by the verifier: accepted ${String(accepted)}, refused ${String(refused)}`);
    expect(accepted).toBeGreaterThan(100);
    expect(refused).toBeGreaterThan(1_000);
  });
});
