import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const CACHE = join(import.meta.dirname, '..', '..', 'cache');

/** Names of packages, and of what they are imported as. */
const PACKAGES = { cryptography: 'cryptography', pycryptodome: 'Crypto.Hash.keccak' } as const;
type PythonPackage = keyof typeof PACKAGES;

class PythonMissing extends Error {
  override readonly name = 'PythonMissing';
}

function has(python: string, packages: readonly PythonPackage[]): boolean {
  const imports = packages.map((name) => `import ${PACKAGES[name]}`).join('\n');
  return spawnSync(python, ['-c', imports]).status === 0;
}

/**
 * A Python that has these packages: the one of the machine, or a virtual environment made for the tests, one for each set
 * of packages so that two tests never install into the same one.
 */
export function findPython(...packages: readonly PythonPackage[]): string {
  const version = spawnSync('python3', ['-c', 'import sys; print(sys.version_info >= (3, 11))'], { encoding: 'utf8' });
  if (version.status !== 0 || version.stdout.trim() !== 'True') {
    throw new PythonMissing('The cross-check needs python3 of at least 3.11 on the PATH; it is never skipped.');
  }
  if (has('python3', packages)) return 'python3';
  const environment = join(CACHE, `python-${packages.join('-')}`);
  const python = join(environment, 'bin', 'python');
  if (!existsSync(python)) spawnSync('python3', ['-m', 'venv', environment]);
  if (!has(python, packages)) spawnSync(python, ['-m', 'pip', 'install', '--quiet', ...packages]);
  if (has(python, packages)) return python;
  throw new PythonMissing(`The cross-check needs Python packages: pip install ${packages.join(' ')}.`);
}
