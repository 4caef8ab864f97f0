import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

import axe from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { parseTrustedValidators } from '../../ledger/finality/trusted-validators.ts';
import { bundlePage } from '../../scripts/verifier-page/bundle-page.ts';
import type { BundleReport } from '../../verifier/report.ts';
import { findChromium, INSTALL_CHROMIUM, launchChromium } from '../support/chromium.ts';
import { verifyBytes } from './evidence-bundle.ts';

const VECTORS = 'test/vectors/evidence';
const VALID = `${VECTORS}/valid/whole-ledger.ndjson`;
const INVALID = `${VECTORS}/invalid/over-grant-after-suspension.ndjson`;
const NO_BUNDLE = `${VECTORS}/invalid/empty.ndjson`;
const executable = findChromium();

/** A browser asks its maker for updates, whatever page is open. */
const BROWSERS_OWN = /\b(?:google|googleapis)\.com\b/;
/** Asked for by a page whose policy was taken away, to see that a request would be seen. */
const CONTROL = 'control.example';

/** Whatever the browser asks of a network comes here. */
let network: Server;
let asked: string[];
let folder: string;
let pageUrl: string;
let browser: Browser;
let context: BrowserContext;
let page: Page;
/** Errors in the console, exceptions, and requests for anything but the page itself and what it made. */
let complaints: string[];

async function run(bundle: string, others: Readonly<Record<string, string | string[]>> = {}): Promise<void> {
  await page.setInputFiles('#bundle', bundle);
  for (const [id, files] of Object.entries(others)) await page.setInputFiles(`#${id}`, files);
  await page.click('#verify');
  await page.waitForSelector('#result .verdict');
}

async function savedReport(press: () => Promise<void>): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent('download'), press()]);
  return await readFile(await download.path(), 'utf8');
}

async function saveReport(): Promise<BundleReport> {
  return JSON.parse(await savedReport(async () => await page.click('#result button'))) as BundleReport;
}

async function seriousRules(): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate<axe.AxeResults>('axe.run()');
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

async function lineOf(type: string): Promise<Record<string, unknown>> {
  const lines = (await readFile(VALID, 'utf8')).split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>).find((value) => value['type'] === type)!;
}

async function write(name: string, value: unknown): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, JSON.stringify(value));
  return file;
}

async function dxl(file: string): Promise<string> {
  return await new Promise((resolve) => {
    execFile(process.execPath, ['cli/main.ts', 'verify', 'bundle', file, '--json'], (_error, stdout) =>
      resolve(stdout),
    );
  });
}

