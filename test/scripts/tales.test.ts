import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { TALE_NAMES } from '../../scripts/story/tales/tales.ts';

const ROOT = join(import.meta.dirname, '..', '..');
/** The start may compile the contracts, on a machine that runs other tests as well. */
const STORY_TIMEOUT_MS = 900_000;
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

const stepSchema = z.object({
  type: z.string(),
  name: z.string().optional(),
  facts: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});

const run = promisify(execFile);
let steps: ReadonlyMap<string, Readonly<Record<string, string | number>>>;

/** All ten stories on one ledger, as `npm start -- --story all` tells them; a step that goes otherwise ends with 1. */
beforeAll(async () => {
  const args = ['scripts/start.ts', '--story', 'all', '--json', '--port', '0'];
  const { stdout } = await run(process.execPath, args, { cwd: ROOT, maxBuffer: MAX_OUTPUT_BYTES });
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => stepSchema.parse(JSON.parse(line)));
  steps = new Map(
    lines.flatMap(({ name, facts }) => (name === undefined || facts === undefined ? [] : [[name, facts]])),
  );
}, STORY_TIMEOUT_MS);

function factOf(step: string, name: string): string | number | undefined {
  return steps.get(step)?.[name];
}

describe('npm start -- --story', () => {
  it('tells every story', () => {
    const told = new Set([...steps.keys()].filter((name) => name.includes('/')).map((name) => name.split('/')[0]));
    expect([...told]).toEqual(TALE_NAMES);
  });

  it.each<[string, string, string | RegExp]>([
    ['happy-path/read', 'row', /张\*|\*\*/],
    ['ungrounded-refusal/void', 'revert', 'ShareLedgerInvalidGrounds'],
    ['ungrounded-refusal/agree', 'grantId', /^0x[0-9a-f]{64}$/],
    ['national-day/ask', 'dueAt', '2026-10-16 00:00 (UTC+8)'],
    ['national-day/ask', 'weekdays', '2026-10-09 00:00 (UTC+8)'],
    ['national-day/overdue', 'liability', 'ART39_4_LATE_ANSWER'],
    ['national-day/overdue', 'status', 'submitted'],
    ['national-day/scorecard', 'answers', /^\d+, 1, 0$/],
    ['misuse/deny', 'denial', '403 FIELD_NOT_GRANTED'],
    ['misuse/suspend', 'denial', '403 NOT_ACTIVE'],
    ['misuse/resume', 'receiptId', /^[0-9a-f]+$/],
    ['reflow/region', 'revert', 'ShareLedgerInvalidReflow'],
    ['reflow/conditions', 'revert', 'ShareLedgerConditionNotPublished'],
    ['correction/notice', 'notice', 'NOTE_CORRECTION'],
    ['correction/notice', 'status', 'closed'],
    ['tampered-leaf/find', 'altered', 'findings'],
    ['unilateral-termination/alone', 'revert', 'SignedActsInvalidSignature'],
    ['incomplete-request/outright', 'revert', 'ShareLedgerInvalidGrounds'],
    ['incomplete-request/supplement', 'second', 'ShareLedgerSupplementNotOpen'],
    ['disposal-overdue/overdue', 'liability', 'ART40_LATE_DISPOSAL'],
    ['disposal-overdue/close', 'status', 'closed'],
  ])('shows in %s the %s', (step, name, expected) => {
    expect(factOf(step, name)).toEqual(expected instanceof RegExp ? expect.stringMatching(expected) : expected);
  });

  it('refuses a name that it does not know', async () => {
    const args = ['scripts/start.ts', '--story', 'nonsense'];
    await expect(run(process.execPath, args, { cwd: ROOT })).rejects.toMatchObject({ code: 2 });
  });
});
