import { LineOrder } from './bundle/line-order.ts';
import { isHeader, parseLine } from './bundle/parse-line.ts';
import { type RawLine, readLines } from './bundle/read-lines.ts';
import { BundleVerification, type VerifyOptions } from './bundle-verification.ts';
import type { BundleReport } from './report.ts';

/**
 * Verifies an evidence bundle, and believes neither it nor whoever made it: the replay of the ledger with every
 * signature, documents, receipts, decisions, confirmations and copies, and finality by profile.
 *
 * Reads the bytes once and keeps the state of the ledger, nothing for each receipt.
 *
 * @param onLine called with the number of each line that was read
 */
export async function verifyBundle(
  chunks: AsyncIterable<Uint8Array>,
  options: VerifyOptions,
  onLine: (line: number) => void = () => undefined,
): Promise<BundleReport> {
  const verification = new BundleVerification(options);
  const order = new LineOrder();
  let isBundle = false;
  let isStopped = false;
  for await (const raw of readLines(chunks)) {
    if (raw.line === 1) isBundle = isHeader(raw.bytes);
    isStopped = !isBundle || !takeLine(raw, order, verification);
    if (isStopped) break;
    onLine(raw.line);
  }
  if (!isBundle) verification.obstacles.push('NOT_A_BUNDLE');
  else if (!order.isEnded && !isStopped) verification.findings.add('BUNDLE_TRUNCATED', verification.end.lines + 1);
  return verification.report();
}

/** False when nothing behind this line can be believed to mean what it says. */
function takeLine({ line, bytes, problem }: RawLine, order: LineOrder, verification: BundleVerification): boolean {
  const { findings, end } = verification;
  if (order.isEnded) {
    findings.add('LINE_ORDER', line);
    return false;
  }
  if (problem !== null) {
    findings.add(problem, line);
    return false;
  }
  const parsed = parseLine(bytes);
  if (parsed.code !== null) {
    findings.add(parsed.code, line, null, parsed.facts);
    return false;
  }
  if (!order.take(parsed.line.type)) {
    findings.add('LINE_ORDER', line, null, { type: parsed.line.type });
    return false;
  }
  if (parsed.line.type !== 'end') end.count(bytes);
  verification.take(line, parsed.line);
  return !findings.isStopped;
}
