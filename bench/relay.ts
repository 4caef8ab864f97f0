#!/usr/bin/env node
import { resolve } from 'node:path';

import { endAsWrongUsage, parseOptions } from '../scripts/parse-options.ts';
import { BenchError } from './support/bench-error.ts';
import { startGatewayCase } from './support/gateway-case.ts';
import { runLoad, type LoadRequest } from './support/load.ts';
import { CAN_PIN, pinThisProcess, PinnedProcess } from './support/pinned-process.ts';
import { rowsFor } from './support/rows.ts';
import { formatTable, median } from './support/statistics.ts';

const HELP = `Usage: npm run bench:relay -- [options]

Relays the same rows from one source through three proxies, each a process of its own on one core, in turn:
  gateway          ours: signature, nonce, decision, quota, mask, signed answer, receipt durable before the first byte
  undici.request   undici.request and a pipe, checking nothing
  express + hpm    express and http-proxy-middleware, checking nothing
The source and the load generator share the other core. Prints CPU time per request (user and system, from /proc),
its ratio to undici.request, requests per second and the median latency. Linux only.

  --rounds N      rounds, each case in turn (3)
  --seconds N     measured time of a case in a round (3)
  --connections N keep-alive connections, at most 32 (32)
  --cpu-prof DIR  let the gateway write a CPU profile there when it ends
  --json          one JSON object instead of tables
  --help          this text
`;

const PROXY_CORE = 0;
const LOAD_CORE = 1;
/** A department may read eight times at once, and a read counts until its receipt is closed, just after its last byte. */
const READS_PER_DEPARTMENT = 4;
const MAX_CONNECTIONS = 32;
const SIZES = { '1 KiB': 1_024, '64 KiB': 65_536 } as const;
const WARM_UP_SECONDS = 2;
/** More requests than the last time are signed ahead, so that a faster round does not run out of them. */
const SIGN_AHEAD = 1.5;
const FIRST_RATE = 400;

interface Case {
  readonly name: string;
  readonly process: PinnedProcess;
  readonly origin: string;
  /** Prepares the requests of one measurement before it starts. */
  prepare(rows: number, count: number): (connection: number) => LoadRequest | null;
}

interface Sample {
  readonly microsecondsPerRequest: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly bytesPerAnswer: number;
}

interface Options {
  readonly rounds: number;
  readonly seconds: number;
  readonly connections: number;
  readonly profileFolder: string | null;
}

function bare(name: string, process: PinnedProcess, port: number): Case {
  return {
    name,
    process,
    origin: `http://127.0.0.1:${String(port)}`,
    prepare: (rows) => () => ({ path: `/rows?limit=${String(rows)}`, headers: {} }),
  };
}

async function startProgram(core: number, file: string, ...args: readonly string[]) {
  const process = PinnedProcess.start(core, [resolve(import.meta.dirname, 'support', file), ...args]);
  return { process, port: await process.readPort() };
}

async function startCases(options: Options, stack: AsyncDisposableStack): Promise<readonly Case[]> {
  const source = await startProgram(LOAD_CORE, 'ndjson-source.ts');
  stack.defer(async () => await source.process.stop());
  const departments = Math.ceil(options.connections / READS_PER_DEPARTMENT);
  const { profileFolder } = options;
  const nodeArguments = profileFolder === null ? [] : ['--cpu-prof', '--cpu-prof-dir', resolve(profileFolder)];
  const gateway = await startGatewayCase(source.port, PROXY_CORE, { departments, nodeArguments });
  stack.defer(async () => await gateway.stop());
  const undici = await startProgram(PROXY_CORE, 'proxy-undici.ts', String(source.port));
  stack.defer(async () => await undici.process.stop());
  const hpm = await startProgram(PROXY_CORE, 'proxy-hpm.ts', String(source.port));
  stack.defer(async () => await hpm.process.stop());
  const prepare: Case['prepare'] = (rows, count) => {
    const queues = Array.from({ length: options.connections }, (_, connection) =>
      Array.from({ length: Math.ceil(count / options.connections) }, () => gateway.sign(connection, rows)),
    );
    return (connection) => queues[connection]?.pop() ?? null;
  };
  return [
    { name: 'gateway', process: gateway.process, origin: gateway.origin, prepare },
    bare('undici.request', undici.process, undici.port),
    bare('express + hpm', hpm.process, hpm.port),
  ];
}

