import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const CHILD = new URL('./store-child.ts', import.meta.url).pathname;

/** Starts store-child.ts several times, lets all begin at the same moment, and gives what each answered. */
export async function runTogether(processes: number, args: readonly string[]): Promise<readonly (readonly string[])[]> {
  const children = Array.from({ length: processes }, (_, index) => {
    const child = spawn(process.execPath, [CHILD, ...args, String(index)], { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    return { child, lines };
  });
  for (const { lines } of children) await lines.next();
  for (const { child } of children) child.stdin.end('go\n');
  return await Promise.all(
    children.map(async ({ child, lines }) => {
      const exited = once(child, 'exit');
      const answer = await lines.next();
      await exited;
      if (child.exitCode !== 0 || answer.done === true) {
        throw new TypeError(`A child ended with ${String(child.exitCode)}`);
      }
      return JSON.parse(answer.value) as string[];
    }),
  );
}
