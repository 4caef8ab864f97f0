import { Result } from 'ethers';

import { type Act, ACTS, type ActName, isActName } from './act-definitions.ts';
import { jsonOfTuple } from './chain-form.ts';
import { ACT_INTERFACES } from './encode-act-call.ts';
import { parseAct } from './parse-act.ts';

/** An act and its name, of one kind. */
export type NamedAct<Name extends ActName = ActName> = {
  readonly [One in Name]: { readonly name: One; readonly act: Act<One> };
}[Name];

/**
 * The act inside a call that `encodeActCall` made; null for another method.
 * @throws LedgerError ACT_INVALID for a call that it did not make
 */
export function decodeActCall(data: string): NamedAct | null {
  for (const name of Object.keys(ACTS).filter(isActName)) {
    const { contract, method } = ACTS[name];
    const call = ACT_INTERFACES[contract].parseTransaction({ data });
    const tuple: unknown = call?.name === method ? call.args[0] : null;
    if (tuple instanceof Result) return named(name, tuple.toArray());
  }
  return null;
}

function named<Name extends ActName>(name: Name, tuple: readonly unknown[]): NamedAct<Name> {
  return { name, act: parseAct(name, jsonOfTuple(ACTS[name].schema, tuple)) };
}
