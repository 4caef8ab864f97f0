import { GatewayClient } from '../../cli/gateway-client.ts';
import type { SigningRole } from '../../ledger/acts/act-definition.ts';
import type { AccessKeyId } from '../../ledger/ids.ts';
import { createAccessKey, type SigningKey } from '../../ledger/signatures/signature-key.ts';
import { sampleDepartment, type DepartmentKey, type SampleDepartment } from '../samples/departments.ts';
import type { KeyFolder } from '../samples/key-folder.ts';

/** A sample department with all that lets it act. */
export interface Principal {
  readonly department: SampleDepartment;
  /** Lower-case hex, as registered. */
  readonly accounts: Readonly<Record<SigningRole, string>>;
  /** Names of the keys that sign for each account, as many as must; see KeyFolder. */
  readonly signers: Readonly<Record<SigningRole, readonly string[]>>;
  readonly accessKey: SigningKey<AccessKeyId>;
  /** Signs with the access key. */
  readonly client: GatewayClient;
  /** Opens a keystore of {@link signers}. */
  readonly privateKey: (signer: string) => Promise<string>;
}

/** The department whose sharing office is an account of three officers, of whom two must sign. */
export const SHARED_OFFICE: DepartmentKey = 'MZ';
export const OFFICERS_NEEDED = 2;
export const OFFICERS: readonly string[] = [1, 2, 3].map((number) => `${SHARED_OFFICE}/officer-${String(number)}`);

/** P-256 for one department, to show that both algorithms work; Ed25519 for the others. */
const P256_DEPARTMENT: DepartmentKey = 'ZW';

export interface PrincipalOptions {
  readonly keys: KeyFolder;
  /** Address of the DepartmentAccount of {@link SHARED_OFFICE}. */
  readonly sharedOffice: string;
  readonly gatewayUrl: string;
}

export async function openPrincipal(key: DepartmentKey, options: PrincipalOptions): Promise<Principal> {
  const { keys, sharedOffice, gatewayUrl } = options;
  const isShared = key === SHARED_OFFICE;
  const department = sampleDepartment(key);
  const privateKey = keys.accessKey(`${key}/access`, key === P256_DEPARTMENT ? 'p256' : 'ed25519');
  const accessKey = createAccessKey(privateKey, department.id);
  return {
    department,
    accounts: {
      maker: await keys.address(`${key}/maker`),
      office: isShared ? sharedOffice.toLowerCase() : await keys.address(`${key}/office`),
      head: await keys.address(`${key}/head`),
    },
    signers: {
      maker: [`${key}/maker`],
      office: isShared ? OFFICERS.slice(0, OFFICERS_NEEDED) : [`${key}/office`],
      head: [`${key}/head`],
    },
    accessKey,
    client: new GatewayClient({ url: gatewayUrl, key: accessKey, pinnedKeyId: null }),
    privateKey: async (signer) => (await keys.wallet(signer)).privateKey,
  };
}