describe.skipIf(executable === null)(`the verifier page (${executable ?? INSTALL_CHROMIUM})`, () => {
  beforeAll(async () => {
    asked = [];
    network = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.once('data', (bytes) => {
        asked.push(bytes.toString('latin1').split('\r\n', 1)[0]!);
        socket.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n');
      });
    }).listen(0, '127.0.0.1');
    await once(network, 'listening');
    folder = await mkdtemp(join(tmpdir(), 'dxl-page-'));
    const file = join(folder, 'verifier.html');
    await writeFile(file, await bundlePage());
    pageUrl = pathToFileURL(file).href;
    browser = await launchChromium(executable!, (network.address() as AddressInfo).port);
  });

  afterAll(async () => {
    await browser.close();
    network.close();
    await rm(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    context = await browser.newContext({ acceptDownloads: true });
    page = await context.newPage();
    complaints = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    context.on('request', (request) => {
      if (request.url() !== pageUrl && !request.url().startsWith('blob:')) complaints.push(request.url());
    });
    await page.goto(pageUrl);
  });

  afterEach(async () => {
    expect(complaints).toEqual([]);
    expect(asked.filter((line) => !BROWSERS_OWN.test(line) && !line.includes(CONTROL))).toEqual([]);
    await context.close();
  });

  it('finds a sound bundle sound, and says in both languages what is not proved', async () => {
    await run(VALID);

    expect(await page.innerText('#state')).toBe('sound 核验通过');
    expect(await page.innerText('#result')).toMatch(
      /TRUSTED_NODE\s+Rests on the word of a trusted node 以受信任的节点为前提/,
    );
  });

  it('shows each finding with its place, in both languages', async () => {
    await run(INVALID);

    expect(await page.innerText('#result .verdict')).toBe('findings 发现问题');
    expect(await page.innerText('#result table')).toMatch(
      /OVER_GRANT\s+A read was .* 越权放行\s+\d+\s+receipt-\d+\s+decision PERMIT/,
    );
  });

  it('comes to the report of the verifier for every vector', async () => {
    const index = JSON.parse(await readFile(`${VECTORS}/index.json`, 'utf8')) as Record<string, string>;
    const differing: string[] = [];
    for (const name of Object.keys(index)) {
      const file = join(VECTORS, name);
      await run(file);
      const [seen, expected] = [await saveReport(), await verifyBytes(await readFile(file))];
      if (JSON.stringify(seen) !== JSON.stringify(expected)) differing.push(name);
    }

    expect(differing).toEqual([]);
  });

  it.each([VALID, INVALID, NO_BUNDLE])('saves byte for byte what dxl prints about %s', async (file) => {
    await run(file);

    expect(await savedReport(async () => await page.click('#result button'))).toBe(await dxl(file));
  });

  it('works with the network off', async () => {
    await context.setOffline(true);
    await page.reload();
    await run(VALID);

    expect(await page.innerText('#state')).toBe('sound 核验通过');
  });

  it('compares with the ledger and the copies that one holds', async () => {
    const { deployment } = (await lineOf('header')) as { deployment: Record<string, unknown> };
    const { receipt } = (await lineOf('receipt')) as { receipt: Record<string, unknown> };
    const copies = [
      await write('kept.json', { receipt, contentSalt: null }),
      await write('cut.json', { receipt: { ...receipt, receiptId: 'receipt-cut-off-00' } }),
    ];
    await run(VALID, { deployment: await write('deployment.json', { ...deployment, startBlock: 0 }), copies });
    const { findings, checked } = await saveReport();

    expect(findings.map(({ code, facts }) => [code, facts['copy']])).toEqual([
      ['DEPLOYMENT_MISMATCH', undefined],
      ['COPY_MISSING', 'cut.json'],
    ]);
    expect(checked.copies).toBe(1);
  });

  it('asks for validators where the profile needs them, and takes those that are given', async () => {
    const text = (await readFile(VALID, 'utf8')).replace('"profile":"dev"', '"profile":"qbft"');
    const file = join(folder, 'qbft.ndjson');
    await writeFile(file, text);
    const { deployment } = (await lineOf('header')) as { deployment: { chainId: number } };
    const set = { validators: [`0x${'11'.repeat(20)}`], epochLength: 30_000, block: null };
    const trust = { profile: 'qbft', chainId: deployment.chainId, ...set };
    await run(file);
    const without = await saveReport();
    await run(file, { validators: await write('validators.json', trust) });
    const validators = parseTrustedValidators(Buffer.from(JSON.stringify(trust)));

    expect(without.obstacles).toEqual(['VALIDATORS_MISSING']);
    expect(await saveReport()).toEqual(await verifyBytes(Buffer.from(text), { validators }));
    expect(await page.innerText('#result')).toContain('FINALITY_NOT_PROVED');
  });

  it.each([
    ['deployment', 'DEPLOYMENT_INVALID'],
    ['validators', 'VALIDATORS_INVALID'],
    ['copies', 'RECEIPT_INVALID'],
  ])('verifies nothing with a file of %s that is none', async (which, code) => {
    await run(VALID, { [which]: await write('other.json', {}) });

    expect(await page.innerText('#state')).toBe('cannot check 无法核验');
    expect(await page.innerText('#result')).toContain(`other.json ${code}`);
    expect(await page.locator('#result button').count()).toBe(0);
  });

  it('takes the report away when another file is chosen', async () => {
    await run(VALID);
    await page.setInputFiles('#bundle', INVALID);

    expect(await page.innerText('#result')).toBe('');
    expect(await page.innerText('#state')).toBe('');
  });

  it('takes a file that is dropped', async () => {
    const text = await readFile(VALID, 'utf8');
    const dropped = await page.evaluateHandle(
      `(() => { const files = new DataTransfer(); files.items.add(new File([${JSON.stringify(text)}], 'dropped')); return files; })()`,
    );
    await page.dispatchEvent('body', 'drop', { dataTransfer: dropped });
    await page.click('#verify');
    await page.waitForSelector('#result .verdict');

    expect(await page.innerText('#state')).toBe('sound 核验通过');
    expect(await page.innerText('#result')).toContain('dropped');
  });

  it('is used by the keyboard alone', async () => {
    const focused = async (): Promise<unknown> => await page.evaluate('document.activeElement.id');
    const choosing = page.waitForEvent('filechooser');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('bundle');
    await page.keyboard.press('Enter');
    await (await choosing).setFiles(VALID);
    for (const id of ['deployment', 'validators', 'copies', 'verify']) {
      await page.keyboard.press('Tab');
      expect(await focused()).toBe(id);
    }
    expect(await page.evaluate(`getComputedStyle(document.activeElement).outlineStyle`)).toBe('solid');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#result .verdict');
    await page.keyboard.press('Tab');
    const report = JSON.parse(await savedReport(async () => await page.keyboard.press('Enter'))) as BundleReport;

    expect(report.verdict).toBe('sound');
  });

  it.each([
    ['before a file is chosen', null],
    ['beside a sound bundle', VALID],
    ['beside findings', INVALID],
    ['beside what is no bundle', NO_BUNDLE],
  ])('breaks no rule of accessibility %s', async (_name, file) => {
    if (file !== null) await run(file);

    expect(await seriousRules()).toEqual([]);
  });

  it('lets nothing be asked of a network, not even by a script in it', async () => {
    await page.evaluate(attempts('elsewhere.example'));
    const refused = await page.evaluate<string[]>('refused');

    expect([...new Set(refused)].toSorted()).toEqual([
      'connect-src',
      'font-src',
      'form-action',
      'frame-src',
      'img-src',
      'media-src',
      'script-src-elem',
      'style-src-attr',
      'style-src-elem',
    ]);
    expect(await page.evaluate(ATTEMPTS_IN_WORKER)).toEqual(['fetch refused', 'importScripts refused', 'eval refused']);
    complaints = [];
  });

  it('would reach the network without its policy', async () => {
    const file = join(folder, 'without-policy.html');
    const html = await bundlePage();
    await writeFile(file, html.replace('http-equiv="Content-Security-Policy"', ''));
    await page.goto(pathToFileURL(file).href);
    // The form leads away from the page.
    await page.evaluate(attempts(CONTROL)).catch(() => undefined);
    await page.close();
    complaints = [];

    expect(asked.filter((line) => line.includes(CONTROL)).length).toBeGreaterThan(5);
  });

  it('has no word of what a policy does not refuse', async () => {
    const html = await bundlePage();

    expect(html.match(/RTCPeerConnection|preconnect|prefetch|window\.open|\blocation\b|\bopener\b/g)).toBeNull();
  });

  it('is the same file each time it is built, and printed with its SHA-256', async () => {
    const file = join(folder, 'built', 'page.html');
    const { stdout } = await promisify(execFile)(process.execPath, ['scripts/build-verifier-page.ts', file]);
    const html = await readFile(file, 'utf8');

    expect(html).toBe(await bundlePage());
    expect(stdout).toBe(`${createHash('sha256').update(html).digest('hex')}  ${file}\n`);
  });
});

