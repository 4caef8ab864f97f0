import { deriveResourceId } from '../../ledger/ids.ts';
import type { DepartmentKey } from '../../scripts/samples/departments.ts';
import { sampleResources } from '../../scripts/samples/resources.ts';
import { GatewayFixture, type Member, type Published } from '../../test/support/gateway-fixture.ts';
import { LedgerChain } from '../../test/support/ledger-chain.ts';
import { BenchError } from './bench-error.ts';

const RESOURCE_CODE = '301001/000001';
const REQUESTERS: readonly DepartmentKey[] = ['RS', 'MZ', 'SJ', 'SW', 'YB', 'JY', 'ZR', 'ZJ'];

/** A chain, a gateway in this process, a published resource, and departments that may be granted it. */
export interface ShareWorld {
  readonly chain: LedgerChain;
  readonly fixture: GatewayFixture;
  readonly provider: Member;
  readonly requesters: readonly Member[];
  readonly resource: Published;
}

/** `sourceUrl` answers with NDJSON rows; it gets the row limit of a read as the query parameter `limit`. */
export async function startShareWorld(sourceUrl: string, requesters: number): Promise<ShareWorld> {
  const chain = await LedgerChain.start();
  const provider = await chain.register('GA');
  const departments = [];
  for (const key of REQUESTERS.slice(0, requesters)) departments.push(await chain.register(key));
  const source = {
    kind: 'http',
    url: sourceUrl,
    query: { limit: '{$limit}' },
    allowedCidrs: ['127.0.0.0/8'],
    allowLoopback: true,
    format: 'ndjson',
  };
  const sources = { [deriveResourceId(provider.id, RESOURCE_CODE)]: source };
  const fixture = await GatewayFixture.start({ chain, sources });
  const authority = await fixture.join(chain.authority);
  const member = await fixture.join(provider);
  const members = [];
  for (const department of departments) members.push(await fixture.join(department));
  const sample = sampleResources().find(({ entry }) => entry.resourceCode === RESOURCE_CODE);
  if (sample === undefined) throw new BenchError('SETUP_FAILED', 'The sample resource is missing');
  const resource = await fixture.publish(member, authority, sample.entry);
  return { chain, fixture, provider: member, requesters: members, resource };
}
