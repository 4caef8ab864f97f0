import { Result } from 'ethers';
import { describe, expect, it } from 'vitest';

import { ACTS } from '../../../ledger/acts/act-definitions.ts';
import { chainTuple, jsonOfTuple } from '../../../ledger/acts/chain-form.ts';
import { CONTRACT_INTERFACES } from '../../../ledger/acts/contract-interfaces.ts';
import { decodeActCall } from '../../../ledger/acts/decode-act-call.ts';
import { encodeActCall } from '../../../ledger/acts/encode-act-call.ts';
import { actToJson, parseAct } from '../../../ledger/acts/parse-act.ts';
import { aDeployment } from '../deployment.factory.ts';
import { ACT_NAMES, EXAMPLE_ACTS } from './example-acts.ts';

const deployment = aDeployment();
/** As many as the act has signers, each another one. */
const signaturesOf = (name: (typeof ACT_NAMES)[number]): string[] =>
  ACTS[name].signers.map((_, index) => `0x1${index}`);

describe('decodeActCall', () => {
  it.each(ACT_NAMES)('finds %s in the call that carries it, whole', (name) => {
    const act = parseAct(name, actToJson(EXAMPLE_ACTS[name]));
    const { to, data } = encodeActCall(deployment, name, act, signaturesOf(name));
    expect(to).toBe(deployment.contracts[ACTS[name].contract]);
    expect(decodeActCall(data)).toEqual({ name, act: EXAMPLE_ACTS[name] });
  });

  it.each(ACT_NAMES)('reads the members of %s in the order of the struct', (name) => {
    const { contract, method, schema } = ACTS[name];
    const { data } = encodeActCall(deployment, name, EXAMPLE_ACTS[name], signaturesOf(name));
    const args: readonly unknown[] = CONTRACT_INTERFACES[contract].decodeFunctionData(method, data).toArray();
    const [tuple, ...signatures] = args;
    const values: readonly unknown[] = tuple instanceof Result ? tuple.toArray() : [];
    expect(values.map(String)).toEqual(Object.values(chainTuple(schema, EXAMPLE_ACTS[name])).map(String));
    expect(jsonOfTuple(schema, values)).toEqual(actToJson(EXAMPLE_ACTS[name]));
    expect(signatures).toEqual(signaturesOf(name));
  });

  it.each(ACT_NAMES)('takes no call of %s with another number of signatures', (name) => {
    for (const signatures of [signaturesOf(name).slice(1), [...signaturesOf(name), '0x']]) {
      expect(() => encodeActCall(deployment, name, EXAMPLE_ACTS[name], signatures)).toThrow();
    }
  });

  it('knows no other call', () => {
    expect(decodeActCall('0x')).toBeNull();
    expect(decodeActCall('0x12345678')).toBeNull();
  });
});
