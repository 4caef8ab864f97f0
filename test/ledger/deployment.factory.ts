import {
  CONTRACT_NAMES,
  type ContractName,
  type Deployment,
  mapContracts,
  parseDeployment,
} from '../../ledger/deployment.ts';
import { parseBytes32 } from '../../ledger/ids.ts';

const address = (byte: string): string => `0x${byte.repeat(20)}`;
const hash = (byte: string) => parseBytes32(`0x${byte.repeat(32)}`);
const numberOf = (name: ContractName): number => CONTRACT_NAMES.indexOf(name) + 1;

/** The content of a deployment file, to be changed at will. */
export function rawDeployment(): Record<string, unknown> {
  return {
    chainId: 20990,
    genesisHash: hash('0a'),
    startBlock: 1,
    profile: 'dev',
    contracts: mapContracts((name) => address(`d${numberOf(name)}`)),
    codeHashes: mapContracts((name) => hash(`c${numberOf(name)}`)),
    verifiers: { p256: address('e1'), webauthn: address('e2') },
  };
}

export function aDeployment(): Deployment {
  return parseDeployment(Buffer.from(JSON.stringify(rawDeployment())));
}
