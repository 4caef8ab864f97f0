import { z } from 'zod';

import type { ActName } from '../../ledger/acts/act-definitions.ts';
import { decodeRevert } from '../../ledger/acts/decode-revert.ts';
import { encodeActCall } from '../../ledger/acts/encode-act-call.ts';
import { type ActOffer, signedMessage } from './carry-act.ts';
import { StoryError } from './story-error.ts';

const messageSchema = z.looseObject({ signatures: z.array(z.string()) });
const answerSchema = z.object({ error: z.object({ data: z.string().optional() }).optional() });

/**
 * The error with which the contract itself refuses an act, asked of the node without the gateway, which would refuse
 * some of them before.
 * @throws StoryError UNEXPECTED_ANSWER when the contract would take it
 */
export async function refusalOfLedger<Name extends ActName>(url: string, offer: ActOffer<Name>): Promise<string> {
  const { deployment } = await offer.principal.client.identity();
  const { signatures } = messageSchema.parse(await signedMessage(offer));
  const call = encodeActCall(deployment, offer.name, offer.act, signatures);
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_call', params: [call, 'latest'] }),
  });
  const { error } = answerSchema.parse(await response.json());
  const revert = decodeRevert(error?.data ?? '');
  if (revert === null) throw new StoryError('UNEXPECTED_ANSWER', `The ledger would take ${offer.name}`);
  return revert.name;
}
