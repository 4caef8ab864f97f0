import {
  authenticate,
  type AuthenticationContext,
  type Caller,
  type RegisteredKey,
} from '../../../gateway/authn/authenticate.ts';
import { GatewayError, type GatewayErrorCode } from '../../../gateway/errors.ts';
import type { AccessKeyId } from '../../../ledger/ids.ts';
import { KEY_OWNER, NOW, ORIGIN, type TestKey, type Wire } from '../../ledger/request-signature.factory.ts';

export function registered(key: TestKey, change: Partial<RegisteredKey> = {}): RegisteredKey {
  return {
    department: KEY_OWNER,
    algorithm: key.signing.algorithm,
    publicKey: key.publicBytes,
    notBefore: NOW - 86_400,
    notAfter: NOW + 86_400,
    isRevoked: false,
    isDepartmentActive: true,
    ...change,
  };
}

export interface TestContext extends AuthenticationContext {
  /** Nonces claimed so far: a refused request must not add one. */
  readonly claimed: Set<string>;
  readonly keys: Map<AccessKeyId, RegisteredKey>;
}

export function makeContext(keys: readonly TestKey[], change: Partial<AuthenticationContext> = {}): TestContext {
  const register = new Map(keys.map((key) => [key.signing.keyId, registered(key)]));
  const claimed = new Set<string>();
  return {
    ...ORIGIN,
    accessKeys: (id) => register.get(id) ?? null,
    nonces: {
      claim: (keyId, nonce) => {
        const isFresh = !claimed.has(`${keyId} ${nonce}`);
        claimed.add(`${keyId} ${nonce}`);
        return Promise.resolve(isFresh);
      },
    },
    now: () => NOW,
    ...change,
    claimed,
    keys: register,
  };
}

export async function present(context: AuthenticationContext, wire: Wire): Promise<Caller> {
  const { method, target, headers, body } = wire;
  return await authenticate(context, { method, rawTarget: target, rawHeaders: headers.flat(), body });
}

/** The code of the refusal, or null when the request was accepted. Any other error fails the test. */
export async function refusalOf(context: AuthenticationContext, wire: Wire): Promise<GatewayErrorCode | null> {
  try {
    await present(context, wire);
    return null;
  } catch (error) {
    if (error instanceof GatewayError) return error.code;
    throw error;
  }
}
