import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const POLICY = '1.3.6.1.4.1.99999.1';
const OTHER_POLICY = '1.3.6.1.4.1.99999.2';

const CONFIG = `
[tsa]
default_tsa = stamping
[stamping]
serial = serial
crypto_device = builtin
signer_cert = tsa.pem
certs = ca.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = ${POLICY}
other_policies = ${OTHER_POLICY}
digests = sha256
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
[extensions]
extendedKeyUsage = critical,timeStamping
keyUsage = critical,digitalSignature
`;

/** Null where there is no openssl that can stamp. */
export function opensslVersion(): string | null {
  try {
    return execFileSync('openssl', ['version'], { encoding: 'utf8' }).trim();
  } catch {
    return null;
  }
}

/** A time stamp authority of openssl with a certificate of its own. */
export class TimeAuthority {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static make(): TimeAuthority {
    const authority = new TimeAuthority(mkdtempSync(join(tmpdir(), 'dxl-tsa-')));
    writeFileSync(authority.path('tsa.cnf'), CONFIG);
    writeFileSync(authority.path('serial'), '01\n');
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    authority.run('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=test-ca', '-days', '2');
    authority.run('req', ...key, '-keyout', 'tsa.key', '-out', 'tsa.csr', '-subj', '/CN=test-tsa');
    const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-set_serial', '2', '-days', '2'];
    const extensions = ['-extfile', 'tsa.cnf', '-extensions', 'extensions'];
    authority.run('x509', '-req', '-in', 'tsa.csr', ...signed, ...extensions, '-out', 'tsa.pem');
    return authority;
  }

  path(name: string): string {
    return join(this.#folder, name);
  }

  run(...args: readonly string[]): string {
    return execFileSync('openssl', args, { cwd: this.#folder, encoding: 'utf8', stdio: 'pipe' });
  }

  /** Answers one TimeStampReq. */
  stamp(query: Uint8Array): Buffer {
    writeFileSync(this.path('query.tsq'), query);
    this.run(
      'ts',
      '-reply',
      '-config',
      'tsa.cnf',
      '-section',
      'stamping',
      '-queryfile',
      'query.tsq',
      '-out',
      'reply.tsr',
    );
    return readFileSync(this.path('reply.tsr'));
  }

  /** What openssl says of a query. */
  show(query: Uint8Array): string {
    writeFileSync(this.path('shown.tsq'), query);
    return this.run('ts', '-query', '-in', 'shown.tsq', '-text');
  }

  /** Throws unless openssl accepts the answer for this text, with the certificate of this authority alone. */
  verify(answer: Uint8Array, text: string): string {
    writeFileSync(this.path('answer.tsr'), answer);
    writeFileSync(this.path('text'), text);
    return this.run('ts', '-verify', '-in', 'answer.tsr', '-data', 'text', '-CAfile', 'ca.pem');
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}

export interface Query {
  readonly method: string | undefined;
  readonly type: string | undefined;
  readonly body: Buffer;
}

export interface Reply {
  readonly status?: number;
  readonly type?: string;
  readonly body: Uint8Array;
}

/** The authority behind HTTP (RFC 3161 section 3.4), as a test wants it to answer. */
export class TimeServer {
  readonly queries: Query[] = [];
  reply: (query: Query) => Reply;
  readonly #server: Server;

  private constructor(server: Server, reply: (query: Query) => Reply) {
    this.#server = server;
    this.reply = reply;
    server.on('request', (request: IncomingMessage, response) => {
      const pieces: Buffer[] = [];
      request.on('data', (piece: Buffer) => pieces.push(piece));
      request.on('end', () => {
        const query = { method: request.method, type: request.headers['content-type'], body: Buffer.concat(pieces) };
        this.queries.push(query);
        const { status = 200, type = 'application/timestamp-reply', body } = this.reply(query);
        response.writeHead(status, { 'content-type': type }).end(body);
      });
    });
  }

  static async start(reply: (query: Query) => Reply): Promise<TimeServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new TimeServer(server, reply);
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}/tsa`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
