import { type Deployment, parseDeployment } from '../../ledger/deployment.ts';
import { parseBytes32 } from '../../ledger/ids.ts';

const address = (byte: string): string => `0x${byte.repeat(20)}`;
const hash = (byte: string) => parseBytes32(`0x${byte.repeat(32)}`);

/** The content of a deployment file, to be changed at will. */
export function rawDeployment(): Record<string, unknown> {
  return {
    chainId: 20990,
    genesisHash: hash('0a'),
    startBlock: 1,
    profile: 'dev',
    contracts: {
      Directory: address('d1'),
      DepartmentRegistry: address('d2'),
      ResourceCatalog: address('d3'),
      ShareLedger: address('d4'),
    },
    codeHashes: {
      Directory: hash('c1'),
      DepartmentRegistry: hash('c2'),
      ResourceCatalog: hash('c3'),
      ShareLedger: hash('c4'),
    },
    verifiers: { p256: address('e1'), webauthn: address('e2') },
  };
}

export function aDeployment(): Deployment {
  return parseDeployment(Buffer.from(JSON.stringify(rawDeployment())));
}
