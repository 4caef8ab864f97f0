import { BlockList, isIP } from 'node:net';

import ipaddr from 'ipaddr.js';

/** Allowed ranges wider than these are no allow-list. In bits, for IPv4 and IPv6. */
const WIDEST_PREFIX = { ipv4: 8, ipv6: 16 } as const;

const LOOPBACK = ['127.0.0.0/8', '::1/128'];

/**
 * Never a source, whatever the configuration lists: this host, link-local, multicast, reserved, the metadata services of
 * clouds, and the IPv6 ranges that carry another IPv4 address inside (NAT64, 6to4, Teredo, IPv4-compatible).
 */
const ALWAYS_DENIED = [
  '0.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '100.100.100.200/32',
  '168.63.129.16/32',
  '192.0.0.192/32',
  '::/128',
  '::/96',
  '::ffff:0:0:0/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/32',
  '2002::/16',
  '5f00::/16',
  'fd00:ec2::254/128',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
];

type Family = 'ipv4' | 'ipv6';

/** Says whether a connection may go to an address. The address is hostile: a DNS answer, or a literal in a URL. */
export interface AddressGuard {
  allows(address: string): boolean;
}

export interface AddressRules {
  /** The ranges where the source stands, as `10.20.0.0/16`. Government sources have private addresses. */
  readonly allowedCidrs: readonly string[];
  /** Lets loopback be listed, for a development profile and for tests. */
  readonly allowLoopback: boolean;
}

/** Null when the text is a range that may be listed; else what is wrong with it. */
export function cidrProblem(cidr: string): string | null {
  const match = /^([0-9a-f.:]+)\/(\d{1,3})$/.exec(cidr);
  const address = match?.[1] ?? '';
  const family = familyOf(address);
  if (family === null || !ipaddr.isValidCIDR(cidr)) return 'is not a range such as 10.20.0.0/16';
  const network = (family === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6).networkAddressFromCIDR(cidr);
  if (!sameAddress(network.toString(), address)) return `has bits set beyond its prefix: write ${network.toString()}`;
  if (Number(match?.[2]) < WIDEST_PREFIX[family]) {
    return `is too wide: the shortest prefix is /${WIDEST_PREFIX[family]}`;
  }
  return null;
}

/** Allowed means: in a listed range, and in none that is always denied. Ranges must have passed `cidrProblem`. */
export function createAddressGuard({ allowedCidrs, allowLoopback }: AddressRules): AddressGuard {
  const allowed = blockListOf(allowedCidrs);
  const denied = blockListOf(allowLoopback ? ALWAYS_DENIED : [...ALWAYS_DENIED, ...LOOPBACK]);
  return {
    allows(address) {
      const plain = plainAddress(address);
      const family = plain === null ? null : familyOf(plain);
      if (plain === null || family === null) return false;
      const onLoopback = allowLoopback && plain === '::1';
      return allowed.check(plain, family) && (onLoopback || !denied.check(plain, family));
    },
  };
}

function blockListOf(cidrs: readonly string[]): BlockList {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [address = '', prefix = ''] = cidr.split('/');
    const family = familyOf(address);
    if (family !== null) list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

/** An IPv4 address in IPv6 clothes is judged as the IPv4 address; one with a zone is not judged at all. */
function plainAddress(address: string): string | null {
  if (familyOf(address) === null) return null;
  const parsed = ipaddr.parse(address);
  return parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress()
    ? parsed.toIPv4Address().toString()
    : parsed.toString();
}

function familyOf(address: string): Family | null {
  if (address.includes('%')) return null;
  switch (isIP(address)) {
    case 4:
      return 'ipv4';
    case 6:
      return 'ipv6';
    default:
      return null;
  }
}

function sameAddress(left: string, right: string): boolean {
  return ipaddr.parse(left).toNormalizedString() === ipaddr.parse(right).toNormalizedString();
}
