import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  type Act,
  ACT_NAMES,
  type ActName,
  actOf,
  ACTS,
  dueSignatories,
  type Machine,
  type Signatory,
} from './acts.ts';
import { type Cast, castsOf, formsOf, signatoriesOf } from './casts.ts';
import { type Heads, INTERFACES, TransitionChain } from './chain.ts';
import type { DepartmentName } from './departments.ts';
import { judge } from './model.ts';
import { Play } from './play.ts';
import { type State, STATES } from './states.ts';
import { actsOf, naturalActorsOf, variantsOf } from './variants.ts';
import { differences } from './views.ts';
import { NO_THINGS, START, type Things } from './ways.ts';
import { type Attempt, newWorld, type World } from './world.ts';

/** What was tried, and where model and contract differ. */
class Tally {
  accepted = 0;
  refused = 0;
  readonly wronglyAccepted: string[] = [];
  readonly wronglyRefused: string[] = [];
  /** Refused by both, but for a reason that does not hold. */
  readonly wronglyNamed: string[] = [];
  readonly sideEffects: string[] = [];
  readonly errors = new Set<string>();
  readonly cells = new Set<string>();

  get tried(): number {
    return this.accepted + this.refused;
  }

  get wrong(): string[] {
    return this.wronglyAccepted.concat(this.wronglyRefused, this.wronglyNamed, this.sideEffects);
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

/** A state of the chain to which each act that is accepted there is taken back. */
class Stage {
  readonly play: Play;
  readonly label: string;
  #heads: Heads | undefined;
  #snapshot: unknown;

  constructor(play: Play, label: string) {
    this.play = play;
    this.label = label;
  }

  async set(): Promise<void> {
    this.#heads = await chain.heads();
    this.#snapshot = await chain.rpc('evm_snapshot');
  }

  /** Whether the contract accepted. */
  async try(label: string, act: Act, signatories: readonly Signatory[] = dueSignatories(act)): Promise<boolean> {
    const { world } = this.play;
    const signed = chain.sign(act, signatories);
    const attempt = { act, digest: signed.digest, signatories };
    const verdict = judge(world, attempt);
    const answer = await chain.send(signed, world.now);
    const cell = `${this.label}: ${label} by ${act.department}`;
    record(cell, verdict.refusals, answer);
    if (answer !== null) return false;
    // One more entry in all, so nothing that was refused since the snapshot has left one.
    const { entries } = await chain.heads();
    if (entries !== this.#heads!.entries + 1) tally.sideEffects.push(`${cell}: ${String(entries)} entries`);
    if (verdict.refusals.length === 0) await this.#checkEffects(cell, attempt, verdict.world);
    await chain.rpc('evm_revert', [this.#snapshot]);
    this.#snapshot = await chain.rpc('evm_snapshot');
    return true;
  }

  /** What was refused has changed nothing: a head only ever goes on. */
  async checkUntouched(): Promise<void> {
    const { bytes } = await chain.heads();
    if (bytes !== this.#heads!.bytes) {
      tally.sideEffects.push(`${this.label}: an act was refused and yet a head changed`);
    }
  }

  /** The new state is that of the model, and the same act does not count twice. */
  async #checkEffects(cell: string, attempt: Attempt, after: World): Promise<void> {
    const found = await differences(chain, after, this.play.world);
    if (found.length > 0) tally.sideEffects.push(`${cell}: ${JSON.stringify(found, plainly)}`);
    const again = await chain.send(chain.sign(attempt.act, attempt.signatories), after.now);
    const isRefused = again !== null && judge(after, attempt).refusals.includes(again);
    if (!isRefused) tally.sideEffects.push(`${cell}: carried again, ${again ?? 'accepted'}`);
  }
}

const plainly = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

function record(label: string, refusals: readonly string[], answer: string | null): void {
  if (answer === null) {
    tally.accepted += 1;
  } else {
    tally.refused += 1;
    tally.errors.add(answer);
  }
  const mustAccept = refusals.length === 0;
  const isSame = answer === null ? mustAccept : refusals.includes(answer);
  if (isSame) return;
  const cell = `${label}: ${answer ?? 'accepted'}, model: ${mustAccept ? 'accept' : refusals.join(' or ')}`;
  if (answer === null) tally.wronglyAccepted.push(cell);
  else if (mustAccept) tally.wronglyRefused.push(cell);
  else tally.wronglyNamed.push(cell);
}

async function tryState(state: State): Promise<void> {
  const play = new Play(chain, origin);
  const things: Things = { ...NO_THINGS, ...(await state.reach(play)) };
  const stage = new Stage(play, `${state.machine} ${state.name}`);
  await stage.set();
  for (const name of actsOf(state.machine)) {
    const { plain, ...others } = variantsOf(name, play.world, things);
    const entitled = new Set<DepartmentName>();
    for (const cast of castsOf(state.machine, name)) {
      const act = actOf(name, cast.department, plain);
      const isAccepted = await stage.try(`${name} [${cast.name}]`, act, signatoriesOf(act, cast));
      if (isAccepted) entitled.add(cast.department);
      tally.cells.add(cellOf(state, name, cast));
    }
    // The content is varied for those who are accepted with what is plain, or else for who might be in another state.
    const natural = naturalActorsOf(name);
    const actors = natural.filter((actor) => entitled.has(actor));
    for (const department of actors.length > 0 ? actors : natural.slice(0, 1)) {
      for (const [label, members] of Object.entries(others)) {
        await stage.try(`${name} (${label})`, actOf(name, department, members));
      }
    }
    // The form is varied where nothing else stands against the act.
    const [anyone] = entitled;
    const forms = anyone === undefined ? [] : formsOf(actOf(name, anyone, plain), play.world.now);
    for (const { form, act, signatories } of forms) await stage.try(`${name} (${form})`, act, signatories);
    await stage.checkUntouched();
  }
}

const cellOf = ({ machine, name }: State, act: ActName, cast: Cast): string =>
  [machine, name, act, cast.name].join(' | ');

describe('every state, act and actor', () => {
  it.each(STATES.map((state) => [state.machine, state.name, state] as const))(
    'a %s that is "%s" does what the model says',
    async (_machine, _name, state) => {
      const before = { tried: tally.tried, wrong: new Set(tally.wrong) };
      await chain.isolated(async () => await tryState(state));
      expect(tally.tried).toBeGreaterThan(before.tried);
      expect(tally.wrong.filter((cell) => !before.wrong.has(cell))).toEqual([]);
    },
  );

  it('was tried, and nothing was accepted or refused wrongly', () => {
    const { tried, accepted, refused, wronglyAccepted, wronglyRefused, wronglyNamed } = tally;
    const counts = `cells tried: ${String(tried)} (accepted ${String(accepted)}, refused ${String(refused)})`;
    const wrong = `wrongly accepted ${String(wronglyAccepted.length)}, wrongly refused ${String(wronglyRefused.length)}`;
    console.log(`${counts}; ${wrong}; refused for a wrong reason ${String(wronglyNamed.length)}`);
    const table = STATES.flatMap((state) =>
      actsOf(state.machine).flatMap((act) => castsOf(state.machine, act).map((cast) => cellOf(state, act, cast))),
    );
    console.log(`state x act x actor: ${String(tally.cells.size)} of ${String(new Set(table).size)} cells`);
    expect(table.filter((cell) => !tally.cells.has(cell))).toEqual([]);
    expect([wronglyAccepted.length, wronglyRefused.length, wronglyNamed.length]).toEqual([0, 0, 0]);
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
    // Errors of OpenZeppelin's name handling, which no act can reach, and of signatures longer than any of these.
    expect(unseen).toEqual(['InvalidShortString', 'SignedActsSignatureTooLong', 'StringTooLong']);
  });
});
