import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { isAlive, type ProcessIdentity } from '../../scripts/embedded/process-identity.ts';

const ROOT = join(import.meta.dirname, '..', '..');
/** The first start may compile the contracts, on a machine that runs other tests as well. */
const STORY_TIMEOUT_MS = 900_000;

const STEPS = [
  ...[
    'register',
    'request',
    'approve',
    'deliver',
    'fetch',
    'field',
    'quota',
    'suspend',
    'cut',
    'mask',
    'receipts',
    'evidence',
  ],
];
const lineSchema = z.object({
  type: z.enum(['progress', 'step', 'closing']),
  name: z.string().optional(),
  lines: z.array(z.string()).optional(),
  facts: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});
type Line = z.infer<typeof lineSchema>;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dxl-start-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs npm start's script; `killAt` ends it the hard way, with all that it started, when that step was told. */
async function start(args: readonly string[], killAt: string | null = null) {
  const child = spawn(process.execPath, ['scripts/start.ts', '--json', '--port', '0', '--data', folder, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let complaint = '';
  const killed: ProcessIdentity[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (killAt === null || killed.length > 0 || !output.includes(`"name":"${killAt}"`)) return;
    killed.push(...children());
    for (const pid of [child.pid!, ...killed.map((identity) => identity.pid)]) process.kill(pid, 'SIGKILL');
  });
  const [exitCode] = (await once(child, 'close')) as [number | null];
  const lines = output
    .trim()
    .split('\n')
    .map((line) => lineSchema.parse(JSON.parse(line)));
  const [steps, closing] = (['step', 'closing'] as const).map((type) => lines.filter((line) => line.type === type));
  return { exitCode, complaint, killed, steps: steps!, closing: closing! };
}

function children(): ProcessIdentity[] {
  const files = ['chain/anvil.pid.json', 'gateway/gateway.pid.json'];
  return files.map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as ProcessIdentity);
}

function factsOf(steps: readonly Line[], name: string): Record<string, string | number> {
  return steps.find((step) => step.name === name)!.facts!;
}

describe('npm start', () => {
  it('tells the whole story, ends with 0 and leaves nothing running', { timeout: STORY_TIMEOUT_MS }, async () => {
    const { exitCode, steps, closing, complaint } = await start(['--once']);
    expect(complaint).toBe('');
    expect(exitCode).toBe(0);
    expect(steps.map(({ name }) => name)).toEqual(STEPS);
    expect(factsOf(steps, 'register')).toMatchObject({ newDepartments: '27, 23', newResources: '42, 42' });
    expect(factsOf(steps, 'approve')['oneOfficer']).toBe('ACT_REJECTED SignedActsInvalidSignature');
    expect(factsOf(steps, 'fetch')['row1']).toContain('"深圳市"');
    expect(factsOf(steps, 'field')['denial']).toBe('403 FIELD_NOT_GRANTED');
    expect(factsOf(steps, 'quota')['denial']).toBe('429 QUOTA_RATE');
    expect(factsOf(steps, 'suspend')['denial']).toBe('403 NOT_ACTIVE');
    expect(factsOf(steps, 'mask')['row3']).toContain('"欧阳**"');
    const receipts = Object.values(factsOf(steps, 'receipts')).map((text) => String(text).split(' ').slice(0, 2));
    expect(receipts).toContainEqual(['PERMIT', 'ABORTED']);
    // Nothing serves any more, so nothing is offered to be tried.
    expect(closing.flatMap(({ lines = [] }) => lines).join()).not.toContain('http://');
    expect(readdirSync(join(folder, 'chain'))).not.toContain('anvil.pid.json');
    expect(readdirSync(join(folder, 'gateway'))).not.toContain('gateway.pid.json');
  });

  it('keeps its secrets to itself', () => {
    for (const part of ['keys', 'profiles']) {
      for (const name of readdirSync(join(folder, part), { recursive: true, encoding: 'utf8' })) {
        expect(statSync(join(folder, part, name)).mode & 0o077).toBe(0);
      }
    }
  });

  it('finds its ledger again, also after kill -9 of everything', { timeout: STORY_TIMEOUT_MS }, async () => {
    const killed = await start([], 'suspend');
    expect(killed.steps.map(({ name }) => name)).toContain('suspend');
    expect(killed.killed).toHaveLength(2);

    const { exitCode, steps, complaint } = await start(['--once']);
    expect(complaint).toBe('');
    expect(exitCode).toBe(0);
    expect(factsOf(steps, 'register')).toMatchObject({ newDepartments: '27, 0', newResources: '42, 0' });
    const lengthAfter = (name: string, of: readonly Line[]): number =>
      Number(String(factsOf(of, name)['history']).split(' ')[0]);
    // What the first story recorded and the chain had not yet saved was carried again.
    expect(lengthAfter('request', steps)).toBeGreaterThan(lengthAfter('suspend', killed.steps));
    for (const identity of killed.killed) expect(isAlive(identity)).toBe(false);
  });

  it('asks for help with exit code 0', async () => {
    const child = spawn(process.execPath, ['scripts/start.ts', '--help'], { cwd: ROOT, stdio: 'ignore' });
    expect((await once(child, 'exit'))[0]).toBe(0);
  });
});