/** Each way to a network that a page has; what the policy refuses is collected in `refused`. */
const attempts = (host: string): string => `(async () => {
  globalThis.refused = [];
  document.addEventListener('securitypolicyviolation', (event) => refused.push(event.effectiveDirective));
  const url = 'http://${host}/';
  const add = (name, members) => document.body.append(Object.assign(document.createElement(name), members));
  await fetch(url).catch(() => undefined);
  navigator.sendBeacon(url, 'x');
  try { new WebSocket('ws://${host}/'); } catch {}
  try { new EventSource(url); } catch {}
  await new FontFace('x', 'url(' + url + ')').load().catch(() => undefined);
  add('img', { src: url });
  add('audio', { src: url });
  add('iframe', { src: url });
  add('script', { src: url });
  add('script', { textContent: 'fetch("' + url + '")' });
  add('link', { rel: 'stylesheet', href: url });
  add('style', { textContent: '@import "' + url + '"' });
  document.body.insertAdjacentHTML('beforeend', '<p style="background: url(' + url + ')">x</p>');
  add('form', { id: 'sent', action: url, method: 'post' });
  document.getElementById('sent').submit();
  await new Promise((resolve) => setTimeout(resolve, 500));
})()`;

const ATTEMPTS_IN_WORKER = `new Promise((resolve) => {
  const source = \`(async () => {
    const seen = [];
    await fetch('http://elsewhere.example/').then(() => seen.push('fetch'), () => seen.push('fetch refused'));
    try { importScripts('http://elsewhere.example/'); seen.push('importScripts'); } catch { seen.push('importScripts refused'); }
    try { eval('1'); seen.push('eval'); } catch { seen.push('eval refused'); }
    postMessage(seen);
  })()\`;
  const worker = new Worker(URL.createObjectURL(new Blob([source])));
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = ({ message }) => resolve(message);
})`;
