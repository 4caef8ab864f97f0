#!/usr/bin/env node
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { endAsWrongUsage, parseOptions } from './parse-options.ts';
import { bundlePage } from './verifier-page/bundle-page.ts';

const DEFAULT_FILE = join(import.meta.dirname, '..', '.data', 'verifier.html');
const HELP = `Usage: npm run build:page -- [file]

Writes the verifier as one HTML file (.data/verifier.html by default) and prints its SHA-256. One version of this
repository gives one file, byte for byte.

Exit codes: 0 written, 1 failed, 2 wrong options.
`;

const { values, positionals } = parseOptions({
  options: { help: { type: 'boolean', default: false } },
  allowPositionals: true,
});
if (positionals.length > 1) endAsWrongUsage('One file at most');
if (values.help) {
  process.stdout.write(HELP);
} else {
  const [file = DEFAULT_FILE] = positionals;
  const page = await bundlePage();
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, page);
    process.stdout.write(`${createHash('sha256').update(page).digest('hex')}  ${file}\n`);
  } catch (error) {
    process.stderr.write(`The page cannot be written: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
