import { Console } from 'node:console';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

import { CliError } from '../cli/cli-error.ts';
import { LedgerError } from '../ledger/errors.ts';
import { EmbeddedError } from './embedded/embedded-error.ts';
import { lockFolder } from './embedded/folder-lock.ts';
import { endAsWrongUsage, parseOptions } from './parse-options.ts';
import { ChainClock } from './story/chain-clock.ts';
import { AFTER_ONCE, nextCommands } from './story/next-commands.ts';
import { createJsonNarrator, createNarrator, fact, type Narrator } from './story/narrator.ts';
import { writeProfiles } from './story/profiles.ts';
import { type Registered, registerSamples } from './story/register-samples.ts';
import { startParts, type Parts } from './story/start-parts.ts';
import { StoryError } from './story/story-error.ts';
import { TALE_BEGINS_AT } from './story/tales/tale.ts';
import { isTaleName, TALE_NAMES, type TaleName, tellTales } from './story/tales/tales.ts';
import { tellStory } from './story/tell-story.ts';
import { openWorld, type World } from './story/world.ts';

const HELP = `Usage: npm start -- [options]

Starts a ledger, a gateway and sample sources on this machine, registers 27 invented departments and their catalogue,
and shows one share from request to suspension, each step with what proves it. Then it serves until Ctrl-C.
在本机启动账本、网关与样例数据源,登记 27 个虚构部门及其目录,并演示一次共享从申请到暂停的全过程。按 Ctrl-C 结束。

  --once                  end after the story, exit 0
  --story NAME            tell another story on a ledger of its own that is thrown away, and end:
                          ${TALE_NAMES.slice(0, 5).join(', ')},
                          ${TALE_NAMES.slice(5).join(', ')}, or all
  --data DIR              where everything is kept between runs (default .data)
  --port PORT             where the gateway listens (default 8480, another one if it is taken)
  --json                  one JSON object a line instead of text
  --accept-history-loss   go on although the chain lost entries for good, after kill -9 say
  --help                  this text

Exit codes: 0 done or stopped, 1 failed, 2 wrong options, 130 interrupted before the end of the story.
`;

