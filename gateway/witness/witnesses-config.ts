import { z } from 'zod';

import { parseGatewayId } from '../../ledger/ids.ts';
import type { GatewayId } from '../../ledger/ids.ts';
import { readLocalFile } from '../config/local-file.ts';
import { outgoingAddressMembers, requireHttps } from '../sources/outgoing-address.ts';
import type { OutgoingAddress } from '../sources/outgoing-address.ts';

/** Everybody who reads notes takes 16 signatures (C2SP signed-note), and two of them are the gateway's own. */
const MAX_WITNESSES = 14;
const GATEWAY_ID = /^0x[0-9a-f]{64}$/;

const witnessSchema = z
  .strictObject({
    /** The id of the gateway that cosigns; the ledger has its key. */
    gateway: z.string().regex(GATEWAY_ID, 'is no id of a gateway'),
    ...outgoingAddressMembers,
  })
  .superRefine(requireHttps);

/** The local witnesses file: who is asked to cosign the log of this gateway, and where. */
const witnessesFileSchema = z
  .strictObject({ witnesses: z.array(witnessSchema).max(MAX_WITNESSES) })
  .superRefine(({ witnesses }, context) => {
    for (const [index, { gateway }] of witnesses.entries()) {
      if (witnesses.findIndex((other) => other.gateway === gateway) === index) continue;
      context.addIssue({ code: 'custom', path: ['witnesses', index, 'gateway'], message: 'is there twice' });
    }
  });

/** A gateway that is asked; `url` is its submission prefix, which `/add-checkpoint` is added to. */
export interface WitnessAddress extends OutgoingAddress {
  readonly gateway: GatewayId;
}

/** @throws ConfigError WITNESSES_INVALID or FILE_UNREADABLE with every problem */
export function readWitnessesConfig(path: string): readonly WitnessAddress[] {
  const file = { variable: 'DXL_WITNESSES', path, schema: witnessesFileSchema, code: 'WITNESSES_INVALID' } as const;
  return readLocalFile(file).witnesses.map((witness) => ({ ...witness, gateway: parseGatewayId(witness.gateway) }));
}
