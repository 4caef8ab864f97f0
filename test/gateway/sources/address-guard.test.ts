import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { cidrProblem, createAddressGuard } from '../../../gateway/sources/address-guard.ts';

const GOVERNMENT = ['10.20.0.0/16', '192.168.7.0/24', '100.64.0.0/10', 'fd12:3456::/32', '203.0.113.7/32'];
const guard = createAddressGuard({ allowedCidrs: GOVERNMENT, allowLoopback: false });

describe('an address', () => {
  it.each([
    '10.20.0.1',
    '10.20.255.255',
    '192.168.7.9',
    '100.64.0.1',
    'fd12:3456::1',
    '203.0.113.7',
    '::ffff:10.20.0.1',
  ])('in a listed range is allowed: %s', (address) => {
    expect(guard.allows(address)).toBe(true);
  });

  it.each([
    '10.21.0.1',
    '10.19.255.255',
    '192.168.8.1',
    '203.0.113.8',
    '8.8.8.8',
    '127.0.0.1',
    '100.100.100.200',
    'fd12:3457::1',
    '::ffff:8.8.8.8',
    '::ffff:127.0.0.1',
    'fd12:3456::1%eth0',
    '010.20.0.1',
    '10.20.1',
    '0x0a140001',
    '169082881',
    '10.20.0.1 ',
    '[fd12:3456::1]',
    'example.org',
    '',
  ])('elsewhere, or in another notation, is not: %s', (address) => {
    expect(guard.allows(address)).toBe(false);
  });

  const NEVER = [
    '0.0.0.0',
    '0.1.2.3',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '169.254.0.1',
    '224.0.0.1',
    '239.255.255.250',
    '240.0.0.1',
    '255.255.255.255',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    '::',
    '::1',
    '::7f00:1',
    '::ffff:127.0.0.1',
    '::ffff:169.254.169.254',
    '::ffff:0:127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::a00:1',
    '2002:7f00:1::',
    '2001:0:53aa:64c::1',
    'fe80::1',
    'fec0::1',
    'ff02::1',
    'fd00:ec2::254',
    '100::1',
  ];
  it.each(NEVER)('that is never a source stays refused, though listed: %s', (address) => {
    const everything = [...Array(255).keys()].map((first) => `${first}.0.0.0/8`);
    const wide = [...everything, '255.0.0.0/8', '::/16', '64::/16', '2001::/16', '2002::/16', '100::/16'];
    const ula = ['fd00::/16', 'fe80::/16', 'fec0::/16', 'ff02::/16'];
    expect(createAddressGuard({ allowedCidrs: [...wide, ...ula], allowLoopback: false }).allows(address)).toBe(false);
  });

  it('on loopback needs both the switch and the list', () => {
    const onLoopback = (allowedCidrs: string[], allowLoopback: boolean): boolean[] =>
      ['127.0.0.1', '::1', '::ffff:127.0.0.1'].map((address) =>
        createAddressGuard({ allowedCidrs, allowLoopback }).allows(address),
      );
    const listed = ['127.0.0.0/8', '::1/128'];
    expect(onLoopback(listed, true)).toEqual([true, true, true]);
    expect(onLoopback(listed, false)).toEqual([false, false, false]);
    expect(onLoopback(['10.0.0.0/8'], true)).toEqual([false, false, false]);
  });

  it('is allowed exactly when it is in a listed range', () => {
    const octet = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(octet, octet, octet, (second, third, fourth) => {
        const address = `10.${second}.${third}.${fourth}`;
        expect([guard.allows(address), guard.allows(`::ffff:${address}`)]).toEqual([second === 20, second === 20]);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a range of the configuration', () => {
  it.each([...GOVERNMENT, '127.0.0.0/8', '::1/128', '10.0.0.0/8', 'fd00::/16'])('is accepted: %s', (cidr) => {
    expect(cidrProblem(cidr)).toBeNull();
  });

  it.each([
    '0.0.0.0/0',
    '::/0',
    '10.0.0.0/7',
    'fc00::/7',
    '10.20.0.1/16',
    'fd12::1/32',
    '10.20.0.0',
    '10.20.0.0/33',
    '10.20/16',
    '0x0a.0.0.0/8',
    '010.0.0.0/8',
    'example.org/8',
    '10.0.0.0/-1',
    '10.0.0.0/8 ',
    '',
  ])('is refused: %j', (cidr) => {
    expect(cidrProblem(cidr)).toBeTypeOf('string');
  });
});
