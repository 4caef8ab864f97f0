import { SigningKey, Wallet } from 'ethers';

import { type Act, ACTS, type ActName } from '../../ledger/acts/act-definitions.ts';
import { actDigest } from '../../ledger/acts/act-digest.ts';
import type { Deployment } from '../../ledger/deployment.ts';
import type { Bytes32, DepartmentId } from '../../ledger/ids.ts';
import { encodeMultiSignature } from '../../ledger/multi-signature.ts';
import { type DepartmentKey, type SampleKind, sampleDepartment } from '../../scripts/samples/departments.ts';

/** Whatever can sign an act. `account` is what the registry holds for it. */
export interface Signer {
  readonly account: string;
  sign(digest: Bytes32): string;
}

/** A department with its two accounts. */
export interface Actor {
  readonly id: DepartmentId;
  readonly kind: SampleKind;
  readonly region: string;
  readonly office: Signer;
  readonly head: Signer;
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

/** A sample department with fresh keys, or with the accounts given. */
export function actor(key: DepartmentKey, accounts: Partial<Pick<Actor, 'office' | 'head'>> = {}): Actor {
  const { id, kind, region } = sampleDepartment(key);
  return { id, kind, region, office: walletSigner(), head: walletSigner(), ...accounts };
}

/** The signature of `by` over an act, by the account that the act asks for. */
export function signAct<Name extends ActName>(deployment: Deployment, name: Name, act: Act<Name>, by: Actor): string {
  return by[ACTS[name].role].sign(actDigest(deployment, name, act));
}
