import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');

function run(script: string, ...args: readonly string[]): { status: number | null; lines: string[] } {
  // The inner vitest must not take itself for a worker of this one.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST')));
  const { status, stdout } = spawnSync(process.execPath, [join(ROOT, 'scripts', script), ...args], {
    cwd: ROOT,
    env,
    encoding: 'utf8',
  });
  return { status, lines: stdout.trimEnd().split('\n') };
}

describe('scripts/test.ts', () => {
  it('ends with the totals of the runner, and only they are in the last line', () => {
    const { status, lines } = run('test.ts', 'test/docs/dependencies');
    expect(status).toBe(0);
    expect(lines.at(-1)).toMatch(/^[1-9]\d* passed, 0 failed$/);
  });

  it('fails when nothing ran', () => {
    const { status, lines } = run('test.ts', 'no-such-test');
    expect(status).toBe(1);
    expect(lines.at(-1)).toMatch(/^0 passed, \d failed$/);
  });

  it('refuses a runner that it does not know', () => {
    expect(run('test.ts', '--only', 'nothing').status).toBe(2);
    expect(run('test.ts', '--help').status).toBe(0);
  });
});

describe('scripts/check.ts', () => {
  it('runs the named steps and sums them up', () => {
    const { status, lines } = run('check.ts', '--only', 'openapi');
    expect(lines.at(-1)).toMatch(/^(ok|FAILED) +openapi +\d+\.\d s$/);
    expect(status).toBe(lines.at(-1)?.startsWith('ok') === true ? 0 : 1);
  });

  it('refuses a step that it does not know', () => {
    expect(run('check.ts', '--only', 'openapi,nothing').status).toBe(2);
    expect(run('check.ts', '--help').status).toBe(0);
  });
});

describe('wrong options', () => {
  it.each([
    ['scripts/start.ts', ['--port', 'x'], '--port'],
    ['scripts/start.ts', ['--unknown'], '--unknown'],
    ['scripts/start.ts', ['later'], 'later'],
    ['scripts/test.ts', ['--only', 'nothing'], '--only'],
    ['scripts/test.ts', ['--unknown'], '--unknown'],
    ['scripts/check.ts', ['--only', 'nothing'], 'nothing'],
    ['scripts/check.ts', ['--unknown'], '--unknown'],
    ['bench/gas.ts', ['--unknown'], '--unknown'],
    ['bench/relay.ts', ['--rounds', '0'], '--rounds'],
    ['bench/relay.ts', ['--rounds'], '--rounds'],
    ['bench/grant-table.ts', ['--grants', 'x'], '--grants'],
    ['bench/revocation.ts', ['--trials', 'x'], '--trials'],
  ])('of %s, %j, end with one line that names them and exit code 2', (script, args, named) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { cwd: ROOT, encoding: 'utf8' });
    expect([status, stdout, stderr.trimEnd().split('\n').length]).toEqual([2, '', 1]);
    expect(stderr).toContain(named);
  });
});
