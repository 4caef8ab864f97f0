import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { Journal } from '../../gateway/receipts/journal.ts';
import { openDatabase } from '../../gateway/stores/database.ts';
import { NonceStore } from '../../gateway/stores/nonce-store.ts';
import { makeKeyId } from '../gateway/stores/store-factory.ts';

/** Lets files of this process grow to a limit only, as a full disk would, again and again. Run by disk-full.test.ts. */
const [folder = '', countText = ''] = process.argv.slice(2);
const count = Number(countText);
const WIDTH = 5;
const MAX_WRITES = 5_000;

interface Injection {
  readonly kind: 'journal' | 'store';
  readonly answered: number;
  readonly refusedWith: readonly string[];
  /** What was answered before the disk was full and is not there after it. */
  readonly lost: number;
  /** Whether the store works again once there is room. */
  readonly recovered: boolean;
}

/** Bytes that a file may have; the limit of the process that `prlimit` sets, its hard limit stays. */
function limitFiles(bytes: number | 'unlimited'): void {
  execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${String(bytes)}:`]);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

/** Calls `write` in small crowds until one is refused. */
async function writeUntilFull(
  write: (name: string) => Promise<unknown>,
): Promise<{ answered: string[]; codes: string[] }> {
  const answered: string[] = [];
  const codes: string[] = [];
  for (let next = 0; next < MAX_WRITES && codes.length === 0; next += WIDTH) {
    const names = Array.from({ length: WIDTH }, (_, index) => `r${String(next + index)}`);
    for (const [index, result] of (await Promise.allSettled(names.map(write))).entries()) {
      if (result.status === 'fulfilled') answered.push(names[index] ?? '');
      else codes.push(codeOf(result.reason));
    }
  }
  return { answered, codes };
}

async function fillJournal(path: string, limit: number): Promise<Injection> {
  const journal = await Journal.open({ folder: path, maxSegmentBytes: 3_000 });
  limitFiles(limit);
  const { answered, codes } = await writeUntilFull((name) => journal.refuse(name, () => ({ filler: 'x'.repeat(50) })));
  const late = await journal.refuse('late', () => ({})).catch(codeOf);
  await journal.stop();
  limitFiles('unlimited');
  const again = await Journal.open({ folder: path });
  const found = new Set<string>();
  for await (const { line } of again.entries()) found.add(line.receiptId);
  const recovered = (await again.refuse('after', () => ({}))).leaf === found.size;
  await again.stop();
  const lost = answered.filter((name) => !found.has(name)).length;
  return {
    kind: 'journal',
    answered: answered.length,
    refusedWith: [...codes, typeof late === 'string' ? late : 'ACCEPTED'],
    lost,
    recovered,
  };
}

async function fillStore(path: string, limit: number): Promise<Injection> {
  const url = join(path, 'store.sqlite');
  const db = await openDatabase(url);
  const nonces = new NonceStore(db);
  limitFiles(limit);
  const { answered, codes } = await writeUntilFull((name) => nonces.claim(makeKeyId(), `${name}${'x'.repeat(200)}`, 9));
  limitFiles('unlimited');
  await db.destroy();
  const again = await openDatabase(url);
  const claims = new NonceStore(again);
  const claimed = await Promise.all(answered.map((name) => claims.claim(makeKeyId(), `${name}${'x'.repeat(200)}`, 9)));
  const recovered = await claims.claim(makeKeyId(), 'after', 9);
  await again.destroy();
  return {
    kind: 'store',
    answered: answered.length,
    refusedWith: codes,
    lost: claimed.filter(Boolean).length,
    recovered,
  };
}

const injections: Injection[] = [];
for (let index = 0; index < count; index += 1) {
  const path = join(folder, String(index));
  mkdirSync(path);
  // Limits that end in the middle of a line, of a header and between two.
  injections.push(
    index % 5 === 4 ? await fillStore(path, 400_000 + index * 4_096) : await fillJournal(path, 700 + index * 97),
  );
}
process.stdout.write(JSON.stringify(injections));
