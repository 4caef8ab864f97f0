import { z } from 'zod';

import { cidrProblem } from './address-guard.ts';
import { filePathSchema, noProblem } from './config-terms.ts';
import { placeholdersOf, urlProblem } from './url-template.ts';

/** Plain text stays on this host. */
const LOOPBACK_HOST = /^(127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Where this gateway posts to, under the rules that hold for sources. */
export interface OutgoingAddress {
  readonly url: string;
  readonly allowedCidrs: readonly string[];
  readonly allowLoopback: boolean;
  readonly caFile: string | null;
}

/** The members of an {@link OutgoingAddress} in a local file; `requireHttps` belongs to them. */
export const outgoingAddressMembers = {
  url: z.string().max(2048).superRefine(noProblem(fixedUrlProblem)),
  /** Where the other side stands, as for a source. */
  allowedCidrs: z
    .array(z.string().superRefine(noProblem(cidrProblem)))
    .min(1)
    .max(64),
  /** Lets loopback be listed, and `http` to it: for development and tests. */
  allowLoopback: z.boolean().default(false),
  /** PEM certificates to trust instead of the system's. */
  caFile: filePathSchema.nullable().default(null),
} as const;

export function requireHttps({ url, allowLoopback }: OutgoingAddress, context: z.RefinementCtx): void {
  if (!url.startsWith('http://')) return;
  if (allowLoopback && URL.canParse(url) && LOOPBACK_HOST.test(new URL(url).hostname)) return;
  context.addIssue({ code: 'custom', path: ['url'], message: 'must begin with https://' });
}

function fixedUrlProblem(url: string): string | null {
  return placeholdersOf(url).length > 0 || /[{}]/.test(url) ? 'must not hold braces' : urlProblem(url);
}