const OPTIONS = {
  once: { type: 'boolean', default: false },
  story: { type: 'string' },
  data: { type: 'string', default: '.data' },
  port: { type: 'string', default: '8480' },
  json: { type: 'boolean', default: false },
  'accept-history-loss': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** A terminal's Ctrl-C reaches us directly and through npm: what follows so soon is the same keystroke. */
const SAME_KEYSTROKE_MS = 1_000;

/** As a shell reports a process that Ctrl-C ended. */
const INTERRUPTED = 130;

interface Interruption {
  /** Resolves with the exit code when somebody wants everything to end. */
  readonly asked: Promise<number>;
  end(exitCode: number): void;
}

async function main(): Promise<number> {
  const { values } = parseOptions({ options: OPTIONS });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const port = parsePort(values.port);
  const tales = values.story === undefined ? null : parseStory(values.story);
  const write = (text: string): void => void process.stdout.write(text);
  const narrator = values.json ? createJsonNarrator(write) : createNarrator(write);
  const own = isAbsolute(values.data) ? values.data : resolve(values.data);
  const folder = tales === null ? own : mkdtempSync(join(tmpdir(), 'dxl-story-'));
  const interruption = listenForInterruption();
  // A reader that went away, `| head` say, wants no more.
  process.stdout.on('error', () => interruption.end(1));
  await using stack = new AsyncDisposableStack();
  const progress = { told: false };
  const run = async (): Promise<number> => {
    if (tales !== null) stack.defer(() => rmSync(folder, { recursive: true, force: true }));
    const lock = lockFolder(folder);
    stack.defer(() => lock.release());
    const onPartEnded = (part: string): void => {
      process.stderr.write(`The ${part} ended unexpectedly / ${part} 意外结束; see ${folder}\n`);
      interruption.end(1);
    };
    const acceptHistoryLoss = values['accept-history-loss'];
    const begin = tales === null ? {} : { beginsAt: TALE_BEGINS_AT };
    const parts = await startParts({ folder, port, acceptHistoryLoss, narrator, stack, onPartEnded, ...begin });
    const commands =
      tales === null ? await showStory(folder, parts, narrator, stack) : await showTales(parts, narrator, stack, tales);
    const isOver = values.once || tales !== null;
    narrator.closing(isOver ? AFTER_ONCE : commands);
    progress.told = true;
    return isOver ? 0 : await interruption.asked;
  };
  const exitCode = await Promise.race([run(), interruption.asked]);
  return progress.told && exitCode === INTERRUPTED ? 0 : exitCode;
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  return port <= 65_535 ? port : endAsWrongUsage(`--port is a number up to 65535, not ${text}`);
}

function parseStory(text: string): readonly TaleName[] {
  if (text === 'all') return TALE_NAMES;
  return isTaleName(text) ? [text] : endAsWrongUsage(`--story is one of ${TALE_NAMES.join(', ')} or all, not ${text}`);
}

/** The stories begin in September 2026, so that National Day lies ahead: their chain's clock is theirs alone. */
async function showTales(
  { chain, keys, sharedOffice, missingYears, gatewayUrl }: Parts,
  narrator: Narrator,
  stack: AsyncDisposableStack,
  tales: readonly TaleName[],
): Promise<readonly string[]> {
  const world = await openWorld(keys, sharedOffice, gatewayUrl);
  stack.defer(async () => await world.close());
  narrator.progress(['registering departments and catalogue', '登记部门与目录']);
  const registered = await registerSamples(world.principals, world.principal('SH'), missingYears);
  await tellRegistration(world, narrator, registered);
  await tellTales({ world, narrator, clock: new ChainClock(chain.url), chainUrl: chain.url }, tales);
  return AFTER_ONCE;
}

/** @returns what to try by hand while the gateway serves */
async function showStory(
  folder: string,
  parts: Parts,
  narrator: Narrator,
  stack: AsyncDisposableStack,
): Promise<readonly string[]> {
  const { chain, keys, sharedOffice, missingYears, gatewayUrl } = parts;
  const world = await openWorld(keys, sharedOffice, gatewayUrl);
  stack.defer(async () => await world.close());
  const authority = world.principal('SH');
  const { keyId } = await authority.client.identity();
  const profileOf = writeProfiles(join(folder, 'profiles'), world.principals.values(), keys, {
    url: gatewayUrl,
    keyId,
  });
  narrator.progress([
    'registering departments and catalogue, as far as they are not there',
    '登记部门与目录(如尚未登记)',
  ]);
  const registered = await registerSamples(world.principals, authority, missingYears);
  await chain.save();
  await tellRegistration(world, narrator, registered);
  const { residents } = await tellStory(world, narrator);
  await chain.save();
  return nextCommands({ gatewayUrl, profileOf, residents });
}

async function tellRegistration(
  world: World,
  narrator: Narrator,
  { departments, calendarYears, resources }: Registered,
): Promise<void> {
  const { block, heads } = await world.heads();
  const history = (contract: string): string => `${String(heads[contract]?.seq)} ${String(heads[contract]?.head)}`;
  narrator.step({
    name: 'register',
    title: ['The departments and their catalogue are on the ledger', '部门与目录已登记上链'],
    facts: [
      fact('newDepartments', ['departments, entered now', '部门数与本次登记'], `27, ${String(departments)}`),
      fact('newYears', ['working-day calendar, years entered now', '本次录入工作日历年数'], calendarYears),
      fact('newResources', ['resources, entered now', '目录条目数与本次登记'], `42, ${String(resources)}`),
      fact('block', ['block', '区块'], `${String(block.number)} ${block.hash}`),
      fact('registry', ['DepartmentRegistry entries, head', '部门登记历史条数与链头'], history('DepartmentRegistry')),
      fact('catalog', ['ResourceCatalog entries, head', '目录历史条数与链头'], history('ResourceCatalog')),
    ],
  });
}

function listenForInterruption(): Interruption {
  const { promise: asked, resolve: end } = Promise.withResolvers<number>();
  let firstMs = 0;
  const onSignal = (): void => {
    const nowMs = Date.now();
    if (firstMs === 0) {
      firstMs = nowMs;
      process.stderr.write('\nStopping; the ledger is kept ... / 正在停止,账本将保留 ……\n');
      end(INTERRUPTED);
    } else if (nowMs - firstMs > SAME_KEYSTROKE_MS) {
      process.exit(INTERRUPTED);
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  return { asked, end };
}

function describe(error: unknown): string {
  const isOurs =
    error instanceof EmbeddedError ||
    error instanceof StoryError ||
    error instanceof CliError ||
    error instanceof LedgerError;
  if (isOurs) return `${error.code}: ${error.message}`;
  // Of the system: a folder that cannot be made, say.
  if (error instanceof Error && 'syscall' in error) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Leaves at once: a part that was starting when it was interrupted must not hold the process. */
async function runToExit(): Promise<never> {
  // Standard output is the story's; what a library logs, the compiler's empty lines say, goes beside it.
  globalThis.console = new Console(process.stderr);
  try {
    process.exit(await main());
  } catch (error) {
    process.stderr.write(`\nnpm start failed / 启动失败: ${describe(error)}\n`);
    process.exit(1);
  }
}

await runToExit();
