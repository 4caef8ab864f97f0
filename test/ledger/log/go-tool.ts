import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { z } from 'zod';

const SOURCE = join(import.meta.dirname, '..', '..', 'independent', 'go');
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

/** Whether the machine has Go; without it nothing independent can be asked. */
export function hasGo(): boolean {
  return spawnSync('go', ['version']).error === undefined;
}

/** One question to the Go tools. Bytes are base64; the members are those of `claim` in `check.go`. */
export interface GoClaim {
  readonly kind: 'inclusion' | 'consistency' | 'checkpoint' | 'proof' | 'tile';
  readonly [member: string]: string | number | readonly string[];
}

const verdictSchema = z.object({ accepted: z.boolean(), reason: z.string().optional() });
export type GoVerdict = z.output<typeof verdictSchema>;

/** The program of `test/independent/go`, built from the module cache or the proxy. */
export class GoTool {
  readonly buildSeconds: number;
  readonly #folder = mkdtempSync(join(tmpdir(), 'dxl-go-'));

  constructor() {
    const started = performance.now();
    this.#run('go', ['build', '-mod=readonly', '-o', this.#program, '.'], '');
    this.buildSeconds = (performance.now() - started) / 1_000;
  }

  vectors(name: string): string {
    return this.#run(this.#program, ['vectors', name], '');
  }

  check(claims: readonly GoClaim[]): readonly GoVerdict[] {
    const lines = this.#run(this.#program, ['check'], claims.map((claim) => JSON.stringify(claim)).join('\n'));
    return lines
      .trimEnd()
      .split('\n')
      .map((line) => verdictSchema.parse(JSON.parse(line)));
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #program(): string {
    return join(this.#folder, 'independent');
  }

  #run(command: string, args: readonly string[], input: string): string {
    const options = { cwd: SOURCE, input, encoding: 'utf8', maxBuffer: MAX_OUTPUT_BYTES } as const;
    const { status, stdout, stderr } = spawnSync(command, args, options);
    if (status !== 0) throw new TypeError(`${command} ${args.join(' ')}: ${stderr}`);
    return stdout;
  }
}
