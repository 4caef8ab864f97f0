import { Interface } from 'ethers';

import { departmentRegistryAbi, resourceCatalogAbi, shareLedgerAbi } from '../__generated__/abi.ts';
import type { Deployment } from '../deployment.ts';
import { type Act, ACTS, type ActName } from './act-definitions.ts';
import { chainTuple } from './chain-form.ts';

/** The call that carries an act to the chain; `to` is the contract, `data` hex. */
export interface ActCall {
  readonly to: string;
  readonly data: string;
}

/** The contracts that take acts. */
export const ACT_INTERFACES = {
  DepartmentRegistry: new Interface(departmentRegistryAbi),
  ResourceCatalog: new Interface(resourceCatalogAbi),
  ShareLedger: new Interface(shareLedgerAbi),
};

/** Anyone may send the call: the contract looks at `signature` (hex) only, never at the sender. */
export function encodeActCall<Name extends ActName>(
  deployment: Deployment,
  name: Name,
  act: Act<Name>,
  signature: string,
): ActCall {
  const { contract, method, schema } = ACTS[name];
  const data = ACT_INTERFACES[contract].encodeFunctionData(method, [chainTuple(schema, act), signature]);
  return { to: deployment.contracts[contract], data };
}
