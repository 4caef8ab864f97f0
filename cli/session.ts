import { homedir } from 'node:os';
import { join } from 'node:path';

import type { Command } from 'commander';
import { z } from 'zod';

import { ACTS } from '../ledger/acts/act-definitions.ts';
import type { Act, ActName } from '../ledger/acts/act-definitions.ts';
import type { SaltedDocument } from '../ledger/document-hash.ts';
import { parseDocument } from '../ledger/documents/parse-document.ts';
import type { CatalogEntry } from '../ledger/documents/catalog-entry.ts';
import { parseStrictJson } from '../ledger/json/strict-json.ts';
import { CliError } from './cli-error.ts';
import { GatewayClient } from './gateway-client.ts';
import { Output } from './output.ts';
import { openKeystore, readAccessKey, readProfile } from './profile.ts';
import type { Profile } from './profile.ts';
import { actMessage, addSignature, createActFile } from './sign-act.ts';
import type { ActFile } from './sign-act.ts';

export const DEFAULT_PROFILE = join(homedir(), '.config', 'dxl', 'profile.json');
/** An act that was signed and never sent must not lie around for ever. */
export const ACT_LIFETIME_SECONDS = 24 * 3600;

/** One run of a command: who acts, over which gateway, and how it is shown. */
export interface Session {
  readonly profile: Profile;
  readonly client: GatewayClient;
  readonly output: Output;
}

interface GlobalOptions {
  readonly profile?: string;
  readonly json?: boolean;
}

/** Options of the program itself, whatever command they were given to. */
export function globalOptions(command: Command): GlobalOptions {
  return command.optsWithGlobals<GlobalOptions>();
}

export function openSession(command: Command): Session {
  const { profile: path = DEFAULT_PROFILE, json = false } = globalOptions(command);
  const profile = readProfile(path);
  const client = new GatewayClient({
    url: profile.gateway,
    key: readAccessKey(profile),
    pinnedKeyId: profile.gatewayKey,
  });
  return { profile, client, output: new Output(json) };
}

export function actExpiry(): number {
  return Math.floor(Date.now() / 1000) + ACT_LIFETIME_SECONDS;
}

/** Signs an act with all keystores that the profile lists for its role, and sends it. */
export async function sendAct<Name extends ActName>(
  session: Session,
  name: Name,
  act: Act<Name>,
  salted: SaltedDocument | null,
): Promise<ActState> {
  const { deployment } = await session.client.identity();
  return await sendActFile(session, await signHere(session, createActFile(deployment, name, act, salted)));
}

/** Adds the signatures of everyone who signs for this role here. */
export async function signHere({ profile }: Session, file: ActFile): Promise<ActFile> {
  const acting = actingDepartment(file);
  // A stranger's signature among those of several officers makes the whole act invalid.
  if (acting !== profile.department) {
    const text = `The act is one of ${acting}; this profile signs for ${profile.department}`;
    throw new CliError('INPUT_INVALID', text, { acting, profile: profile.department });
  }
  let signed = file;
  for (const keystore of profile[file.role]) signed = addSignature(signed, await openKeystore(profile, keystore));
  if (signed.signatures.length === 0) {
    throw new CliError('INPUT_INVALID', `The profile lists no keystore for the ${file.role}`);
  }
  return signed;
}

/** What became of an act, as the gateway tells it. */
const actStateSchema = z.looseObject({ digest: z.string(), status: z.string() });
export type ActState = z.output<typeof actStateSchema>;

const departmentSchema = z.object({ office: z.string(), head: z.string() });

export async function sendActFile({ client }: Session, file: ActFile): Promise<ActState> {
  // A department's first access key cannot sign for itself; its account is then told by the signatures.
  const isFirstKey = file.name === 'registerAccessKey';
  const [first, second] = file.signatures;
  const only = first !== undefined && second === undefined ? first.signer : '';
  const account = isFirstKey ? only : await readAccount(client, file);
  const path = `/v1/acts/${file.name}`;
  const message = actMessage(file, account);
  try {
    const answer = isFirstKey
      ? await client.postUnsigned(path, message)
      : await client.post(path, message, { 'idempotency-key': file.digest.slice(2) });
    return actStateSchema.parse(answer.body);
  } catch (error) {
    throw withSigners(error, file);
  }
}

/** The ledger tells only that the signatures do not make up the account's; whose they are is known here. */
function withSigners(error: unknown, { role, signatures }: ActFile): unknown {
  const isRejected = error instanceof CliError && error.code === 'ACT_REJECTED';
  if (!isRejected || !error.message.includes('SignedActsInvalidSignature')) return error;
  const signers = signatures.map(({ signer }) => signer);
  const text = `signed by ${String(signers.length)} (${signers.join(', ')}); the account of the ${role} needs others, or more`;
  return new CliError('ACT_REJECTED', `${error.message}; ${text}`, { ...error.facts, signers }, error);
}

function actingDepartment({ name, act }: ActFile): string {
  return String(z.record(z.string(), z.unknown()).parse(act)[ACTS[name].department]);
}

async function readAccount(client: GatewayClient, file: ActFile): Promise<string> {
  const { body } = await client.get(`/v1/departments/${actingDepartment(file)}`);
  return departmentSchema.parse(body)[file.role];
}

const resourceSchema = z.object({
  entry: z.unknown(),
  version: z.int(),
  state: z.object({ documentHash: z.string() }),
});

/** A resource with its entry, parsed by the same schema that the gateway uses. */
export async function readResource(
  client: GatewayClient,
  resourceId: string,
): Promise<{ readonly entry: CatalogEntry; readonly version: number; readonly documentHash: string }> {
  const { body } = await client.get(`/v1/resources/${resourceId}`);
  const { entry, version, state } = resourceSchema.parse(body);
  const value = parseStrictJson(Buffer.from(JSON.stringify(entry)));
  return { entry: parseDocument('CatalogEntry', value), version, documentHash: state.documentHash };
}
