import type { JsonObject } from '../../../../ledger/json/strict-json.ts';
import { encodeLines } from '../../../verifier/evidence-bundle.ts';
import { finish, type Target } from '../../../verifier/tampering.ts';
import type { Lines } from './edit-history.ts';
import type { VectorFolder } from './vector-folder.ts';

type Change = (lines: Lines) => readonly unknown[];

/** What somebody without the exporter's key can do to a file. */
export async function writeChangedFiles(folder: VectorFolder, target: Target): Promise<void> {
  const body = target.values.slice(0, -1);
  const logAt = (nth: number): number => body.findIndex(({ type }) => type === 'log') + nth;
  const lastOf = (type: string): number => body.findLastIndex((line) => line['type'] === type);
  const changes: Readonly<Record<string, readonly [string, Change]>> = {
    'entry-dropped': ['HISTORY_GAP', (lines) => lines.toSpliced(logAt(3), 1)],
    'entries-swapped': ['LOG_ORDER', (lines) => lines.with(logAt(0), lines[logAt(1)]!).with(logAt(1), lines[logAt(0)]!)],
    'act-changed': ['HISTORY_HEAD_MISMATCH', (lines) => withDigit(lines, lastOf('log') - 1)],
    'signature-dropped': ['SIGNATURE_MISSING', (lines) => lines.toSpliced(lastOf('log'), 1)],
    'signature-doubled': ['SIGNATURE_UNEXPECTED', (lines) => lines.toSpliced(lastOf('log'), 0, lines[lastOf('log')]!)],
    'head-changed': ['HISTORY_INCOMPLETE', (lines) => lines.with(2, withHead(lines[2]!))],
    'event-of-another-contract': ['LOG_UNKNOWN', (lines) => changed(lines, logAt(0), { contract: 'CaseBook' })],
    'signature-with-a-byte-behind': ['LOG_MALFORMED', (lines) => withDataBehind(lines, lastOf('log'))],
    'receipt-dropped': ['SCOPE_INCOMPLETE', (lines) => lines.slice(0, -1)],
    'receipt-rows-changed': ['RECEIPT_NOT_INCLUDED', (lines) => lines.with(-1, withReceipt(lines.at(-1)!, { rows: 9 }))],
    'receipt-that-ends-before-it-begins': [
      'RECEIPT_INVALID',
      (lines) => lines.with(-1, withReceipt(lines.at(-1)!, { closedAt: 1 })),
    ],
    'receipts-swapped': ['LINE_ORDER', (lines) => [...lines.slice(0, -2), lines.at(-1), lines.at(-2)]],
    'proof-in-a-complete-log': ['LINE_INVALID', (lines) => lines.with(-1, { ...lines.at(-1), proof: [] })],
    'context-changed': ['CONTEXT_MISMATCH', (lines) => lines.with(-1, withContext(lines.at(-1)!))],
    'checkpoint-root-changed': ['CHECKPOINT_INVALID', (lines) => withNote(lines, lastOf('checkpoint'))],
    'document-dropped': ['SCOPE_INCOMPLETE', (lines) => lines.toSpliced(lastOf('document'), 1)],
    'document-invented': ['DOCUMENT_UNKNOWN', (lines) => lines.toSpliced(lastOf('document') + 1, 0, INVENTED)],
    'document-changed': ['DOCUMENT_HASH_MISMATCH', (lines) => withDocument(lines, lastOf('document'))],
    'documents-swapped': [
      'LINE_ORDER',
      (lines) =>
        lines.with(lastOf('document'), lines[lastOf('document') - 1]!).with(lastOf('document') - 1, lines[lastOf('document')]!),
    ],
    'contract-elsewhere': ['DEPLOYMENT_MISMATCH', (lines) => lines.with(0, withContract(lines[0]!))],
    'scope-of-no-grant': ['SCOPE_UNKNOWN', (lines) => changed(lines, 0, { scope: NO_GRANT })],
    'range-of-nothing': ['LINE_INVALID', (lines) => changed(lines, 0, { scope: { ...EMPTY_RANGE, gateway: target.gateway.id } })],
    'receipt-before-header': ['LINE_ORDER', (lines) => [lines[0], lines.at(-1), ...lines.slice(1)]],
    'member-added': ['LINE_INVALID', (lines) => changed(lines, 1, { note: 1 })],
    'seal-for-profile-dev': ['FINALITY_NOT_PROVED', (lines) => changed(lines, 1, { seal: { header: '0x' } })],
    'number-with-fraction': ['LINE_NOT_CANONICAL', (lines) => changed(lines, 1, { timestamp: 0.5 })],
  };
  for (const [name, [expected, change]] of Object.entries(changes)) {
    await folder.defective(name, finish(target, encodeLines(change(body)), 'recomputed'), expected);
  }
  await writeChangedBytes(folder, target);
}

