import type { Deployment } from '../deployment.ts';
import { type Act, ACTS, type ActName } from './act-definitions.ts';
import { chainTuple } from './chain-form.ts';
import { CONTRACT_INTERFACES } from './contract-interfaces.ts';

/** The call that carries an act to the chain; `to` is the contract, `data` hex. */
export interface ActCall {
  readonly to: string;
  readonly data: string;
}

/**
 * Anyone may send the call: the contract looks at the signatures only, never at the sender.
 * @param signatures hex, one for each of the act's signers, in their order
 */
export function encodeActCall<Name extends ActName>(
  deployment: Deployment,
  name: Name,
  act: Act<Name>,
  signatures: readonly string[],
): ActCall {
  const { contract, method, schema } = ACTS[name];
  const data = CONTRACT_INTERFACES[contract].encodeFunctionData(method, [chainTuple(schema, act), ...signatures]);
  return { to: deployment.contracts[contract], data };
}
