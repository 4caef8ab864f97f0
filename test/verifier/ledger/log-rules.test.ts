import { beforeEach, describe, expect, it } from 'vitest';

import { takeAnchor } from '../../../verifier/ledger/log-rules.ts';
import { ZERO } from '../../../verifier/ledger/world.ts';
import { hash, type Members, PaperLedger, WHO } from './paper-ledger.ts';

const GATEWAY = hash(0x9a);
const ACCOUNT = `0x${'ab'.repeat(20)}`;

let ledger: PaperLedger;

beforeEach(() => {
  ledger = new PaperLedger();
});

const register = (changes: Members = {}) =>
  ledger.enter(
    'GatewayRegistered',
    { operator: WHO.operator, publicKey: hash(0x9b), account: ACCOUNT, ...changes },
    { gateway: GATEWAY },
  );
const retire = (changes: Members = {}) =>
  ledger.enter('GatewayRetired', { operator: WHO.operator, gateway: GATEWAY, ...changes });
const equivocate = (changes: Members = {}) =>
  ledger.enter('GatewayEquivocated', {}, { gateway: GATEWAY, size: 3, root: hash(1), otherRoot: hash(2), ...changes });
const anchor = (size: bigint, gateway = GATEWAY) =>
  takeAnchor(ledger.world, { kind: 'anchor', block: 10, gateway, size, root: hash(3), now: 0n });
const gateway = () => ledger.world.gateways.get(GATEWAY)!;

describe('registerGateway', () => {
  it('needs a key and an account, and is once for ever', () => {
    expect(register({ publicKey: ZERO })).toBe('ACCOUNTS');
    expect(register({ account: `0x${'00'.repeat(20)}` })).toBe('ACCOUNTS');
    expect(register()).toBeNull();
    expect(gateway()).toMatchObject({
      operator: WHO.operator,
      publicKey: hash(0x9b),
      account: ACCOUNT,
      anchored: null,
    });
    expect([gateway().status.at(9), gateway().status.at(10)]).toEqual([undefined, 'active']);
    expect(register()).toBe('KNOWN');
  });
});

describe('retireGateway', () => {
  it('is by its operator, once', () => {
    expect(retire()).toBe('UNKNOWN');
    register();
    expect(retire({ operator: WHO.other })).toBe('ENTITLED');
    ledger.block = 11;
    expect(retire()).toBeNull();
    expect([gateway().status.at(10), gateway().status.at(11)]).toEqual(['active', 'retired']);
    expect(retire()).toBe('STATUS');
  });
});

describe('proveEquivocation', () => {
  it('is shown once, by two roots, also of a gateway that is retired', () => {
    expect(equivocate()).toBe('UNKNOWN');
    register();
    expect(equivocate({ otherRoot: hash(1) })).toBe('ROOT');
    retire();
    expect(equivocate()).toBeNull();
    expect(gateway().status.now).toBe('equivocated');
    expect(equivocate()).toBe('STATUS');
    expect(retire()).toBe('STATUS');
  });
});

describe('takeAnchor', () => {
  it('takes heads that grow, of gateways that are active', () => {
    expect(anchor(1n)).toBe(false);
    register();
    expect(anchor(0n)).toBe(false);
    expect(anchor(1n, hash(1))).toBe(false);
    expect(anchor(1n)).toBe(true);
    expect(gateway().anchored).toEqual({ size: 1n, root: hash(3) });
    expect(anchor(1n)).toBe(false);
    expect(anchor(2n ** 40n)).toBe(false);
    expect(anchor(2n ** 40n - 1n)).toBe(true);
    expect(anchor(5n)).toBe(false);
    retire();
    expect(gateway().anchored?.size).toBe(2n ** 40n - 1n);
  });

  it('takes none of a gateway that is retired', () => {
    register();
    retire();
    expect(anchor(1n)).toBe(false);
    expect(gateway().anchored).toBeNull();
  });
});
