import type { JsonObject } from '../../../../ledger/json/strict-json.ts';
import { decodeLog, type Log } from '../../../../verifier/ledger/entry.ts';
import { encodeLines } from '../../../verifier/evidence-bundle.ts';
import { finish, type Target } from '../../../verifier/tampering.ts';
import { type Lines, rehashed, withWord, wordOf } from './edit-history.ts';
import type { VectorFolder } from './vector-folder.ts';

/** Words of a `Step`, and what stands behind it. */
const STEP = { nonce: 6, expiresAt: 7, dueAt: 8 };

/** What an exporter can invent with its key and without those of departments: heads are computed anew. */
export async function writeForgedHistories(folder: VectorFolder, target: Target): Promise<void> {
  const body = target.values.slice(0, -1);
  const step = body.findIndex((line) => nameOf(line) === 'GrantDelivered');
  const mark = step + 1;
  const forged: Readonly<Record<string, readonly [string, Lines]>> = {
    'deadline-invented': ['TRANSITION_ILLEGAL', withStep(body, step, STEP.dueAt, 1n)],
    'nonce-of-another-act': ['NONCE_USED', withStep(body, step, STEP.nonce, wordOf(body[step]!, STEP.nonce) + 1n)],
    'act-recorded-after-its-expiry': ['ACT_EXPIRED', withStep(body, step, STEP.expiresAt, 1n)],
    'step-about-another-grant': ['ID_MISMATCH', rehashed(withTopic(body, step, 1, `0x${'21'.repeat(32)}`))],
    'digest-of-another-act': ['DIGEST_MISMATCH', withTopic(body, mark, 2, `0x${'22'.repeat(32)}`)],
    'signer-of-another-department': ['SIGNER_MISMATCH', withSigner(body, mark)],
    'signature-forged': ['SIGNATURE_INVALID', withSignature(body, mark)],
    'anchored-twice': ['ANCHOR_ILLEGAL', withAnchorTwice(body)],
  };
  for (const [name, [expected, lines]] of Object.entries(forged)) {
    await folder.defective(name, finish(target, encodeLines(lines), 'signed'), expected);
  }
}

function nameOf(line: JsonObject): string {
  if (line['type'] !== 'log') return '';
  const decoded = decodeLog(line as unknown as Log);
  return decoded?.kind === 'entry' ? decoded.name : (decoded?.kind ?? '');
}

function withStep(lines: Lines, at: number, word: number, value: bigint): Lines {
  return rehashed(lines.with(at, withWord(lines[at]!, word, value)));
}

function withTopic(lines: Lines, at: number, topic: number, value: string): Lines {
  const topics = lines[at]!['topics'] as readonly string[];
  return lines.with(at, { ...lines[at]!, topics: topics.with(topic, value) });
}

/** `signer` and `signature` are behind two offsets, each with its length before it. */
function withSigner(lines: Lines, at: number): Lines {
  const other = lines.find((line, index) => index !== at && nameOf(line) === 'signed')!;
  const own = (lines[at]!['data'] as string).slice(2 + 3 * 64, 2 + 4 * 64);
  const word = (other['data'] as string).slice(2 + 3 * 64, 2 + 4 * 64);
  if (own === word) throw new TypeError('Both were signed by one account');
  return lines.with(at, { ...lines[at]!, data: (lines[at]!['data'] as string).replace(own, word) });
}

function withSignature(lines: Lines, at: number): Lines {
  const data = lines[at]!['data'] as string;
  const place = 2 + 5 * 64 + 10;
  const digit = data.charAt(place) === '0' ? '1' : '0';
  return lines.with(at, { ...lines[at]!, data: data.slice(0, place) + digit + data.slice(place + 1) });
}

function withAnchorTwice(lines: Lines): Lines {
  const at = lines.findIndex((line) => nameOf(line) === 'anchor');
  return lines.toSpliced(at, 0, lines[at]!);
}
