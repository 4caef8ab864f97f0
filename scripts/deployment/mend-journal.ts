import { join } from 'node:path';

import { z } from 'zod';

import { callChain, readBlockNumber } from '../embedded/json-rpc.ts';
import { readIfPresent, writeAtomically } from '../../gateway/stores/durable-file.ts';

const JOURNAL = 'journal.jsonl';

const confirmed = z.object({ hash: z.string() });
const step = z.object({ futureId: z.string(), networkInteractionId: z.number(), nonce: z.number() });
const entrySchema = z.looseObject({ type: z.string() });
type Entry = z.output<typeof entrySchema>;

/** One transaction that the journal announces: no other has this key. */
function keyOf(entry: Entry): string {
  const { futureId, networkInteractionId } = step.parse(entry);
  return `${futureId}:${String(networkInteractionId)}`;
}

/**
 * Ignition writes that it will send, sends, and writes the hash. Stopped in between it asks a person to look up the
 * hash. We ask the chain: what it took is entered with its hash, what it never saw is struck out and sent again.
 * @param since first block in which the deployer can have sent anything
 */
export async function mendJournal(
  deploymentDir: string,
  rpcUrl: string,
  deployer: string,
  since: number,
): Promise<void> {
  const path = join(deploymentDir, JOURNAL);
  const text = (await readIfPresent(path))?.toString();
  if (text === undefined) return;
  const entries = parseEntries(text);
  const sent = new Set(entries.filter(({ type }) => type === 'TRANSACTION_SEND').map(keyOf));
  const mended: Entry[] = [];
  for (const entry of entries) {
    const isOpen = entry.type === 'TRANSACTION_PREPARE_SEND' && !sent.has(keyOf(entry));
    mended.push(...(isOpen ? await settle(entry, rpcUrl, deployer, since) : [entry]));
  }
  const lines = mended.map((entry) => `\n${JSON.stringify(entry)}`).join('');
  if (lines !== text) await writeAtomically(path, lines);
}

/**
 * Whether the journal tells of a transaction that the chain has never seen: a dev chain that was restored from an older
 * state. Nothing can rest on a deployment that never ended, so it may begin anew.
 */
export async function isJournalLost(deploymentDir: string, rpcUrl: string): Promise<boolean> {
  const text = (await readIfPresent(join(deploymentDir, JOURNAL)))?.toString() ?? '';
  const last = parseEntries(text).findLast(({ type }) => type === 'TRANSACTION_CONFIRM');
  if (last === undefined) return false;
  const { hash } = confirmed.parse(last);
  return (await callChain(rpcUrl, 'eth_getTransactionByHash', [hash])) === null;
}

/** The last line may be torn; whatever it said is asked of the chain again. */
function parseEntries(text: string): Entry[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.flatMap((line, index) => {
    try {
      return [entrySchema.parse(JSON.parse(line))];
    } catch (error) {
      if (index === lines.length - 1) return [];
      throw error;
    }
  });
}

async function settle(entry: Entry, rpcUrl: string, deployer: string, since: number): Promise<Entry[]> {
  const { nonce, futureId, networkInteractionId } = step.parse(entry);
  const hash = await findTransaction(rpcUrl, deployer, nonce, since);
  if (hash === null) return [];
  const transaction = { fees: { gasPrice: { _kind: 'bigint', value: '0' } }, hash };
  return [entry, { futureId, networkInteractionId, nonce, transaction, type: 'TRANSACTION_SEND' }];
}

const blockSchema = z.object({
  transactions: z.array(z.object({ from: z.string(), nonce: z.string(), hash: z.string() })),
});

async function findTransaction(rpcUrl: string, sender: string, nonce: number, since: number): Promise<string | null> {
  const latest = await readBlockNumber(rpcUrl);
  for (let number = since; number <= latest; number += 1) {
    const answer = await callChain(rpcUrl, 'eth_getBlockByNumber', [`0x${number.toString(16)}`, true]);
    const { transactions } = blockSchema.parse(answer);
    const found = transactions.find((sent) => sent.from === sender.toLowerCase() && Number(sent.nonce) === nonce);
    if (found !== undefined) return found.hash;
  }
  return null;
}
