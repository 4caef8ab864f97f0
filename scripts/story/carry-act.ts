import { setTimeout as sleep } from 'node:timers/promises';

import { z } from 'zod';

import { CliError } from '../../cli/cli-error.ts';
import type { JsonAnswer } from '../../cli/refusal.ts';
import { actMessage, type ActFile, addSignature, createActFile, type SigningParty } from '../../cli/sign-act.ts';
import type { Act, ActName } from '../../ledger/acts/act-definitions.ts';
import { actDigest } from '../../ledger/acts/act-digest.ts';
import type { SaltedDocument } from '../../ledger/document-hash.ts';
import { type Bytes32, parseBytes32 } from '../../ledger/ids.ts';
import type { Principal } from './principal.ts';
import { StoryError } from './story-error.ts';

/** An act that was signed today may still be carried this long, also by a gateway that was away meanwhile. */
const ACT_LIFETIME_SECONDS = 7 * 86_400;
/** How long a busy machine may take to record one act, and the pause before it is posted again. */
const SETTLE_MS = 60_000;
const POST_AGAIN_MS = 500;

const recordedSchema = z.object({
  status: z.literal('recorded'),
  digest: z.string().transform((text) => parseBytes32(text)),
  entry: z.object({ block: z.number(), blockHash: z.string(), transaction: z.string() }),
});

/** Where an act stands on the ledger. */
export interface Recorded {
  /** EIP-712 digest of the act; for a share request its id. */
  readonly digest: Bytes32;
  readonly block: number;
  readonly blockHash: string;
  readonly transaction: string;
}

export interface ActOffer<Name extends ActName> {
  readonly name: Name;
  readonly act: Act<Name>;
  readonly salted: SaltedDocument | null;
  readonly principal: Principal;
  /** Whose HTTP request carries it; null for a first access key, which nobody can sign for. Default: the principal. */
  readonly carrier?: Principal | null;
  /** The second department of a joint act. */
  readonly other?: Principal;
  /** Keys that sign for the acting account, if not all that it needs. */
  readonly signers?: readonly string[];
}

/** Unix seconds. */
export function actDeadline(): number {
  return unixNow() + ACT_LIFETIME_SECONDS;
}

export function unixNow(): number {
  return Math.floor(Date.now() / 1000);
}

/**
 * Signs an act as its department and has a gateway record it.
 * @throws CliError GATEWAY_REFUSED, ACT_REJECTED
 */
export async function carryAct<Name extends ActName>(offer: ActOffer<Name>): Promise<Recorded> {
  const { name, act, principal, carrier = principal } = offer;
  const { deployment } = await principal.client.identity();
  const message = await signedMessage(offer);
  const path = `/v1/acts/${name}`;
  const body = await untilSettled(async () =>
    carrier === null
      ? await principal.client.postUnsigned(path, message)
      : await carrier.client.post(path, message, { 'idempotency-key': actDigest(deployment, name, act).slice(2) }),
  );
  const recorded = recordedSchema.safeParse(body);
  if (!recorded.success) throw new StoryError('ACT_NOT_RECORDED', `${name}: ${JSON.stringify(body)}`);
  return { digest: recorded.data.digest, ...recorded.data.entry };
}

/** The body that carries an act: with its signatures, in their order, and its document. */
export async function signedMessage<Name extends ActName>(
  offer: ActOffer<Name>,
): Promise<ReturnType<typeof actMessage>> {
  const { deployment } = await offer.principal.client.identity();
  const file = await signAll(createActFile(deployment, offer.name, offer.act, offer.salted), offer);
  return actMessage(
    file,
    file.signers.map((part) => signingPrincipal(part, offer).accounts[part.role]),
  );
}

async function signAll(unsigned: ActFile, offer: Parties): Promise<ActFile> {
  let file = unsigned;
  for (const [index, part] of unsigned.signers.entries()) {
    const by = signingPrincipal(part, offer);
    const signers = (index === 0 ? offer.signers : undefined) ?? by.signers[part.role];
    for (const signer of signers) file = addSignature(file, part, await by.privateKey(signer));
  }
  return file;
}

type Parties = Pick<ActOffer<ActName>, 'principal' | 'other' | 'signers'>;

function signingPrincipal({ department }: SigningParty, { principal, other = principal }: Parties): Principal {
  return department === principal.department.id ? principal : other;
}

/** Posts again while the act is pending or the gateway cannot serve: it takes an act once, however often it is posted. */
async function untilSettled(post: () => Promise<JsonAnswer>): Promise<unknown> {
  const deadline = performance.now() + SETTLE_MS;
  for (;;) {
    const answer = await post().catch((error: unknown) => {
      if (!isUnavailable(error) || performance.now() > deadline) throw error;
      return null;
    });
    if (answer !== null && (answer.status !== 202 || performance.now() > deadline)) return answer.body;
    await sleep(POST_AGAIN_MS);
  }
}

function isUnavailable(error: unknown): boolean {
  return error instanceof CliError && error.facts['status'] === 503;
}
