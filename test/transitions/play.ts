import { expect } from 'vitest';

import { type Act, type ActName, actOf, dueSignatories, type Signatory } from './acts.ts';
import { at } from './calendar.ts';
import type { SignedAct, TransitionChain } from './chain.ts';
import type { DepartmentName } from './departments.ts';
import { judge, type Verdict } from './model.ts';
import { differences } from './views.ts';
import { withEntry, type World } from './world.ts';

/** What the model says of an act and what the contract answered. */
export interface Trial {
  readonly verdict: Verdict;
  /** The error that the contract named, null if it accepted. */
  readonly answer: string | null;
  readonly signed: SignedAct;
}

/** A chain and its model that go the same way. */
export class Play {
  readonly chain: TransitionChain;
  world: World;

  constructor(chain: TransitionChain, world: World) {
    this.chain = chain;
    this.world = world;
  }

  /** Moves the clock; blocks are made only when an act is carried. */
  goTo(time: string | number): void {
    this.world = { ...this.world, now: typeof time === 'string' ? at(time) : time };
  }

  /** Carries an act to the chain, whatever comes of it; the model follows only if both accept. */
  async attempt(act: Act, signatories: readonly Signatory[] = dueSignatories(act)): Promise<Trial> {
    const signed = this.chain.sign(act, signatories);
    const verdict = judge(this.world, { act, digest: signed.digest, signatories });
    const answer = await this.chain.send(signed, this.world.now);
    if (answer === null && verdict.refusals.length === 0) this.world = verdict.world;
    return { verdict, answer, signed };
  }

  /** A legal act: both accept it, and agree about what comes of it. Gives its digest. */
  async do(name: ActName, department: DepartmentName, members: Partial<Act> = {}): Promise<string> {
    const before = this.world;
    const { verdict, answer, signed } = await this.attempt(actOf(name, department, members));
    expect({ name, refusals: verdict.refusals, answer }).toEqual({ name, refusals: [], answer: null });
    expect(await differences(this.chain, this.world, before), name).toEqual([]);
    return signed.digest;
  }

  async govern(department: DepartmentName, isActive: boolean): Promise<void> {
    await this.chain.govern(department, isActive, this.world.now);
    const entry = { ...this.world.departments.get(department)!, isActive };
    this.world = { ...this.world, departments: withEntry(this.world.departments, department, entry) };
  }
}
