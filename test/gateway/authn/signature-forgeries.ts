import { below, makeNonce, pick } from '../../ledger/request-signature.factory.ts';
import {
  valueOf,
  setHeader,
  dropHeader,
  changeInput,
  changeSignature,
  toDer,
  hex32,
  isP256,
  numberOf,
  INVALID,
  MALFORMED,
  EITHER,
  L,
  N,
  type NetworkForgery,
} from './wire-changes.ts';

function dropParameter(name: string): (input: string) => string {
  return (input) => input.replace(new RegExp(`;${name}=(?:"[^"]*"|[0-9]+)`), '');
}

const PARAMETERS: readonly NetworkForgery[] = [
  ...['created', 'expires', 'nonce', 'keyid', 'alg', 'tag'].flatMap((name): NetworkForgery[] => [
    {
      name: `${name} dropped`,
      forge: (_, { wire }) => changeInput(wire, dropParameter(name)),
      codes: ['SIGNATURE_MALFORMED', 'SIGNATURE_MISSING'],
    },
    {
      name: `${name} doubled`,
      forge: (_, { wire }) =>
        changeInput(wire, (input) => input + (new RegExp(`;${name}=(?:"[^"]*"|[0-9]+)`).exec(input)?.[0] ?? '')),
      codes: MALFORMED,
    },
  ]),
  {
    name: 'created and expires moved',
    forge: (random, { wire }) => {
      const by = 1 + below(random, 20);
      return changeInput(wire, (input) =>
        input.replace(
          /(created|expires)=(\d+)/g,
          (_, name: string, value: string) => `${name}=${String(Number(value) + by)}`,
        ),
      );
    },
    codes: INVALID,
  },
  {
    name: 'expires moved',
    forge: (_, { wire }) =>
      changeInput(wire, (input) =>
        input.replace(/expires=(\d+)/, (_whole, value: string) => `expires=${String(Number(value) - 1)}`),
      ),
    codes: INVALID,
  },
  {
    name: 'nonce changed',
    forge: (random, { wire }) =>
      changeInput(wire, (input) => input.replace(/nonce="[^"]*"/, `nonce="${makeNonce(random)}"`)),
    codes: INVALID,
  },
  {
    name: 'nonce emptied',
    forge: (_, { wire }) => changeInput(wire, (input) => input.replace(/nonce="[^"]*"/, 'nonce=""')),
    codes: MALFORMED,
  },
  {
    name: 'key swapped for a registered one',
    forge: (_, { wire, otherKeyId }) =>
      changeInput(wire, (input) => input.replace(/keyid="[^"]*"/, `keyid="${otherKeyId}"`)),
    codes: INVALID,
  },
  {
    name: 'key swapped for an unknown one',
    forge: (_, { wire, unknownKeyId }) =>
      changeInput(wire, (input) => input.replace(/keyid="[^"]*"/, `keyid="${unknownKeyId}"`)),
    codes: ['KEY_UNKNOWN'],
  },
  {
    name: 'key id in upper case',
    forge: (_, { wire }) =>
      changeInput(wire, (input) =>
        input.replace(/keyid="0x([^"]*)"/, (_whole, id: string) => `keyid="0x${id.toUpperCase()}"`),
      ),
    codes: MALFORMED,
  },
  {
    name: 'algorithm swapped',
    forge: (_, { wire }) =>
      changeInput(wire, (input) =>
        isP256(wire)
          ? input.replace('alg="ecdsa-p256-sha256"', 'alg="ed25519"')
          : input.replace('alg="ed25519"', 'alg="ecdsa-p256-sha256"'),
      ),
    codes: INVALID,
  },
  {
    name: 'algorithm of another family',
    forge: (random, { wire }) =>
      changeInput(wire, (input) =>
        input.replace(
          /alg="[^"]*"/,
          `alg="${pick(random, ['hmac-sha256', 'none', 'rsa-v1_5-sha256', 'constructor', ''])}"`,
        ),
      ),
    codes: MALFORMED,
  },
  {
    name: 'tag changed',
    forge: (random, { wire }) =>
      changeInput(wire, (input) =>
        input.replace('dxl-request-v1', pick(random, ['dxl-request-v2', 'DXL-request-v1', 'dxl-response-v1', ''])),
      ),
    codes: ['SIGNATURE_MISSING'],
  },
  {
    name: 'parameter added',
    forge: (random, { wire }) =>
      changeInput(wire, (input) => `${input}${pick(random, [';x=1', ';created', ';v="1"', ';sf', ';exp=?1'])}`),
    codes: MALFORMED,
  },
  {
    name: 'created as a decimal',
    forge: (_, { wire }) => changeInput(wire, (input) => input.replace(/created=(\d+)/, 'created=$1.0')),
    codes: MALFORMED,
  },
  {
    name: 'created with a leading zero',
    forge: (_, { wire }) => changeInput(wire, (input) => input.replace('created=', 'created=0')),
    codes: MALFORMED,
  },
  {
    name: 'parameters in another order',
    forge: (_, { wire }) => changeInput(wire, (input) => input.replace(/(;created=\d+)(;expires=\d+)/, '$2$1')),
    codes: INVALID,
  },
  {
    name: 'spaces between parameters',
    forge: (_, { wire }) => changeInput(wire, (input) => input.replace(';expires', '; expires')),
    codes: MALFORMED,
  },
  {
    name: 'spaces in the component list',
    forge: (_, { wire }) => changeInput(wire, (input) => input.replace('" "', '"  "')),
    codes: MALFORMED,
  },
];

const COMPONENTS: readonly NetworkForgery[] = [
  {
    name: 'component dropped',
    forge: (random, { wire }) =>
      changeInput(wire, (input) => {
        const names = /\(([^)]*)\)/.exec(input)?.[1]?.split(' ') ?? [];
        const dropped = below(random, names.length);
        return input.replace(/\([^)]*\)/, `(${names.filter((_, index) => index !== dropped).join(' ')})`);
      }),
    codes: MALFORMED,
  },
  {
    name: 'all components dropped',
    forge: (_, { wire }) => changeInput(wire, (input) => input.replace(/\([^)]*\)/, '()')),
    codes: MALFORMED,
  },
  {
    name: 'components in another order',
    forge: (_, { wire }) =>
      changeInput(wire, (input) => input.replace('"@method" "@authority"', '"@authority" "@method"')),
    codes: INVALID,
  },
  {
    name: 'component added',
    forge: (random, { wire }) =>
      changeInput(wire, (input) =>
        input.replace(
          ')',
          ` ${pick(random, ['"host"', '"@scheme"', '"@target-uri"', '"@method"', '"@path";req', '"@query-param";name="a"', '"x"'])})`,
        ),
      ),
    codes: MALFORMED,
  },
  {
    name: 'component with a parameter',
    forge: (random, { wire }) =>
      changeInput(wire, (input) =>
        input.replace('"@path"', `"@path"${pick(random, [';req', ';sf', ';bs', ';tr', ';key="a"'])}`),
      ),
    codes: MALFORMED,
  },
  {
    name: 'component in upper case',
    forge: (_, { wire }) => changeInput(wire, (input) => input.replace('"@path"', '"@PATH"')),
    codes: MALFORMED,
  },
];

