import { z } from 'zod';

import { readLocalFile } from '../config/local-file.ts';
import { outgoingAddressMembers, requireHttps } from '../sources/outgoing-address.ts';
import type { OutgoingAddress } from '../sources/outgoing-address.ts';
import { encodeOid } from './der.ts';

const authoritySchema = z
  .strictObject({
    ...outgoingAddressMembers,
    /** Under which policy the authority is to stamp; its own choice where it is null. */
    policy: z
      .string()
      .refine((policy) => encodeOid(policy) !== null, 'is no object identifier')
      .nullable()
      .default(null),
  })
  .superRefine(requireHttps);

/** The time stamp authority (RFC 3161) that is asked over HTTP. */
export interface TimestampAuthority extends OutgoingAddress {
  readonly policy: string | null;
}

/** @throws ConfigError TIMESTAMP_INVALID or FILE_UNREADABLE with every problem */
export function readTimestampConfig(path: string): TimestampAuthority {
  return readLocalFile({ variable: 'DXL_TIMESTAMP', path, schema: authoritySchema, code: 'TIMESTAMP_INVALID' });
}
