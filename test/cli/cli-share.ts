import { writeFile } from 'node:fs/promises';

import { expect } from 'vitest';

import { deriveResourceId } from '../../ledger/ids.ts';
import { type CliWorld, RESOURCE_CODE, sampleEntry } from './cli-world.ts';

const LAW = ['--scenario', '核验办件信息', '--basis', '中华人民共和国社会保险法', '--article', '第七十四条'];

/** What every department does once: a key, its registration, an entry in the catalogue, a request, its answer. */
export async function openShare(world: CliWorld) {
  await Promise.all(['sh', 'ga', 'rs'].map((name) => world.succeed(name, 'key', 'new', world.file(`${name}.pem`))));
  await Promise.all(
    ['sh', 'ga', 'rs'].map((name) => world.succeed(name, 'key', 'register', world.file(`${name}.pem`))),
  );
  const entryFile = world.file('entry.json');
  await writeFile(entryFile, JSON.stringify(sampleEntry('GA', world.provider.id)));
  await world.succeed('ga', 'resource', 'submit', entryFile);
  const resourceId = deriveResourceId(world.provider.id, RESOURCE_CODE);
  const { state } = await world.succeed('sh', 'resource', 'show', resourceId);
  const { documentHash } = state as { documentHash: string };
  await world.succeed('sh', 'resource', 'publish', resourceId, '--document', documentHash);
  const openRequest = await submitShareRequest(world, resourceId, 'first', 'birth,id_no,name');
  return { resourceId, openRequest, grantId: await activeGrant(world, openRequest) };
}

/** Agrees to a request, delivers and acknowledges. */
export async function activeGrant(world: CliWorld, requestId: string): Promise<string> {
  const agreed = await world.succeed('ga', 'answer', 'agree', requestId);
  const isHash = expect.stringMatching(/^0x[0-9a-f]{64}$/) as unknown;
  expect(agreed).toMatchObject({ status: 'recorded', grantId: isHash });
  const grantId = String(agreed['grantId']);
  await world.succeed('ga', 'grant', 'deliver', grantId, '--text', '接口已开通');
  await world.succeed('rs', 'grant', 'acknowledge', grantId, '--text', '接口可用');
  return grantId;
}

export async function submitShareRequest(
  world: CliWorld,
  resourceId: string,
  name: string,
  fields: string,
  plain = '',
): Promise<string> {
  const out = world.file(`${name}.request.json`);
  const args = ['--fields', fields, '--plain', plain, '--system', 'SI-TEST-01', ...LAW, '--out', out];
  await world.succeed('rs', 'request', 'new', '--from', resourceId, ...args);
  return String((await world.succeed('rs', 'request', 'submit', out))['requestId']);
}
