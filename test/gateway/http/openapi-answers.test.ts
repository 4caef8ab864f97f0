import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';

import { fetchRows } from '../../../cli/fetch-rows.ts';
import { createApp } from '../../../gateway/app.ts';
import * as answers from '../../../gateway/http/answer-schemas.ts';
import * as records from '../../../gateway/http/record-schemas.ts';
import { openApiDocument } from '../../../gateway/http/openapi.ts';
import { isActName } from '../../../ledger/acts/act-definitions.ts';
import { deriveGatewayId, deriveResourceId } from '../../../ledger/ids.ts';
import { gatewayRegistration } from '../../support/act-factory.ts';
import { GatewayFixture, readOptions, type Agreed, type Asked, type Member } from '../../support/gateway-fixture.ts';
import { LedgerChain } from '../../support/ledger-chain.ts';
import { httpConfig, sendRows, startUpstream, type Upstream } from '../../support/upstream-server.ts';
import { PEOPLE_CODE, peopleEntry } from './samples.ts';

const ROW = {
  id_no: '990100199001010012',
  name: '张三',
  sex: '1',
  nation: '01',
  birth: '1990-01-01',
  addr: '某省某市',
};

/** Of the registration that the factory makes. */
const GATEWAY = deriveGatewayId('ed25519', Buffer.alloc(32, 0xe1));

let chain: LedgerChain;
let upstream: Upstream;
let fixture: GatewayFixture;
let requester: Member;
let asked: Asked;
let granted: Agreed;
let receiptId: string;

beforeAll(async () => {
  chain = await LedgerChain.start();
  upstream = await startUpstream(sendRows([ROW]));
  const ga = await chain.register('GA');
  const sources = { [deriveResourceId(ga.id, PEOPLE_CODE)]: httpConfig(upstream.port) };
  fixture = await GatewayFixture.start({ chain, sources });
  const authority = await fixture.join(chain.authority);
  requester = await fixture.join(await chain.register('RS'));
  await chain.record('registerGateway', gatewayRegistration(chain.authority), chain.authority);
  asked = await fixture.request(requester, await fixture.publish(await fixture.join(ga), authority, peopleEntry()));
  granted = await fixture.activate(await fixture.agree(asked));
  receiptId = (await fetchRows(requester.client, readOptions(granted.grantId), () => undefined)).receiptId;
});

afterAll(async () => {
  await fixture.stop();
  await upstream.stop();
  await chain.stop();
});

/** `GET /v1/grants/{}` for each route, whatever its parameter is called. */
function operationsOf(paths: readonly (readonly [path: string, methods: readonly string[]])[]): string[] {
  const operations = paths.flatMap(([path, methods]) =>
    methods.map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{\w+\}|[:*]\w+/g, '{}')}`),
  );
  return [...new Set(operations)].toSorted();
}

/** The one route that takes acts stands for one path each. */
function withoutActName(path: string): string {
  const [, name = ''] = /^\/v1\/acts\/(\w+)$/.exec(path) ?? [];
  return isActName(name) ? '/v1/acts/{name}' : path;
}

describe('openApiDocument', () => {
  it('has the routes of the gateway, and no others', () => {
    const { paths } = openApiDocument() as { paths: Record<string, object> };
    const documented = Object.entries(paths).map(([path, item]) => [withoutActName(path), Object.keys(item)] as const);
    // A route of ours takes one method; the one beside it that refuses all others takes every one.
    const routes = createApp(fixture.gateway.context).router.stack.flatMap(({ route }) => {
      const methods = [...new Set(route?.stack.map(({ method }) => method))];
      return route === undefined || methods.length !== 1 ? [] : [[route.path, methods] as const];
    });
    expect(routes.length).toBeGreaterThan(15);
    expect(operationsOf(documented)).toEqual(operationsOf(routes));
  });
});

describe('the schemas of the document', () => {
  const READS: [string, () => string, z.ZodType][] = [
    ['departments', () => '/v1/departments', answers.departmentsAnswer],
    ['a department', () => `/v1/departments/${requester.actor.id}`, answers.departmentAnswer],
    ['gateways', () => '/v1/gateways', answers.gatewaysAnswer],
    ['a gateway', () => `/v1/gateways/${GATEWAY}`, answers.gatewayAnswer],
    ['resources', () => '/v1/resources?limit=1&offset=0', answers.resourcesAnswer],
    ['a resource', () => `/v1/resources/${granted.resource.resourceId}`, answers.resourceAnswer],
    ['requests', () => '/v1/requests?limit=1', answers.requestsAnswer],
    ['a request', () => `/v1/requests/${asked.requestId}`, answers.requestAnswer],
    ['grants', () => '/v1/grants', answers.grantsAnswer],
    ['a grant', () => `/v1/grants/${granted.grantId}`, answers.grantAnswer],
    ['an act', () => `/v1/acts/${granted.digest}`, answers.actStateAnswer],
    ['receipts', () => '/v1/receipts', records.receiptsAnswer],
    ['a receipt', () => `/v1/receipts/${receiptId}`, records.receiptAnswer],
  ];
  it.each(READS)('are those of the real answers: %s', async (_what, path, schema) => {
    const { body } = await requester.client.get(path());
    expect(schema.safeParse(body).error?.issues).toBeUndefined();
  });

  it('are those of the real answers: a document', async () => {
    const { body } = await requester.client.get(`/v1/grants/${granted.grantId}`);
    const { documentHash } = answers.grantAnswer.parse(body);
    const document = (await requester.client.get(`/v1/documents/${documentHash}`)).body;
    expect(answers.documentAnswer.safeParse(document).error?.issues).toBeUndefined();
  });

  it.each([
    ['/v1/chain', answers.chainAnswer],
    ['/healthz', answers.healthAnswer],
    ['/readyz', answers.readinessAnswer],
  ])('are those of the real answers: %s', async (path, schema) => {
    const { body } = await requester.client.getPublic(path);
    expect((schema as z.ZodType).safeParse(body).error?.issues).toBeUndefined();
  });
});