async function writeChangedBytes(folder: VectorFolder, target: Target): Promise<void> {
  const { bytes, values } = target;
  const body = values.slice(0, -1);
  const cut = body.toSpliced(-1, 1);
  await folder.defective('end-kept', finish(target, encodeLines(cut), 'kept'), 'BUNDLE_ALTERED');
  await folder.defective('end-missing', bytes.subarray(0, bytes.lastIndexOf(0x0a, -2) + 1), 'BUNDLE_TRUNCATED');
  await folder.defective('end-without-line-feed', bytes.subarray(0, -1), 'BUNDLE_TRUNCATED');
  await folder.defective('bytes-behind-the-end', Buffer.concat([bytes, Buffer.from(' ')]), 'LINE_ORDER');
  await folder.defective('end-signature-reused', finish(target, encodeLines(cut), 'recomputed'), 'EXPORT_SIGNATURE');
  const text = bytes.toString();
  await folder.defective('member-twice', Buffer.from(text.replace('{"hash"', '{"hash":"0x","hash"')), 'LINE_NOT_CANONICAL');
  await folder.defective('member-of-the-prototype', Buffer.from(text.replace('{"hash"', '{"__proto__":1,"hash"')), 'LINE_NOT_CANONICAL');
  const broken = Buffer.from(bytes);
  broken[text.indexOf('"timestamp"') + 1] = 0xff;
  await folder.defective('not-utf-8', broken, 'LINE_NOT_CANONICAL');
  const first = bytes.subarray(0, bytes.indexOf(0x0a) + 1);
  await folder.defective('nested-too-deeply', Buffer.concat([first, Buffer.from(`${'['.repeat(40)}\n`)]), 'LINE_NOT_CANONICAL');
  await folder.defective('header-with-a-space', Buffer.from(text.replace(':', ': ')), 'cannot-check');
  await folder.defective('header-without-scope', headerWithout(text), 'LINE_INVALID');
  await folder.defective('empty', Buffer.alloc(0), 'cannot-check');
}

const INVENTED = { type: 'document', hash: `0x${'12'.repeat(32)}`, salt: null, document: null };
const NO_GRANT = { kind: 'grant', grantId: `0x${'13'.repeat(32)}` };
const EMPTY_RANGE = { kind: 'range', first: 2, end: 2 };

function changed(lines: Lines, at: number, members: JsonObject): Lines {
  return lines.with(at, { ...lines[at]!, ...members });
}

/** Another digit in the middle of an entry. */
function withDigit(lines: Lines, at: number): Lines {
  const data = lines[at]!['data'] as string;
  const place = data.length - 3 * 64 - 1;
  const digit = data.charAt(place) === '0' ? '1' : '0';
  return changed(lines, at, { data: data.slice(0, place) + digit + data.slice(place + 1) });
}

function withDataBehind(lines: Lines, at: number): Lines {
  return changed(lines, at, { data: `${lines[at]!['data'] as string}00` });
}

function withHead(line: JsonObject): JsonObject {
  const contracts = line['contracts'] as JsonObject;
  return { ...line, contracts: { ...contracts, CaseBook: { seq: 1, head: `0x${'11'.repeat(32)}` } } };
}

function withReceipt(line: JsonObject, members: JsonObject): JsonObject {
  return { ...line, receipt: { ...(line['receipt'] as JsonObject), ...members } };
}

function withContext(line: JsonObject): JsonObject {
  return { ...line, context: { ...(line['context'] as JsonObject), purpose: 'OTHER' } };
}

function withNote(lines: Lines, at: number): Lines {
  const [origin, size, root, ...rest] = (lines[at]!['note'] as string).split('\n');
  const other = `${root!.startsWith('A') ? 'B' : 'A'}${root!.slice(1)}`;
  return changed(lines, at, { note: [origin, size, other, ...rest].join('\n') });
}

function withDocument(lines: Lines, at: number): Lines {
  const document = lines[at]!['document'] as JsonObject;
  return changed(lines, at, { document: { ...document, findings: '另有情况' } });
}

function withContract(line: JsonObject): JsonObject {
  const deployment = line['deployment'] as JsonObject;
  const contracts = { ...(deployment['contracts'] as JsonObject), CaseBook: `0x${'14'.repeat(20)}` };
  return { ...line, deployment: { ...deployment, contracts } };
}

function headerWithout(text: string): Buffer {
  const [first = '', ...rest] = text.split('\n');
  const header = Object.entries(JSON.parse(first) as JsonObject).filter(([name]) => name !== 'scope');
  return Buffer.concat([encodeLines([Object.fromEntries(header)]), Buffer.from(rest.join('\n'))]);
}