async function measure(one: Case, rows: number, seconds: number, rate: number, connections: number): Promise<Sample> {
  const next = one.prepare(rows, rate * seconds * SIGN_AHEAD);
  const before = one.process.cpuSeconds();
  const load = await runLoad({ origin: one.origin, connections, seconds, next });
  const cpuSeconds = one.process.cpuSeconds() - before;
  if (load.requests === 0) throw new BenchError('REQUEST_FAILED', `${one.name} answered nothing`);
  return {
    microsecondsPerRequest: (cpuSeconds * 1e6) / load.requests,
    requestsPerSecond: load.requests / load.seconds,
    p50Ms: median(load.latenciesMs),
    bytesPerAnswer: load.bytes / load.requests,
  };
}

/** All cases in turn, round after round; the first, unmeasured round warms up. */
async function measureSize(cases: readonly Case[], rows: number, { rounds, seconds, connections }: Options) {
  const samples = new Map<string, Sample[]>(cases.map(({ name }) => [name, []]));
  const rates = new Map<string, number>();
  for (let round = 0; round <= rounds; round += 1) {
    for (const one of cases) {
      const rate = rates.get(one.name) ?? FIRST_RATE;
      const sample = await measure(one, rows, round === 0 ? WARM_UP_SECONDS : seconds, rate, connections);
      rates.set(one.name, Math.max(rate, sample.requestsPerSecond));
      if (round > 0) samples.get(one.name)?.push(sample);
    }
  }
  const of = (name: string, member: keyof Sample): number =>
    median((samples.get(name) ?? []).map((each) => each[member]));
  const yardstick = of('undici.request', 'microsecondsPerRequest');
  return cases.map(({ name }) => ({
    name,
    microsecondsPerRequest: of(name, 'microsecondsPerRequest'),
    ratioToUndici: of(name, 'microsecondsPerRequest') / yardstick,
    ratioToHpm: of(name, 'microsecondsPerRequest') / of('express + hpm', 'microsecondsPerRequest'),
    requestsPerSecond: of(name, 'requestsPerSecond'),
    p50Ms: of(name, 'p50Ms'),
    bytesPerAnswer: of(name, 'bytesPerAnswer'),
  }));
}

async function run(options: Options) {
  await using stack = new AsyncDisposableStack();
  const cases = await startCases(options, stack);
  pinThisProcess(LOAD_CORE);
  const results = [];
  for (const [size, bytes] of Object.entries(SIZES)) {
    results.push({ size, cases: await measureSize(cases, rowsFor(bytes), options) });
  }
  const { rounds, seconds, connections } = options;
  return { pinned: CAN_PIN, rounds, seconds, connections, results };
}

function print({ pinned, rounds, seconds, connections, results }: Awaited<ReturnType<typeof run>>): string {
  const head = ['', 'CPU us/request', 'x undici', 'x hpm', 'req/s', 'p50 ms', 'bytes'];
  const tables = results.map(({ size, cases }) => {
    const rows = cases.map((each) => [
      each.name,
      each.microsecondsPerRequest.toFixed(0),
      each.ratioToUndici.toFixed(2),
      each.ratioToHpm.toFixed(2),
      each.requestsPerSecond.toFixed(0),
      each.p50Ms.toFixed(2),
      each.bytesPerAnswer.toFixed(0),
    ]);
    return `\n${size}\n${formatTable([head, ...rows])}`;
  });
  const how = `${String(rounds)} rounds of ${String(seconds)} s, ${String(connections)} connections`;
  return `${how}, ${pinned ? 'each proxy alone on its core' : 'NOT pinned: taskset is missing'}\n${tables.join('')}`;
}

const { values } = parseOptions({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '32' },
    'cpu-prof': { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const [rounds = 0, seconds = 0, connections = 0] = [values.rounds, values.seconds, values.connections].map(Number);
const usable = [rounds, seconds, connections].every((count) => Number.isSafeInteger(count) && count > 0);
if (values.help) {
  process.stdout.write(HELP);
} else if (!usable || connections > MAX_CONNECTIONS) {
  endAsWrongUsage('--rounds, --seconds and --connections are positive integers, connections at most 32');
} else {
  const measured = await run({ rounds, seconds, connections, profileFolder: values['cpu-prof'] ?? null });
  process.stdout.write(values.json ? `${JSON.stringify(measured)}\n` : print(measured));
}