const SIGNATURES: readonly NetworkForgery[] = [
  {
    name: 'signature bit flipped',
    forge: (random, { wire }) => {
      const at = below(random, 64);
      const bit = 1 << below(random, 8);
      return changeSignature(wire, (bytes) => bytes.map((byte, index) => (index === at ? byte ^ bit : byte)));
    },
    codes: INVALID,
  },
  {
    name: 'signature cut short',
    forge: (random, { wire }) => {
      const length = below(random, 64);
      return changeSignature(wire, (bytes) => bytes.subarray(0, length));
    },
    codes: EITHER,
  },
  {
    name: 'signature made longer',
    forge: (_, { wire }) => changeSignature(wire, (bytes) => Buffer.concat([bytes, Buffer.alloc(1)])),
    codes: INVALID,
  },
  { name: 'signature of zeros', forge: (_, { wire }) => changeSignature(wire, () => Buffer.alloc(64)), codes: INVALID },
  {
    name: 'signature of another request',
    forge: (_, { wire, other }) => setHeader(wire, 'signature', () => valueOf(other, 'signature') ?? ''),
    codes: INVALID,
  },
  {
    name: 'both signature fields of another request',
    forge: (_, { wire, other }) =>
      setHeader(
        setHeader(wire, 'signature', () => valueOf(other, 'signature') ?? '') ?? wire,
        'signature-input',
        () => valueOf(other, 'signature-input') ?? '',
      ),
    codes: EITHER,
  },
  {
    name: 'P-256 signature with high s',
    forge: (_, { wire }) =>
      isP256(wire)
        ? changeSignature(wire, (bytes) =>
            Buffer.concat([bytes.subarray(0, 32), hex32(N - numberOf(bytes.subarray(32)))]),
          )
        : null,
    codes: INVALID,
  },
  {
    name: 'P-256 signature as DER',
    forge: (_, { wire }) => (isP256(wire) ? changeSignature(wire, toDer) : null),
    codes: INVALID,
  },
  {
    name: 'Ed25519 signature with s plus the order',
    forge: (_, { wire }) => {
      if (isP256(wire)) return null;
      return changeSignature(wire, (bytes) =>
        Buffer.concat([
          bytes.subarray(0, 32),
          hex32(numberOf(Buffer.from(bytes.subarray(32)).reverse()) + L).reverse(),
        ]),
      );
    },
    codes: INVALID,
  },
  {
    name: 'base64 without padding',
    forge: (_, { wire }) => setHeader(wire, 'signature', (value) => value.replace('==:', ':')),
    codes: EITHER,
  },
  {
    name: 'base64 with stray bits',
    forge: (_, { wire }) =>
      setHeader(wire, 'signature', (value) => value.replace(/.==:$/, (end) => `${end.startsWith('B') ? 'C' : 'B'}==:`)),
    codes: EITHER,
  },
  {
    name: 'Signature with a parameter',
    forge: (_, { wire }) => setHeader(wire, 'signature', (value) => `${value};x=1`),
    codes: MALFORMED,
  },
  { name: 'Signature dropped', forge: (_, { wire }) => dropHeader(wire, 'signature'), codes: MALFORMED },
  { name: 'Signature-Input dropped', forge: (_, { wire }) => dropHeader(wire, 'signature-input'), codes: MALFORMED },
  {
    name: 'both signature fields dropped',
    forge: (_, { wire }) => dropHeader(dropHeader(wire, 'signature') ?? wire, 'signature-input'),
    codes: ['SIGNATURE_MISSING'],
  },
  {
    name: 'label changed',
    forge: (_, { wire }) =>
      setHeader(
        setHeader(wire, 'signature', (value) => value.replace('dxl=', 'sig1=')) ?? wire,
        'signature-input',
        (value) => value.replace('dxl=', 'sig1='),
      ),
    codes: MALFORMED,
  },
  {
    name: 'second signature with our tag',
    forge: (_, { wire, other }) =>
      setHeader(
        setHeader(wire, 'signature', (value) => `${value}, b${(valueOf(other, 'signature') ?? '').slice(3)}`) ?? wire,
        'signature-input',
        (value) => `${value}, b${(valueOf(other, 'signature-input') ?? '').slice(3)}`,
      ),
    codes: MALFORMED,
  },
  {
    name: 'label twice',
    forge: (_, { wire, other }) =>
      setHeader(
        setHeader(wire, 'signature', (value) => `${value}, ${valueOf(other, 'signature') ?? ''}`) ?? wire,
        'signature-input',
        (value) => `${value}, ${valueOf(other, 'signature-input') ?? ''}`,
      ),
    codes: MALFORMED,
  },
  {
    name: 'four signatures',
    forge: (_, { wire }) =>
      setHeader(
        setHeader(wire, 'signature', (value) => `${value}, a=:AA==:, b=:AA==:, c=:AA==:`) ?? wire,
        'signature-input',
        (value) => `a=("@path");tag="x", b=("@path");tag="x", ${value}, c=("@path");tag="x"`,
      ),
    codes: MALFORMED,
  },
  {
    name: 'signatures without their inputs',
    forge: (_, { wire }) => setHeader(wire, 'signature', (value) => `${value}, a=:AA==:`),
    codes: MALFORMED,
  },
];

export const SIGNATURE_FORGERIES: readonly NetworkForgery[] = [...PARAMETERS, ...COMPONENTS, ...SIGNATURES];
