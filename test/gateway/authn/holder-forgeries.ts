import type { RegisteredKey } from '../../../gateway/authn/authenticate.ts';
import type { GatewayErrorCode } from '../../../gateway/errors.ts';
import { below, makeText, pick, type HandMade, type Random } from '../../ledger/request-signature.factory.ts';

/** What a holder of a registered key can do wrong: the mathematics is right, the profile is not kept. */
export interface HolderForgery {
  readonly name: string;
  /** Null when this request has nothing to forge in this way. */
  readonly change: (random: Random, made: HandMade) => HandMade | null;
  /** How the register differs from a valid key. */
  readonly key?: (now: number) => Partial<RegisteredKey>;
  readonly codes: readonly GatewayErrorCode[];
}

const MALFORMED: readonly GatewayErrorCode[] = ['SIGNATURE_MALFORMED'];
const EXPIRED: readonly GatewayErrorCode[] = ['SIGNATURE_EXPIRED'];
const keep = (_: Random, made: HandMade): HandMade => made;

function setParameter(made: HandMade, name: string, value: string | number): HandMade {
  return { ...made, parameters: made.parameters.map(([key, old]) => [key, key === name ? value : old]) };
}

function createdOf(made: HandMade): number {
  return Number(made.parameters.find(([name]) => name === 'created')?.[1]);
}

function shift(made: HandMade, by: number, validity = 60): HandMade {
  const created = createdOf(made) + by;
  return setParameter(setParameter(made, 'created', created), 'expires', created + validity);
}

const TIMES: readonly HolderForgery[] = [
  { name: 'expired', change: (random, made) => shift(made, -91 - below(random, 10_000)), codes: EXPIRED },
  { name: 'expired a second beyond the skew', change: (_, made) => shift(made, -91), codes: EXPIRED },
  { name: 'from the future', change: (random, made) => shift(made, 31 + below(random, 10_000)), codes: EXPIRED },
  { name: 'from the future by a second beyond the skew', change: (_, made) => shift(made, 31), codes: EXPIRED },
  {
    name: 'valid for too long',
    change: (random, made) => shift(made, 0, 61 + below(random, 1_000_000)),
    codes: MALFORMED,
  },
  { name: 'valid for a second too long', change: (_, made) => shift(made, 0, 61), codes: MALFORMED },
  { name: 'valid for no time', change: (_, made) => shift(made, 0, 0), codes: MALFORMED },
  {
    name: 'expires before it is created',
    change: (random, made) => shift(made, 0, -1 - below(random, 90)),
    codes: MALFORMED,
  },
  { name: 'created in milliseconds', change: (_, made) => shift(made, createdOf(made) * 999), codes: EXPIRED },
  { name: 'created is negative', change: (_, made) => setParameter(made, 'created', -1), codes: MALFORMED },
  {
    name: 'created is a string',
    change: (_, made) => setParameter(made, 'created', String(createdOf(made))),
    codes: MALFORMED,
  },
];

const PARAMETERS: readonly HolderForgery[] = [
  { name: 'empty nonce', change: (_, made) => setParameter(made, 'nonce', ''), codes: MALFORMED },
  {
    name: 'short nonce',
    change: (random, made) => setParameter(made, 'nonce', makeText(random, 'abc', 1 + below(random, 21))),
    codes: MALFORMED,
  },
  {
    name: 'long nonce',
    change: (random, made) => setParameter(made, 'nonce', makeText(random, 'abc', 87 + below(random, 200))),
    codes: MALFORMED,
  },
  {
    name: 'nonce outside base64url',
    change: (random, made) =>
      setParameter(made, 'nonce', `${makeText(random, 'abc', 24)}${pick(random, ['=', '+', '/', ' ', '.'])}`),
    codes: MALFORMED,
  },
  {
    name: 'nonce is a number',
    change: (_, made) => setParameter(made, 'nonce', 123_456_789_012_345),
    codes: MALFORMED,
  },
  {
    name: 'key id in another form',
    change: (random, made) =>
      setParameter(
        made,
        'keyid',
        pick(random, ['', '0x', 'key-1', `0x${'g'.repeat(64)}`, `erc8128:1:0x${'a'.repeat(40)}`]),
      ),
    codes: MALFORMED,
  },
  {
    name: 'tag of another profile',
    change: (random, made) =>
      setParameter(made, 'tag', pick(random, ['', 'dxl-request-v2', 'web-bot-auth', 'dxl-response-v1'])),
    codes: ['SIGNATURE_MISSING'],
  },
  {
    name: 'label of another name',
    change: (random, made) => ({ ...made, label: pick(random, ['sig1', 'dxl2', 'd']) }),
    codes: MALFORMED,
  },
  {
    name: 'parameter left out',
    change: (random, made) => {
      const left = below(random, made.parameters.length);
      return { ...made, parameters: made.parameters.filter((_, index) => index !== left) };
    },
    codes: ['SIGNATURE_MALFORMED', 'SIGNATURE_MISSING'],
  },
  {
    name: 'parameter outside the profile',
    change: (_, made) => ({ ...made, parameters: [...made.parameters, ['x', 1]] }),
    codes: MALFORMED,
  },
  {
    name: 'parameter twice',
    change: (random, made) => ({ ...made, parameters: [...made.parameters, pick(random, made.parameters)] }),
    codes: MALFORMED,
  },
];

