import { contentDigest } from '../../../ledger/signatures/content-digest.ts';
import { pick } from '../../ledger/request-signature.factory.ts';
import {
  valueOf,
  withHeaders,
  setHeader,
  dropHeader,
  addHeader,
  replaceBody,
  flipAt,
  splitTarget,
  INVALID,
  MALFORMED,
  EITHER,
  REQUEST,
  type NetworkForgery,
} from './wire-changes.ts';

const LINE: readonly NetworkForgery[] = [
  {
    name: 'method changed',
    forge: (random, { wire }) => ({ ...wire, method: pick(random, ['PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS']) }),
    codes: INVALID,
  },
  {
    name: 'method in lower case',
    forge: (_, { wire }) => ({ ...wire, method: wire.method.toLowerCase() }),
    codes: MALFORMED,
  },
  {
    name: 'path changed',
    forge: (random, { wire }) => {
      const [path] = splitTarget(wire);
      return { ...wire, target: `/${flipAt(random, path.slice(1))}${wire.target.slice(path.length)}` };
    },
    codes: EITHER,
  },
  {
    name: 'path with a segment more',
    forge: (_, { wire }) => ({ ...wire, target: `/v1/..${wire.target}` }),
    codes: INVALID,
  },
  {
    name: 'path with a doubled slash',
    forge: (_, { wire }) => ({ ...wire, target: `/${wire.target}` }),
    codes: INVALID,
  },
  {
    name: 'path that leaves the authority',
    forge: (_, { wire }) => ({ ...wire, target: `.evil.example${wire.target}` }),
    codes: MALFORMED,
  },
  {
    name: 'target in absolute form',
    forge: (_, { wire }) => ({ ...wire, target: `https://evil.example${wire.target}` }),
    codes: MALFORMED,
  },
  {
    name: 'path letter percent-encoded',
    forge: (_, { wire }) => ({ ...wire, target: wire.target.replace('v', '%76') }),
    codes: INVALID,
  },
  {
    name: 'percent-encoding in other case',
    forge: (_, { wire }) => {
      const target = wire.target.replace(/%[0-9A-Fa-f]{2}/, (code) =>
        code === code.toUpperCase() ? code.toLowerCase() : code.toUpperCase(),
      );
      return target === wire.target ? null : { ...wire, target };
    },
    codes: INVALID,
  },
  {
    name: 'query in another order',
    forge: (_, { wire }) => {
      const [path, query] = splitTarget(wire);
      const parts = query?.split('&') ?? [];
      return parts.length < 2 ? null : { ...wire, target: `${path}?${parts.reverse().join('&')}` };
    },
    codes: INVALID,
  },
  {
    name: 'query parameter added',
    forge: (random, { wire }) => ({
      ...wire,
      target: `${wire.target}${wire.target.includes('?') ? '&' : '?'}${pick(random, ['fields=id_no', 'limit=100000', 'x'])}`,
    }),
    codes: INVALID,
  },
  {
    name: 'query dropped',
    forge: (_, { wire }) => {
      const [path, query] = splitTarget(wire);
      return query === null ? null : { ...wire, target: path };
    },
    codes: INVALID,
  },
  {
    name: 'empty query added',
    forge: (_, { wire }) => (wire.target.includes('?') ? null : { ...wire, target: `${wire.target}?` }),
    codes: MALFORMED,
  },
  { name: 'fragment added', forge: (_, { wire }) => ({ ...wire, target: `${wire.target}#x` }), codes: MALFORMED },
];

