import { readdirSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import type { GraphDocument } from '../../ledger/exports/graph.ts';
import { deriveResourceId } from '../../ledger/ids.ts';
import {
  canonicalText,
  fromJsonLd,
  fromTurtle,
  instancesOf,
  valuesOf,
  violations,
} from '../ledger/exports/rdf-graph.ts';
import { openShare } from './cli-share.ts';
import { CliWorld, RESOURCE_CODE, sampleEntry } from './cli-world.ts';

// Each step is a process of its own; on a busy machine one takes seconds.
vi.setConfig({ testTimeout: 240_000 });

const UNKNOWN = `0x${'ee'.repeat(32)}`;

let world: CliWorld;
let resourceId: string;
let grantId: string;

beforeAll(async () => {
  world = await CliWorld.start();
  ({ resourceId, grantId } = await openShare(world));
});

afterAll(async () => {
  await world.stop();
});

describe('dxl resource export', () => {
  it('prints the catalogue, valid and at the gateway only, alike in both formats', async () => {
    const [jsonld, turtle, json] = await Promise.all([
      world.run('rs', 'resource', 'export', '--publisher-name', '示例市数据局'),
      world.run('rs', 'resource', 'export', '--publisher-name', '示例市数据局', '--format', 'turtle', resourceId),
      world.succeed('rs', 'resource', 'export', '--format', 'turtle'),
    ]);
    expect([jsonld.code, jsonld.stderr, turtle.code]).toEqual([0, '', 0]);
    const graph = await fromJsonLd(JSON.parse(jsonld.stdout) as GraphDocument);
    expect(await violations('dcat-ap', graph)).toEqual([]);
    expect(await canonicalText(fromTurtle(turtle.stdout))).toBe(await canonicalText(graph));
    expect(instancesOf(fromTurtle(String(json['turtle'])), 'dcat:Dataset')).toEqual([
      `urn:dxl:resource:${resourceId}:1`,
    ]);
    expect(valuesOf(graph, `urn:dxl:service:${resourceId}:1`, 'dcat:endpointURL')).toEqual([`${world.url}/v1/`]);
    expect(valuesOf(graph, `urn:uscc:${world.chain.authority.id}`, 'foaf:name')).toEqual(['示例市数据局']);
    expect(jsonld.stdout).not.toContain(`:${String(world.upstream.port)}/`);
    expect(jsonld.stdout).toContain(sampleEntry('GA', world.provider.id).name);
    expect(jsonld.stdout).toContain(RESOURCE_CODE);
  });

  it('leaves out an entry that was returned', async () => {
    const file = world.file('returned.json');
    const resourceCode = '301001/000077';
    await writeFile(file, JSON.stringify({ ...sampleEntry('GA', world.provider.id), resourceCode }));
    await world.succeed('ga', 'resource', 'submit', file);
    const returned = deriveResourceId(world.provider.id, resourceCode);
    await world.succeed('sh', 'resource', 'return', returned, '--version', '1', '--defect', '/abstract=过于简略');
    const { turtle } = await world.succeed('rs', 'resource', 'export', '--format', 'turtle');
    expect(instancesOf(fromTurtle(String(turtle)), 'dcat:Dataset')).toEqual([`urn:dxl:resource:${resourceId}:1`]);
    expect(await world.fail('rs', 'resource', 'export', returned)).toMatchObject({ exit: 2, code: 'INPUT_INVALID' });
  });

  it('refuses a resource that is not there, and a format that it does not write', async () => {
    expect(await world.fail('rs', 'resource', 'export', UNKNOWN)).toMatchObject({ exit: 2, code: 'INPUT_INVALID' });
    expect(await world.fail('rs', 'resource', 'export', 'abc')).toMatchObject({ exit: 2, code: 'INPUT_INVALID' });
    expect(await world.fail('rs', 'resource', 'export', '--format', 'xml')).toMatchObject({ exit: 2 });
  });
});

describe('dxl grant export', () => {
  it('prints the agreement to its parties, alike in both formats, and to nobody else', async () => {
    const [jsonld, turtle, strange] = await Promise.all([
      world.succeed('rs', 'grant', 'export', grantId),
      world.run('ga', 'grant', 'export', grantId, '--format', 'turtle'),
      world.fail('rs', 'grant', 'export', UNKNOWN),
    ]);
    const graph = await fromJsonLd(jsonld as unknown as GraphDocument);
    expect(await violations('odrl', graph)).toEqual([]);
    expect(valuesOf(graph, `urn:dxl:grant:${grantId}`, 'odrl:assignee')).toEqual([`urn:uscc:${world.requester.id}`]);
    expect(valuesOf(graph, `urn:dxl:grant:${grantId}`, 'odrl:target')).toEqual([`urn:dxl:resource:${resourceId}:1`]);
    expect(await canonicalText(fromTurtle(turtle.stdout))).toBe(await canonicalText(graph));
    expect(strange).toMatchObject({ exit: 1, problem: 'NOT_FOUND' });
  });
});

describe('dxl evidence export', () => {
  it('leaves no file where the disk has no room for it, and says so', async () => {
    const file = world.file('evidence.ndjson');
    const order = ['evidence', 'export', '--grant', grantId, '--out', file];

    const { code, stderr } = await world.runOnFullDisk(4, 'rs', ...order);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`${file} cannot be written`)]);
    expect(readdirSync(world.folder).filter((name) => name.startsWith('evidence.ndjson'))).toEqual([]);

    const { bytes } = await world.succeed('rs', ...order);
    expect(statSync(file).size).toBe(bytes);
  });
});
