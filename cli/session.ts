import { homedir } from 'node:os';
import { join } from 'node:path';

import type { Command } from 'commander';
import { z } from 'zod';

import { parseDocument } from '../ledger/documents/parse-document.ts';
import type { CatalogEntry } from '../ledger/documents/catalog-entry.ts';
import { bytes32Schema } from '../ledger/documents/terms.ts';
import type { Bytes32 } from '../ledger/ids.ts';
import { parseStrictJson } from '../ledger/json/strict-json.ts';
import { CliError } from './cli-error.ts';
import { GatewayClient } from './gateway-client.ts';
import { Output } from './output.ts';
import { openKeystore, readAccessKey, readProfile } from './profile.ts';
import type { Profile } from './profile.ts';
import { actMessage, addSignature, assertComplete, countSignatures, partyText } from './sign-act.ts';
import type { ActFile, SignerPart } from './sign-act.ts';

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

/** Adds the signatures of everyone who signs here for the accounts of this profile's department. */
export async function signHere({ profile }: Session, file: ActFile): Promise<ActFile> {
  const own = file.signers.filter(({ department }) => department === profile.department);
  // A stranger's signature among those of several officers makes the whole act invalid.
  if (own.length === 0) {
    const signing = [...new Set(file.signers.map(({ department }) => department))];
    const text = `The act is signed by ${signing.join(' and ')}; this profile signs for ${profile.department}`;
    throw new CliError('INPUT_INVALID', text, { signing, profile: profile.department });
  }
  let signed = file;
  for (const part of own) {
    for (const keystore of profile[part.role]) {
      signed = addSignature(signed, part, await openKeystore(profile, keystore));
    }
  }
  if (countSignatures(signed) === 0) {
    const roles = own.map(({ role }) => role).join(', ');
    throw new CliError('INPUT_INVALID', `The profile lists no keystore for the ${roles}`);
  }
  return signed;
}

/** What became of an act, as the gateway tells it. */
const actStateSchema = z.looseObject({ digest: z.string(), status: z.string() });
export type ActState = z.output<typeof actStateSchema>;

const departmentSchema = z.object({ maker: z.string(), office: z.string(), head: z.string() });

/** @throws CliError INPUT_INVALID when nobody has signed for one of the accounts, ACT_REJECTED */
export async function sendActFile({ client }: Session, file: ActFile): Promise<ActState> {
  assertComplete(file);
  // A department's first access key cannot sign for itself; its account is then told by the signatures.
  const isFirstKey = file.name === 'registerAccessKey';
  const accounts = isFirstKey ? file.signers.map(onlySigner) : await readAccounts(client, file);
  const path = `/v1/acts/${file.name}`;
  const message = actMessage(file, accounts);
  try {
    const answer = isFirstKey
      ? await client.postUnsigned(path, message)
      : await client.post(path, message, { 'idempotency-key': file.digest.slice(2) });
    return actStateSchema.parse(answer.body);
  } catch (error) {
    throw withSigners(error, file);
  }
}

function onlySigner({ signatures: [first, second] }: SignerPart): string {
  return first !== undefined && second === undefined ? first.signer : '';
}

/** The ledger tells only that the signatures do not make up the account's; whose they are is known here. */
function withSigners(error: unknown, { signers }: ActFile): unknown {
  const isRejected = error instanceof CliError && error.code === 'ACT_REJECTED';
  if (!isRejected || !error.message.includes('SignedActsInvalidSignature')) return error;
  const told = signers.map(
    (part) => `${part.signatures.map(({ signer }) => signer).join(', ')} for the ${partyText(part)}`,
  );
  const text = `signed by ${told.join('; by ')}: an account needs others, or more`;
  const addresses = signers.flatMap(({ signatures }) => signatures.map(({ signer }) => signer));
  return new CliError('ACT_REJECTED', `${error.message}; ${text}`, { ...error.facts, signers: addresses }, error);
}

async function readAccounts(client: GatewayClient, { signers }: ActFile): Promise<string[]> {
  const known = new Map<string, z.output<typeof departmentSchema>>();
  for (const { department } of signers) {
    if (known.has(department)) continue;
    known.set(department, departmentSchema.parse((await client.get(`/v1/departments/${department}`)).body));
  }
  return signers.map(({ department, role }) => known.get(department)?.[role] ?? '');
}

const resourceSchema = z.object({
  entry: z.unknown(),
  version: z.int(),
  state: z.object({ documentHash: bytes32Schema, conditionsHash: bytes32Schema }),
});

export interface ReadResource {
  readonly entry: CatalogEntry;
  readonly version: number;
  readonly documentHash: Bytes32;
  /** Of its published conditions; zero without. */
  readonly conditionsHash: Bytes32;
}

/**
 * A resource with its entry, parsed by the same schema that the gateway uses.
 * @param asked the version; the published one by default
 */
export async function readResource(
  client: GatewayClient,
  resourceId: string,
  asked: number | null = null,
): Promise<ReadResource> {
  const query = asked === null ? '' : `?version=${String(asked)}`;
  const { body } = await client.get(`/v1/resources/${resourceId}${query}`);
  const { entry, version, state } = resourceSchema.parse(body);
  const value = parseStrictJson(Buffer.from(JSON.stringify(entry)));
  return { entry: parseDocument('CatalogEntry', value), version, ...state };
}
