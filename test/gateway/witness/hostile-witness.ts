import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { WitnessAddress } from '../../../gateway/witness/witnesses-config.ts';
import type { GatewayId } from '../../../ledger/ids.ts';

export interface Asked {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** An HTTP server that answers `add-checkpoint` in whatever way a test says, and remembers what it was asked. */
export class HostileWitness {
  readonly asked: Asked[] = [];
  reply: (asked: Asked) => Reply = () => ({ status: 500 });
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', (request, response) => {
      const pieces: Buffer[] = [];
      request.on('data', (piece: Buffer) => pieces.push(piece));
      request.on('end', () => {
        const asked = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(pieces) };
        this.asked.push(asked);
        const { status, headers = {}, body = '' } = this.reply(asked);
        response.writeHead(status, headers).end(body);
      });
    });
  }

  static async start(): Promise<HostileWitness> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new HostileWitness(server);
  }

  addressAs(gateway: GatewayId): WitnessAddress {
    const { port } = this.#server.address() as AddressInfo;
    return witnessAt(`http://127.0.0.1:${String(port)}`, gateway);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** An entry of the witnesses file for a gateway on this host. */
export function witnessAt(origin: string, gateway: GatewayId): WitnessAddress {
  return { gateway, url: `${origin}/log/witness`, allowedCidrs: ['127.0.0.0/8'], allowLoopback: true, caFile: null };
}
