import { createPublicKey } from 'node:crypto';

import { z } from 'zod';

import { CliError } from '../../cli/cli-error.ts';
import { buildResourcePublication, buildResourceSubmission, once } from '../../ledger/acts/build-acts.ts';
import { DEPARTMENT_KINDS } from '../../ledger/acts/chain-enums.ts';
import { address, ed25519Key } from '../../ledger/acts/columns.ts';
import { newSalt } from '../../ledger/document-hash.ts';
import { deriveResourceId, KEY_ALGORITHMS, parseBytes32 } from '../../ledger/ids.ts';
import { parseStrictJson } from '../../ledger/json/strict-json.ts';
import { exportPublicKey } from '../../ledger/signatures/signature-key.ts';
import { authorityOf, type DepartmentKey } from '../samples/departments.ts';
import { sampleResources, type SampleResource } from '../samples/resources.ts';
import { actDeadline, carryAct, unixNow } from './carry-act.ts';
import { setCalendarYear } from './demo-calendar.ts';
import { inParallel } from './in-parallel.ts';
import type { Principal } from './principal.ts';

/** Acts under way at a time; the ledger takes them in any order. */
const WIDTH = 8;
const KEY_LIFETIME_SECONDS = 366 * 86_400;

/** How many were entered now; the rest was there. */
export interface Registered {
  readonly departments: number;
  readonly calendarYears: number;
  readonly accessKeys: number;
  readonly gateways: number;
  readonly resources: number;
}

type Principals = ReadonlyMap<DepartmentKey, Principal>;

/**
 * Enters the sample departments, their access keys, the gateway, the working days and the catalogue, as far as the
 * ledger does not have them. Governments and authorities were admitted by governance before.
 * Each department is entered by the authority of its level.
 * @param authority the city's: it announces the working days and carries the keys of others
 * @param missingYears years of the calendar that are not on the ledger
 */
export async function registerSamples(
  principals: Principals,
  authority: Principal,
  missingYears: readonly number[],
): Promise<Registered> {
  const count = { departments: 0, accessKeys: 0, calendarYears: missingYears.length, resources: 0 };
  for (const one of new Set([authority, ...authoritiesOf(principals)])) {
    if (await hasAccessKey(one)) continue;
    await registerAccessKey(one, one === authority ? null : authority);
    count.accessKeys += 1;
  }
  for (const principal of principals.values()) {
    if ((await find(authority, `/v1/departments/${principal.department.id}`)) !== null) continue;
    await registerDepartment(principal, principals.get(authorityOf(principal.department)) ?? authority);
    count.departments += 1;
  }
  await inParallel([...principals.values()], WIDTH, async (principal) => {
    if (await hasAccessKey(principal)) return;
    await registerAccessKey(principal, authority);
    count.accessKeys += 1;
  });
  const gateways = (await registerGateway(authority)) ? 1 : 0;
  for (const year of missingYears) await setCalendarYear(year, authority);
  await inParallel(sampleResources(), WIDTH, async (resource) => {
    const provider = principals.get(resource.provider.key);
    const sameLevel = principals.get(authorityOf(resource.provider));
    if (provider === undefined || sameLevel === undefined) return;
    if (await registerResource(resource, provider, sameLevel)) count.resources += 1;
  });
  return { ...count, gateways };
}

function authoritiesOf(principals: Principals): readonly Principal[] {
  return [...principals.values()].filter(({ department }) => department.kind === 'authority');
}

/** The body of an answer; null when there is no such thing, or when the reader's key is not registered. */
async function find(reader: Principal, path: string): Promise<unknown> {
  try {
    return (await reader.client.get(path)).body;
  } catch (error) {
    const status = error instanceof CliError ? error.facts['status'] : null;
    if (status === 401 || status === 404) return null;
    throw error;
  }
}

/** A key that the ledger does not know cannot sign a request. */
async function hasAccessKey(principal: Principal): Promise<boolean> {
  return (await find(principal, `/v1/departments/${principal.department.id}`)) !== null;
}

async function registerDepartment({ department, accounts }: Principal, authority: Principal): Promise<void> {
  await carryAct({
    name: 'registerDepartment',
    act: {
      authority: authority.department.id,
      department: department.id,
      kind: DEPARTMENT_KINDS[department.kind],
      superior: department.superior,
      region: department.region,
      ...accounts,
      ...once(actDeadline()),
    },
    salted: null,
    principal: authority,
  });
}

async function registerAccessKey(owner: Principal, carrier: Principal | null): Promise<void> {
  const { algorithm, bytes } = exportPublicKey(createPublicKey(owner.accessKey.privateKey));
  const notBefore = unixNow() - 60;
  await carryAct({
    name: 'registerAccessKey',
    act: {
      department: owner.department.id,
      algorithm: KEY_ALGORITHMS[algorithm],
      publicKey: `0x${Buffer.from(bytes).toString('hex')}`,
      notBefore,
      notAfter: notBefore + KEY_LIFETIME_SECONDS,
      ...once(actDeadline()),
    },
    salted: null,
    principal: owner,
    carrier,
  });
}

const chainSchema = z.object({ gateway: z.object({ keyId: z.string(), publicKey: ed25519Key, account: address }) });

/** The data bureau of the city answers for the gateway that carries all these acts. False when it was there. */
async function registerGateway(operator: Principal): Promise<boolean> {
  const { body } = await operator.client.getPublic('/v1/chain');
  const { keyId, publicKey, account } = chainSchema.parse(body).gateway;
  if ((await find(operator, `/v1/gateways/${keyId}`)) !== null) return false;
  const act = { operator: operator.department.id, publicKey, account, ...once(actDeadline()) };
  await carryAct({ name: 'registerGateway', act, salted: null, principal: operator });
  return true;
}

const resourceSchema = z.object({
  publishedVersion: z.number(),
  state: z.object({ documentHash: z.string().transform((text) => parseBytes32(text)) }),
});

/** Two acts: the provider's head submits, the authority of its level publishes. False when both were there. */
async function registerResource(resource: SampleResource, provider: Principal, authority: Principal): Promise<boolean> {
  const resourceId = deriveResourceId(resource.provider.id, resource.entry.resourceCode);
  const path = `/v1/resources/${resourceId}`;
  if ((await find(authority, path)) === null) await submitResource(resource, provider);
  const { publishedVersion, state } = resourceSchema.parse(await find(authority, path));
  if (publishedVersion > 0) return false;
  const act = buildResourcePublication(authority.department.id, resourceId, state.documentHash, actDeadline());
  await carryAct({ name: 'publishResource', act, salted: null, principal: authority });
  return true;
}

async function submitResource({ entry }: SampleResource, provider: Principal): Promise<void> {
  const salted = { salt: newSalt(), document: parseStrictJson(Buffer.from(JSON.stringify(entry))) };
  const act = buildResourceSubmission(salted, actDeadline());
  await carryAct({ name: 'submitResource', act, salted, principal: provider });
}
