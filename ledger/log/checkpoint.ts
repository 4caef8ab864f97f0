import { type GatewayId, parseBytes32 } from '../ids.ts';
import { isTreeHead, isTreeSize, type TreeHead } from './merkle-tree.ts';
import { noteMalformed } from './note-malformed.ts';
import { isNoteName } from './note-name.ts';
import { decodeBase64, encodeBase64 } from './strict-base64.ts';

/** A tree head with the log that it is of (C2SP tlog-checkpoint): the text of a signed note. */
export interface Checkpoint extends TreeHead {
  readonly origin: string;
}

const ORIGIN_PREFIX = 'dxl/receipts/';
const GATEWAY_ORIGIN = /^dxl\/receipts\/(0x[0-9a-f]{64})$/;
const DECIMAL = /^(?:0|[1-9][0-9]{0,15})$/;

/** The origin of a gateway's log, which is also the name of the key that signs its checkpoints. */
export function logOrigin(gateway: GatewayId): string {
  return `${ORIGIN_PREFIX}${gateway}`;
}

/** @throws LedgerError NOTE_MALFORMED unless `origin` is that of a gateway's log */
export function gatewayOfOrigin(origin: string): GatewayId {
  const [, gateway] = GATEWAY_ORIGIN.exec(origin) ?? [];
  if (gateway === undefined) throw noteMalformed('ORIGIN');
  return parseBytes32<GatewayId>(gateway);
}

/** @throws LedgerError NOTE_MALFORMED for what `parseCheckpoint` would refuse */
export function formatCheckpoint(checkpoint: Checkpoint): string {
  if (!isNoteName(checkpoint.origin)) throw noteMalformed('ORIGIN');
  if (!isTreeSize(checkpoint.size)) throw noteMalformed('SIZE');
  if (!isTreeHead(checkpoint)) throw noteMalformed('ROOT');
  return `${checkpoint.origin}\n${checkpoint.size}\n${encodeBase64(checkpoint.root)}\n`;
}

/**
 * Reads origin, size and root. Attacker-controlled. Stricter than the specification: the origin is a key name, no size
 * beyond 2^53 - 1, and no extension lines, which nobody could audit.
 * @throws LedgerError NOTE_MALFORMED with `details.reason`
 */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin, sizeText, rootText, end, ...more] = text.split('\n');
  if (origin === undefined || !isNoteName(origin)) throw noteMalformed('ORIGIN');
  if (sizeText === undefined) throw noteMalformed('SIZE');
  const size = parseDecimal(sizeText);
  if (size === null) throw noteMalformed('SIZE');
  const root = rootText === undefined ? null : decodeBase64(rootText);
  if (root === null || !isTreeHead({ size, root })) throw noteMalformed('ROOT');
  if (end !== '' || more.length > 0) throw noteMalformed('EXTENSION');
  return { origin, size, root };
}

/** Null unless `text` is the one decimal spelling of a number of leaves. */
export function parseDecimal(text: string): number | null {
  if (!DECIMAL.test(text)) return null;
  const size = Number(text);
  return isTreeSize(size) ? size : null;
}