const COMPONENTS: readonly HolderForgery[] = [
  {
    name: 'component left unsigned',
    change: (random, made) => {
      const left = below(random, made.components.length);
      return { ...made, components: made.components.filter((_, index) => index !== left) };
    },
    codes: MALFORMED,
  },
  {
    name: 'component signed twice',
    change: (random, made) => ({ ...made, components: [...made.components, pick(random, made.components)] }),
    codes: MALFORMED,
  },
  {
    name: 'component beyond the profile',
    change: (_, made) => ({
      ...made,
      headers: [...made.headers, ['date', 'x']],
      components: [...made.components, 'date'],
    }),
    codes: MALFORMED,
  },
  {
    name: 'present field left unsigned',
    change: (random, made) => {
      const name = pick(random, ['dxl-purpose', 'dxl-case-number', 'dxl-system', 'idempotency-key']);
      return made.components.includes(name) ? null : { ...made, headers: [...made.headers, [name, 'P1']] };
    },
    codes: MALFORMED,
  },
  {
    name: 'signed for another authority',
    change: (random, made) => ({
      ...made,
      authority: pick(random, ['evil.example', `${made.authority}:8443`, `www.${made.authority}`]),
    }),
    codes: ['SIGNATURE_INVALID'],
  },
  {
    name: 'purpose outside its bounds',
    change: (random, made) =>
      replaceField(made, 'dxl-purpose', pick(random, ['', 'lower', 'A B', 'P'.repeat(65), '用途', '1P'])),
    codes: MALFORMED,
  },
  {
    name: 'case number outside its bounds',
    change: (random, made) =>
      replaceField(made, 'dxl-case-number', pick(random, ['', '(2026)苏01民初1号', 'C'.repeat(129), 'a b', 'a\tb'])),
    codes: MALFORMED,
  },
  {
    name: 'system outside its bounds',
    change: (random, made) => replaceField(made, 'dxl-system', pick(random, ['', '-x', 'S'.repeat(65), 'a b', '系统'])),
    codes: MALFORMED,
  },
];

function replaceField(made: HandMade, name: string, value: string): HandMade | null {
  if (!made.components.includes(name)) return null;
  return { ...made, headers: made.headers.map(([field, old]) => [field, field.toLowerCase() === name ? value : old]) };
}

const KEYS: readonly HolderForgery[] = [
  {
    name: 'algorithm that the key does not have',
    change: (_, made) =>
      setParameter(
        made,
        'alg',
        made.parameters.some(([, value]) => value === 'ed25519') ? 'ecdsa-p256-sha256' : 'ed25519',
      ),
    codes: ['SIGNATURE_INVALID'],
  },
  {
    name: 'key not registered',
    change: (random, made) => setParameter(made, 'keyid', `0x${makeText(random, '0123456789abcdef', 64)}`),
    codes: ['KEY_UNKNOWN'],
  },
  { name: 'key revoked', change: keep, key: () => ({ isRevoked: true }), codes: ['KEY_NOT_VALID'] },
  { name: 'key not yet valid', change: keep, key: (now) => ({ notBefore: now + 1 }), codes: ['KEY_NOT_VALID'] },
  { name: 'key no longer valid', change: keep, key: (now) => ({ notAfter: now }), codes: ['KEY_NOT_VALID'] },
  { name: 'department suspended', change: keep, key: () => ({ isDepartmentActive: false }), codes: ['KEY_NOT_VALID'] },
  {
    name: 'registered key that is no point',
    change: keep,
    key: () => ({ algorithm: 'ed25519', publicKey: new Uint8Array(31) }),
    codes: ['KEY_NOT_VALID', 'SIGNATURE_INVALID'],
  },
  // A key of small order would verify a signature that everyone can make.
  {
    name: 'registered key of small order',
    change: keep,
    key: () => ({ algorithm: 'ed25519', publicKey: Uint8Array.of(1, ...new Uint8Array(31)) }),
    codes: ['SIGNATURE_INVALID'],
  },
];

export const HOLDER_FORGERIES: readonly HolderForgery[] = [...TIMES, ...PARAMETERS, ...COMPONENTS, ...KEYS];
