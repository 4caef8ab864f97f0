import { TypedDataEncoder, type TypedDataField } from 'ethers';

import type { ContractName, Deployment } from '../deployment.ts';
import { type Bytes32, parseBytes32 } from '../ids.ts';
import { type Act, ACTS, type ActName } from './act-definitions.ts';
import { chainTuple, structFields } from './chain-form.ts';

/** What `eth_signTypedData_v4` and ethers' `signTypedData` take. */
export interface ActTypedData {
  readonly domain: { name: string; version: string; chainId: number; verifyingContract: string };
  readonly types: Record<string, TypedDataField[]>;
  readonly value: Readonly<Record<string, unknown>>;
}

/** The domain of a contract that takes acts. */
export function actDomain(deployment: Deployment, contract: ContractName): ActTypedData['domain'] {
  return {
    name: contract,
    version: '1',
    chainId: deployment.chainId,
    verifyingContract: deployment.contracts[contract],
  };
}

/** The EIP-712 typed data of an act, for a wallet to show and sign. */
export function actTypedData<Name extends ActName>(deployment: Deployment, name: Name, act: Act<Name>): ActTypedData {
  const { contract, primaryType, schema } = ACTS[name];
  return {
    domain: actDomain(deployment, contract),
    types: { [primaryType]: structFields(schema) },
    value: chainTuple(schema, act),
  };
}

/** The EIP-712 digest that the department's account signs. For a share request it is the request id too. */
export function actDigest<Name extends ActName>(deployment: Deployment, name: Name, act: Act<Name>): Bytes32 {
  const { domain, types, value } = actTypedData(deployment, name, act);
  return parseBytes32(TypedDataEncoder.hash(domain, types, value));
}
