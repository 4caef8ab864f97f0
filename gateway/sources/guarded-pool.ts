import { Pool } from 'undici';

import { createAddressGuard } from './address-guard.ts';
import { guardedConnector } from './guarded-connector.ts';
import type { OutgoingAddress } from './outgoing-address.ts';
import { readSecret } from './secret-file.ts';
import { parseUrlTemplate } from './url-template.ts';

const CONNECT_TIMEOUT_MS = 3_000;
const MAX_HEADER_BYTES = 16 * 1024;

/** Connections to the one origin of an address; `path` is that of its URL. No redirect is followed. */
export interface GuardedPool {
  readonly pool: Pool;
  readonly path: string;
}

/** Use it with an `HttpExchange`, which has timers of its own. */
export function openGuardedPool(address: OutgoingAddress, connections: number): GuardedPool {
  const { url, allowedCidrs, allowLoopback, caFile } = address;
  const { protocol, hostname, port, origin, path } = parseUrlTemplate(url, {});
  const connect = guardedConnector({
    ...{ protocol, hostname, port },
    guard: createAddressGuard({ allowedCidrs, allowLoopback }),
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    ca: caFile === null ? null : readSecret(caFile),
  });
  const limits = { pipelining: 1, maxHeaderSize: MAX_HEADER_BYTES, headersTimeout: 0, bodyTimeout: 0 };
  return { pool: new Pool(origin, { connect, connections, ...limits }), path };
}
