import type { LookupAddress } from 'node:dns';
import { lookup as systemLookup } from 'node:dns/promises';
import { isIP, type LookupFunction, type Socket } from 'node:net';

import { buildConnector } from 'undici';

import { GatewayError } from '../errors.ts';
import type { AddressGuard } from './address-guard.ts';
import { sourceFailure } from './source-failure.ts';

/** Resolves a host name to all its addresses. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

export interface ConnectorRules {
  readonly protocol: 'http:' | 'https:';
  readonly hostname: string;
  readonly port: number;
  readonly guard: AddressGuard;
  readonly connectTimeoutMs: number;
  /** PEM certificates to trust instead of the system's, or null. */
  readonly ca: string | null;
  readonly resolve?: Resolve;
}

const resolveBySystem: Resolve = async (hostname) => await systemLookup(hostname, { all: true, order: 'verbatim' });

function forbidden(detail: string): GatewayError {
  return new GatewayError('SOURCE_FORBIDDEN', detail);
}

/**
 * A connector that reaches one origin and only listed addresses. The address is checked three times: as a literal
 * (which is never looked up), in every DNS answer, and on the peer, since nothing promises that they agree.
 *
 * Errors reach the request as they are: SOURCE_FORBIDDEN, or what the socket said.
 */
export function guardedConnector(rules: ConnectorRules): buildConnector.connector {
  const connect = buildConnector({
    timeout: rules.connectTimeoutMs,
    allowH2: false,
    lookup: guardedLookup(rules.guard, rules.resolve ?? resolveBySystem),
    ...(rules.ca === null ? {} : { ca: rules.ca }),
  });
  return (options, callback) => {
    const problem = targetProblem(rules, options);
    if (problem !== null) {
      callback(forbidden(problem), null);
      return;
    }
    connect({ ...options, hostname: rules.hostname }, (error, socket) => {
      if (error !== null) {
        callback(error, null);
      } else if (isListedPeer(rules.guard, socket)) {
        callback(null, socket);
      } else {
        socket.destroy();
        callback(forbidden('The source answered from an address that is not listed'), null);
      }
    });
  };
}

function targetProblem(rules: ConnectorRules, { hostname, protocol, port }: buildConnector.Options): string | null {
  const effectivePort = port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  if (protocol !== rules.protocol || bare !== rules.hostname || effectivePort !== rules.port) {
    return 'The connection is not to the origin of the source';
  }
  return isIP(bare) !== 0 && !rules.guard.allows(bare) ? 'The address of the source is not listed' : null;
}

function isListedPeer(guard: AddressGuard, socket: Socket): boolean {
  return socket.remoteAddress !== undefined && guard.allows(socket.remoteAddress);
}

function guardedLookup(guard: AddressGuard, resolve: Resolve): LookupFunction {
  return (hostname, options, callback) => {
    resolveListed(hostname, guard, resolve).then(
      ([first, ...others]) => {
        if (options.all === true) callback(null, [first, ...others]);
        else callback(null, first.address, first.family);
      },
      (error: unknown) => callback(sourceFailure(error), ''),
    );
  };
}

/** One answer that is not listed spoils all: a mixed answer is how a rebinding resolver looks. */
async function resolveListed(
  hostname: string,
  guard: AddressGuard,
  resolve: Resolve,
): Promise<[LookupAddress, ...LookupAddress[]]> {
  const [first, ...others] = await resolve(hostname);
  if (first === undefined) throw new GatewayError('SOURCE_FAILED', 'The host of the source has no address');
  if (![first, ...others].every(({ address }) => guard.allows(address))) {
    throw forbidden('The host of the source has an address that is not listed');
  }
  return [first, ...others];
}
