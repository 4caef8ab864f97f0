import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { openApiDocument } from '../gateway/http/openapi.ts';

const FILE = join(import.meta.dirname, '..', 'docs', 'openapi.json');

const { values } = parseArgs({
  options: { check: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
});
const text = `${JSON.stringify(openApiDocument(), null, 2)}\n`;
if (values.help) {
  process.stdout.write(
    'Usage: node scripts/bootstrap.mjs scripts/generate-openapi.ts [--check]\n\nWrites docs/openapi.json; --check only compares.\n',
  );
} else if (!values.check) {
  await writeFile(FILE, text);
} else if ((await readFile(FILE, 'utf8').catch(() => '')) !== text) {
  process.stderr.write(
    'docs/openapi.json is not current: run node scripts/bootstrap.mjs scripts/generate-openapi.ts\n',
  );
  process.exitCode = 1;
}
