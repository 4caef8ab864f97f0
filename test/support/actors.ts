import { SigningKey, Wallet } from 'ethers';

import { type Act, ACTS, type ActName } from '../../ledger/acts/act-definitions.ts';
import { actDigest } from '../../ledger/acts/act-digest.ts';
import type { SigningRole } from '../../ledger/acts/act-definition.ts';
import type { Deployment } from '../../ledger/deployment.ts';
import type { Bytes32, DepartmentId } from '../../ledger/ids.ts';
import { encodeMultiSignature } from '../../ledger/multi-signature.ts';
import { type DepartmentKey, type SampleKind, sampleDepartment } from '../../scripts/samples/departments.ts';

/** Whatever can sign an act. `account` is what the registry holds for it. */
export interface Signer {
  readonly account: string;
  sign(digest: Bytes32): string;
}

/** The three accounts of a department. */
export type ActorAccounts = Readonly<Record<SigningRole, Signer>>;

/** A department with its three accounts. */
export interface Actor extends ActorAccounts {
  readonly id: DepartmentId;
  readonly kind: SampleKind;
  readonly region: string;
  /** The government above it, if the test has one. */
  readonly superior: DepartmentId | null;
}

/** A fresh key pair that signs as an externally owned account. */
export function walletSigner(privateKey: string = Wallet.createRandom().privateKey): Signer {
  const key = new SigningKey(privateKey);
  return {
    account: new Wallet(key).address.toLowerCase(),
    sign: (digest) => key.sign(digest).serialized,
  };
}

/** Officers signing for the `DepartmentAccount` at `account`; all of those given here sign. */
export function officersSigner(account: string, officers: readonly Signer[]): Signer {
  return {
    account: account.toLowerCase(),
    sign: (digest) =>
      encodeMultiSignature(officers.map((officer) => ({ signer: officer.account, signature: officer.sign(digest) }))),
  };
}

/** A sample department with fresh keys, or with the accounts given; without a superior unless one is given. */
export function actor(key: DepartmentKey, changes: Partial<ActorAccounts & Pick<Actor, 'superior'>> = {}): Actor {
  const { id, kind, region } = sampleDepartment(key);
  const accounts = { maker: walletSigner(), office: walletSigner(), head: walletSigner() };
  return { id, kind, region, superior: null, ...accounts, ...changes };
}

/**
 * The signatures over an act, in the order in which its contract takes them.
 * @param by the department that acts
 * @param other the second department of a joint act
 */
export function signAct<Name extends ActName>(
  deployment: Deployment,
  name: Name,
  act: Act<Name>,
  by: Actor,
  other: Actor = by,
): string[] {
  const digest = actDigest(deployment, name, act);
  const [{ department: first }] = ACTS[name].signers;
  return ACTS[name].signers.map(({ department, role }) => (department === first ? by : other)[role].sign(digest));
}
