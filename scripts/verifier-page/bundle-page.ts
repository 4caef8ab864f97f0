import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { build, type BuildOptions } from 'esbuild';
import { z } from 'zod';

const ROOT = join(import.meta.dirname, '..', '..');
const PAGE = join(ROOT, 'verifier', 'page');
const PACKAGE = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/;
const LICENSE_FILE = /^license(?:\.\w+)?$/i;
/** What would end a script element, or begin a state of the parser in which its end is not seen. */
const SCRIPT_BREAKERS = /<!--|<\/?script/i;

const manifestSchema = z.object({ version: z.string() });

/** Nothing in the result depends on the machine or the folder, so that one version has one page. */
const COMMON = {
  absWorkingDir: ROOT,
  bundle: true,
  write: false,
  minify: true,
  charset: 'ascii',
  legalComments: 'none',
  format: 'iife',
  platform: 'browser',
  target: 'es2024',
} as const satisfies BuildOptions;

/** Other parts of Node fail the build: for the browser esbuild knows none of them. */
export const IN_PLACE_OF_NODE = {
  alias: { 'node:crypto': join(PAGE, 'node-crypto.ts') },
  inject: [join(PAGE, 'node-buffer.ts')],
} as const satisfies BuildOptions;

/** Why no page was made. */
export class PageNotBuilt extends Error {
  override readonly name = 'PageNotBuilt';
}

interface Bundled {
  readonly text: string;
  /** Every file that is in it, from the root of the repository. */
  readonly inputs: readonly string[];
}

/** The verifier as one HTML file that can make no request: scripts and styles stand in it, and only these may run. */
export async function bundlePage(): Promise<string> {
  const worker = await bundleWorker();
  const { version } = manifestSchema.parse(JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')));
  const define = {
    WORKER_SOURCE: JSON.stringify(worker.text),
    VERSION: JSON.stringify(`data-exchange-ledger ${version}`),
  };
  const page = await bundle(join(PAGE, 'page.ts'), { define });
  const style = await bundle(join(PAGE, 'page.css'), {});
  const template = await readFile(join(PAGE, 'index.html'), 'utf8');
  const html = [
    ['content="default-src \'none\'"', `content="${policy(page.text, style.text)}"`],
    ['<style></style>', `<style>${style.text}</style>`],
    ['<script></script>', `<script>${assertWhole(page.text)}</script>`],
  ].reduce((text, [place = '', content = '']) => fill(text, place, content), template);
  return `${html}<!--\n${await licensesOf(worker.inputs)}-->\n`;
}

/** The verifier itself, as the page's worker runs it. */
export async function bundleWorker(): Promise<Bundled> {
  return await bundle(join(PAGE, 'worker.ts'), IN_PLACE_OF_NODE);
}

async function bundle(entry: string, options: BuildOptions): Promise<Bundled> {
  const { outputFiles, metafile } = await build({
    ...COMMON,
    ...options,
    entryPoints: [entry],
    write: false,
    metafile: true,
  });
  const [output] = outputFiles;
  if (output === undefined) throw new PageNotBuilt(`Nothing came of ${entry}`);
  return { text: output.text.trim(), inputs: Object.keys(metafile.inputs) };
}

/** A policy without addresses: neither the page nor its worker, which has the same one, can ask for anything. */
function policy(script: string, style: string): string {
  return [
    "default-src 'none'",
    `script-src '${sourceHash(script)}'`,
    `style-src '${sourceHash(style)}'`,
    'worker-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function sourceHash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function assertWhole(script: string): string {
  if (SCRIPT_BREAKERS.test(script)) throw new PageNotBuilt('The script would not be read to its end inside a page');
  return script;
}

function fill(text: string, place: string, content: string): string {
  if (text.split(place).length !== 2) throw new PageNotBuilt(`The page must have this place once: ${place}`);
  return text.replace(place, () => content);
}

/** Licenses ask to go along with what they are about. */
async function licensesOf(inputs: readonly string[]): Promise<string> {
  const names = new Set(inputs.map((input) => PACKAGE.exec(input)?.[1]).filter((name) => name !== undefined));
  const texts = await Promise.all(
    ['LICENSE', ...[...names].toSorted()].map(async (name) => `${name}\n\n${await licenseOf(name)}\n`),
  );
  return texts.join('\n').replaceAll('-->', '');
}

async function licenseOf(name: string): Promise<string> {
  if (name === 'LICENSE') return await readFile(join(ROOT, name), 'utf8');
  const folder = join(ROOT, 'node_modules', name);
  const file = (await readdir(folder)).find((entry) => LICENSE_FILE.test(entry));
  if (file === undefined) throw new PageNotBuilt(`${name} has no license file`);
  return await readFile(join(folder, file), 'utf8');
}
