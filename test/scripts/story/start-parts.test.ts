import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { deploymentPath } from '../../../scripts/deploy.ts';
import { createJsonNarrator } from '../../../scripts/story/narrator.ts';
import { startParts, type Parts } from '../../../scripts/story/start-parts.ts';

/** The first start may compile the contracts. */
const START_TIMEOUT_MS = 300_000;

let folder: string;
let stack: AsyncDisposableStack;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dxl-parts-'));
});
afterEach(async () => {
  await stack.disposeAsync();
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<Parts> {
  stack = new AsyncDisposableStack();
  const narrator = createJsonNarrator(() => undefined);
  return await startParts({ folder, port: 0, acceptHistoryLoss: false, narrator, stack, onPartEnded: () => undefined });
}

/** Ends the chain the hard way as soon as the deployment file is there. */
async function killWhenRecorded(isOver: () => boolean): Promise<void> {
  while (!existsSync(deploymentPath(folder)) && !isOver()) await nextTurn();
  const { pid } = JSON.parse(readFileSync(join(folder, 'chain', 'anvil.pid.json'), 'utf8')) as { pid: number };
  process.kill(pid, 'SIGKILL');
}

it(
  'finds its ledger when the chain was killed right after the deployment was recorded',
  async () => {
    let isOver = false;
    const first = start().finally(() => (isOver = true));
    await Promise.allSettled([first, killWhenRecorded(() => isOver)]);
    await stack.disposeAsync();
    const recorded = readFileSync(deploymentPath(folder), 'utf8');

    const parts = await start();
    expect(parts.chain.resumedAt).toBeGreaterThan(0);
    expect(readFileSync(deploymentPath(folder), 'utf8')).toBe(recorded);
  },
  START_TIMEOUT_MS,
);
