import { Result } from 'ethers';

import { type Act, ACTS, type ActName, isActName } from './act-definitions.ts';
import { jsonOfTuple } from './chain-form.ts';
import { CONTRACT_INTERFACES } from './contract-interfaces.ts';
import { parseAct } from './parse-act.ts';

/** An act and its name, of one kind. */
export type NamedAct<Name extends ActName = ActName> = {
  readonly [One in Name]: { readonly name: One; readonly act: Act<One> };
}[Name];

const SELECTOR_LENGTH = 10;

/** Acts by the selector of the function that takes them. */
const BY_SELECTOR = new Map<string, ActName>();
for (const name of Object.keys(ACTS).filter(isActName)) {
  const { contract, method } = ACTS[name];
  BY_SELECTOR.set(CONTRACT_INTERFACES[contract].getFunction(method)?.selector ?? '', name);
}

/**
 * The act inside a call that `encodeActCall` made; null for another method.
 * @throws LedgerError ACT_INVALID for a call that it did not make
 */
export function decodeActCall(data: string): NamedAct | null {
  const name = BY_SELECTOR.get(data.slice(0, SELECTOR_LENGTH));
  if (name === undefined) return null;
  const tuple: unknown = CONTRACT_INTERFACES[ACTS[name].contract].parseTransaction({ data })?.args[0];
  return tuple instanceof Result ? named(name, tuple.toArray()) : null;
}

function named<Name extends ActName>(name: Name, tuple: readonly unknown[]): NamedAct<Name> {
  return { name, act: parseAct(name, jsonOfTuple(ACTS[name].schema, tuple)) };
}
