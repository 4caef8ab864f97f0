import { type Interface, type LogDescription, verifyTypedData } from 'ethers';

import { ACTS } from '../../../ledger/acts/act-definitions.ts';
import { actDomain } from '../../../ledger/acts/act-digest.ts';
import { structFields } from '../../../ledger/acts/chain-form.ts';
import { CONTRACT_INTERFACES } from '../../../ledger/acts/contract-interfaces.ts';
import type { EvidenceLineOf } from '../../../ledger/evidence/evidence-line.ts';
import { parseLine } from '../../../verifier/bundle/parse-line.ts';
import { readLines } from '../../../verifier/bundle/read-lines.ts';
import { BenchError } from '../bench-error.ts';
import { chunksOf, cpuSecondsOf, peakMebibytes } from './chunks.ts';

type Header = EvidenceLineOf<'header'>;
type Log = EvidenceLineOf<'log'>;

/**
 * Replays acts of a bundle as one would with ethers alone: `parseLog` for each log, `verifyTypedData` for each signature.
 * No rules, no history heads, no canonical form, no file hash; reading and parsing lines is not counted.
 */
const NAMES: ReadonlyMap<string, 'registerAccessKey' | 'submitRequest'> = new Map([
  ['AccessKeyRegistered', 'registerAccessKey'],
  ['ShareRequested', 'submitRequest'],
]);
/** So many of them run before the clock does. */
const WARM_UP = 20;

async function readActs(path: string, count: number): Promise<{ header: Header; acts: readonly (readonly Log[])[] }> {
  let header: Header | null = null;
  const acts: Log[][] = [];
  let open: Log[] | null = null;
  for await (const { bytes } of readLines(chunksOf(path))) {
    const { line } = { line: null, ...parseLine(bytes) };
    if (line?.type === 'header') header = line;
    if (line?.type !== 'log') continue;
    const event = interfaceOf(line).getEvent(line.topics[0] ?? '')?.name ?? '';
    if (event === 'ActSigned') {
      open?.push(line);
      continue;
    }
    if (acts.length === count + WARM_UP) break;
    open = NAMES.has(event) ? [line] : null;
    if (open !== null) acts.push(open);
  }
  if (header === null || acts.length < count) throw new BenchError('SETUP_FAILED', 'Too few acts');
  return { header, acts };
}

function interfaceOf({ contract }: Log): Interface {
  return CONTRACT_INTERFACES[contract];
}

function replay({ deployment }: Header, [entry, ...marks]: readonly Log[]): void {
  const act = entry === undefined ? null : interfaceOf(entry).parseLog(entry);
  const name = NAMES.get(act?.name ?? '');
  if (act === null || name === undefined) throw new BenchError('SETUP_FAILED', 'No act');
  const { contract, primaryType, schema } = ACTS[name];
  const fields = structFields(schema);
  const domain = actDomain(deployment, contract);
  const value = valueOf(act, fields);
  for (const mark of marks) {
    const signed = interfaceOf(mark).parseLog(mark)?.args.toObject() ?? {};
    const account = verifyTypedData(domain, { [primaryType]: fields }, value, String(signed['signature']));
    if (account.toLowerCase() !== signed['signer']) throw new BenchError('REQUEST_FAILED', 'Another signer');
  }
}

function valueOf({ args }: LogDescription, fields: readonly { readonly name: string }[]): Record<string, unknown> {
  const members: unknown = args.getValue('act');
  const list: readonly unknown[] = Array.isArray(members) ? members : [];
  return Object.fromEntries(fields.map(({ name }, index) => [name, list[index]]));
}

const [, , path = '', count = '0'] = process.argv;
const { header, acts } = await readActs(path, Number(count));
for (const act of acts.slice(0, WARM_UP)) replay(header, act);
const measured = acts.slice(WARM_UP);
const cpuSeconds = cpuSecondsOf(() => {
  for (const act of measured) replay(header, act);
});
process.stdout.write(`${JSON.stringify({ acts: measured.length, cpuSeconds, peakMebibytes: peakMebibytes() })}\n`);
