import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const BIN = join(ROOT, 'node_modules', '.bin');

export interface ToolResult {
  readonly exitCode: number;
  /** What was written to standard output, if it was to be captured. */
  readonly output: string;
}

interface ToolOptions {
  readonly environment?: NodeJS.ProcessEnv;
  /** Keeps standard output as well as passing it on. */
  readonly capture?: boolean;
}

/** Runs `node` or a tool of node_modules/.bin in the root of the repository. A tool that cannot start exits 1. */
export async function runTool(
  tool: string,
  args: readonly string[],
  { environment = process.env, capture = false }: ToolOptions = {},
): Promise<ToolResult> {
  const command = tool === 'node' ? process.execPath : join(BIN, tool);
  const env = { ...environment, PATH: `${BIN}${delimiter}${environment['PATH'] ?? ''}` };
  const child = spawn(command, args, { cwd: ROOT, env, stdio: ['ignore', capture ? 'pipe' : 'inherit', 'inherit'] });
  const chunks: string[] = [];
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    chunks.push(chunk);
    process.stdout.write(chunk);
  });
  const exitCode = await new Promise<number>((resolve) => {
    child.on('error', (error) => {
      process.stderr.write(`${error.message}\n`);
      resolve(1);
    });
    child.on('close', (code) => {
      resolve(code ?? 1);
    });
  });
  return { exitCode, output: chunks.join('') };
}
