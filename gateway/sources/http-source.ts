import { Pool } from 'undici';

import { isObject } from '../../ledger/json/is-object.ts';
import { GatewayError } from '../errors.ts';
import { createAddressGuard } from './address-guard.ts';
import { assertUsableAnswer, type BodyFormat } from './answer-head.ts';
import { guardedConnector, type Resolve } from './guarded-connector.ts';
import { type ExchangeLimits, HttpExchange } from './http-exchange.ts';
import type { HttpSourceConfig } from './http-source-config.ts';
import { parseJsonArray } from './parse-json-array.ts';
import { parseNdjson } from './parse-ndjson.ts';
import { neededFields, shapeRow } from './row-shape.ts';
import { readSecret } from './secret-file.ts';
import type { Row, RowQuery, Source } from './source.ts';
import { sourceFailure } from './source-failure.ts';
import { conveyedNames, fillUrlTemplate, parseUrlTemplate, type UrlTemplate } from './url-template.ts';

const MAX_HEADER_BYTES = 16 * 1024;

const PARSERS = { ndjson: parseNdjson, 'json-array': parseJsonArray } as const;

/**
 * Rows of an HTTP service. Only the configured origin, path and addresses are reached; no redirect is followed, nothing
 * is decompressed, and the filters are applied again to what arrives.
 *
 * `open` also throws REQUEST_INVALID when a filter value cannot stand in the path. Iterate the rows or abort the signal:
 * a connection is held until then.
 */
export class HttpSource implements Source {
  readonly kind = 'http';
  readonly maxConnections: number;
  readonly #config: HttpSourceConfig;
  readonly #template: UrlTemplate;
  readonly #connect: ReturnType<typeof guardedConnector>;
  readonly #pool: Pool;
  readonly #limits: ExchangeLimits;
  readonly #headers: Readonly<Record<string, string>>;

  /** `resolve` replaces the system's resolver. */
  constructor(config: HttpSourceConfig, resolve?: Resolve) {
    this.#config = config;
    this.maxConnections = config.maxConnections;
    this.#template = parseUrlTemplate(config.url, config.query);
    this.#limits = { ...config.timeouts, maxBytes: config.maxBytes };
    this.#headers = requestHeaders(config);
    this.#connect = guardedConnector({
      protocol: this.#template.protocol,
      hostname: this.#template.hostname,
      port: this.#template.port,
      guard: createAddressGuard(config),
      connectTimeoutMs: config.timeouts.connectTimeoutMs,
      ca: config.caFile === null ? null : readSecret(config.caFile),
      ...(resolve === undefined ? {} : { resolve }),
    });
    this.#pool = new Pool(this.#template.origin, {
      connect: this.#connect,
      connections: config.maxConnections,
      pipelining: 1,
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: 0, // The exchange has timers of its own: they know who is waiting for whom.
      bodyTimeout: 0,
    });
  }

  async open(query: RowQuery): Promise<AsyncIterable<Row>> {
    const path = fillUrlTemplate(this.#template, this.#values(query));
    const exchange = new HttpExchange(this.#limits, query.signal);
    try {
      this.#pool.dispatch({ path, method: 'GET', headers: this.#headers }, exchange);
      assertUsableAnswer(await exchange.head(), this.#config.format, this.#config.maxBytes);
      return this.#rows(exchange, query);
    } catch (error) {
      exchange.stop();
      throw sourceFailure(error);
    }
  }

  async check(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const { protocol, hostname, port } = this.#template;
    this.#connect({ protocol, hostname, host: hostname, port: String(port) }, (error, socket) => {
      socket?.destroy();
      if (error === null) resolve(undefined);
      else reject(sourceFailure(error));
    });
    await promise;
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  /**
   * What placeholders may stand for. Only fields that the configuration declares travel to the source, and the limit
   * only with all filters: a source that does not filter would cut before the rows that are asked for.
   */
  #values(query: RowQuery): ReadonlyMap<string, string> {
    const equals = [...query.equals].filter(([field]) => this.#config.params.includes(field));
    const columns = neededFields(query).map((field) => this.#column(field));
    const values = new Map([...equals, ['$limit', String(query.limit)], ['$fields', columns.join(',')]]);
    if (query.region !== null) values.set('$region', query.region.prefix);
    const conveyed = conveyedNames(this.#template, values);
    const filters = [...query.equals.keys(), ...(query.region === null ? [] : ['$region'])];
    if (!filters.every((name) => conveyed.has(name))) values.delete('$limit');
    return values;
  }

  async *#rows(exchange: HttpExchange, query: RowQuery): AsyncGenerator<Row, void, undefined> {
    try {
      let count = 0;
      for await (const batch of PARSERS[this.#config.format](piecesOf(exchange), this.#config.maxRowBytes)) {
        for (const record of batch) {
          if (count >= query.limit) return;
          const row = shapeRow(
            query,
            memberReader(record, (field) => this.#column(field)),
          );
          if (row === null) continue;
          count += 1;
          yield row;
        }
        if (count >= query.limit) return; // Not one more wait for a source that has given enough.
      }
    } catch (error) {
      throw sourceFailure(error);
    } finally {
      exchange.stop();
    }
  }

  #column(field: string): string {
    return Object.hasOwn(this.#config.columns, field) ? (this.#config.columns[field] ?? field) : field;
  }
}

async function* piecesOf(exchange: HttpExchange): AsyncGenerator<Buffer, void, undefined> {
  for (let piece = await exchange.read(); piece !== null; piece = await exchange.read()) yield piece;
}

function requestHeaders({ format, authorizationFile }: HttpSourceConfig): Record<string, string> {
  const accept = { ndjson: 'application/x-ndjson', 'json-array': 'application/json' } satisfies Record<
    BodyFormat,
    string
  >;
  return {
    accept: accept[format],
    'accept-encoding': 'identity',
    'user-agent': 'dxl-gateway',
    ...(authorizationFile === null ? {} : { authorization: readSecret(authorizationFile) }),
  };
}

/** Own members only: a record is hostile, and `__proto__` is a name like any other. */
function memberReader(record: unknown, column: (field: string) => string): (field: string) => unknown {
  if (!isObject(record)) throw new GatewayError('SOURCE_FAILED', 'The source sent a row that is not an object');
  return (field) => (Object.hasOwn(record, column(field)) ? record[column(field)] : undefined);
}