const BODY: readonly NetworkForgery[] = [
  {
    name: 'body swapped under the old digest',
    forge: (random, { wire }) => {
      if (wire.body === null) return null;
      return replaceBody(wire, Buffer.from(flipAt(random, Buffer.from(wire.body).toString())));
    },
    codes: ['DIGEST_MISMATCH'],
  },
  {
    name: 'body and digest swapped',
    forge: (random, { wire }) => {
      if (wire.body === null) return null;
      const body = Buffer.from(flipAt(random, Buffer.from(wire.body).toString()));
      return setHeader(replaceBody(wire, body), 'content-digest', () => contentDigest(body));
    },
    codes: INVALID,
  },
  {
    name: 'body dropped',
    forge: (_, { wire }) => (wire.body === null ? null : { ...replaceBody(wire, Buffer.alloc(0)), body: null }),
    codes: MALFORMED,
  },
  {
    name: 'body cut short',
    forge: (_, { wire }) => (wire.body === null ? null : { ...wire, body: wire.body.slice(0, -1) }),
    codes: REQUEST,
  },
  {
    name: 'body added',
    forge: (_, { wire }) => {
      const body = Buffer.from('{}');
      if (wire.body !== null) return null;
      return addHeader(
        addHeader({ ...wire, body }, 'Content-Type', 'application/json'),
        'Content-Digest',
        contentDigest(body),
      );
    },
    codes: MALFORMED,
  },
  {
    name: 'content type changed',
    forge: (_, { wire }) => setHeader(wire, 'content-type', () => 'text/plain'),
    codes: INVALID,
  },
  { name: 'content type dropped', forge: (_, { wire }) => dropHeader(wire, 'content-type'), codes: MALFORMED },
  { name: 'digest dropped', forge: (_, { wire }) => dropHeader(wire, 'content-digest'), codes: MALFORMED },
  {
    name: 'digest of another algorithm',
    forge: (_, { wire }) => setHeader(wire, 'content-digest', (value) => value.replace('256', '512')),
    codes: INVALID,
  },
  { name: 'content coding added', forge: (_, { wire }) => addHeader(wire, 'Content-Encoding', 'gzip'), codes: REQUEST },
];

const FIELDS: readonly NetworkForgery[] = [
  ...['dxl-purpose', 'dxl-case-number', 'dxl-system', 'idempotency-key'].flatMap((name): NetworkForgery[] => [
    { name: `${name} changed`, forge: (_, { wire }) => setHeader(wire, name, () => 'P3'), codes: INVALID },
    { name: `${name} dropped`, forge: (_, { wire }) => dropHeader(wire, name), codes: MALFORMED },
    {
      name: `${name} not ASCII`,
      forge: (_, { wire }) => setHeader(wire, name, (value) => `${value}\u00e9`),
      codes: MALFORMED,
    },
    { name: `${name} empty`, forge: (_, { wire }) => setHeader(wire, name, () => ''), codes: MALFORMED },
    {
      name: `${name} too long`,
      forge: (_, { wire }) => setHeader(wire, name, () => 'P'.repeat(129)),
      codes: MALFORMED,
    },
    {
      name: `${name} added unsigned`,
      forge: (_, { wire }) => (valueOf(wire, name) === null ? addHeader(wire, name, 'P1') : null),
      codes: MALFORMED,
    },
  ]),
  {
    name: 'signed line doubled',
    forge: (random, { wire }) => {
      const [name, value] = pick(
        random,
        wire.headers.filter(([field]) => !/^(?:accept|host|content-length)$/i.test(field)),
      );
      const spelled = pick(random, [name, name.toLowerCase(), name.toUpperCase()]);
      const copy: [string, string] = [spelled, pick(random, [value, 'P9'])];
      return withHeaders(wire, random() < 0.5 ? [...wire.headers, copy] : [copy, ...wire.headers]);
    },
    codes: MALFORMED,
  },
  {
    name: 'unknown field of our prefix',
    forge: (_, { wire }) => addHeader(wire, 'Dxl-Department', '11990100MB0000001T'),
    codes: MALFORMED,
  },
  {
    name: 'Host of another gateway',
    forge: (_, { wire }) => setHeader(wire, 'host', (value) => `x.${value}`),
    codes: REQUEST,
  },
  {
    name: 'Host with another port',
    forge: (_, { wire }) => setHeader(wire, 'host', (value) => `${value}:8443`),
    codes: REQUEST,
  },
  { name: 'Host dropped', forge: (_, { wire }) => dropHeader(wire, 'host'), codes: REQUEST },
  {
    name: 'Host doubled',
    forge: (_, { wire }) => addHeader(wire, 'Host', valueOf(wire, 'host') ?? ''),
    codes: REQUEST,
  },
  {
    name: 'too many lines',
    forge: (_, { wire }) =>
      withHeaders(wire, [...wire.headers, ...Array.from({ length: 64 }, (): [string, string] => ['X-Filler', '1'])]),
    codes: REQUEST,
  },
  { name: 'header too long', forge: (_, { wire }) => addHeader(wire, 'X-Filler', 'x'.repeat(16_384)), codes: REQUEST },
];

export const MESSAGE_FORGERIES: readonly NetworkForgery[] = [...LINE, ...BODY, ...FIELDS];
