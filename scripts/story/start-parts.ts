import { join } from 'node:path';

import { startAnvil, type EmbeddedChain } from '../embedded/anvil.ts';
import { startGatewayProcess } from '../embedded/gateway-process.ts';
import { startPglite } from '../embedded/pglite.ts';
import { startSampleUpstream } from '../embedded/sample-upstream.ts';
import { deployLedger, deploymentPath, type DeployOptions } from '../deploy.ts';
import { openKeyFolder, type KeyFolder } from '../samples/key-folder.ts';
import { ensureSupervisor, supervisorOf } from './admit-supervisors.ts';
import { missingCalendarYears } from './demo-calendar.ts';
import type { Narrator } from './narrator.ts';
import { OFFICERS, OFFICERS_NEEDED } from './principal.ts';
import { ensureSharedOffice } from './shared-office.ts';
import { writeSourcesFile } from './sources-file.ts';

const CHAIN_PORT = 8545;

export interface PartsOptions {
  readonly folder: string;
  readonly port: number;
  readonly acceptHistoryLoss: boolean;
  /** When the clock of a new chain begins, in Unix seconds; now by default. */
  readonly beginsAt?: number;
  readonly narrator: Narrator;
  /** Every part that runs adds how to end it; the last one added is ended first. */
  readonly stack: AsyncDisposableStack;
  /** Told when a part ends unasked. */
  readonly onPartEnded: (part: string) => void;
}

interface Deployed {
  readonly sharedOffice: string;
  /** Years of the calendar that the demo needs and the ledger does not have. */
  readonly missingYears: readonly number[];
}

export interface Parts extends Deployed {
  readonly chain: EmbeddedChain;
  readonly keys: KeyFolder;
  readonly gatewayUrl: string;
}

/** Everything below the story: chain, ledger, sources, gateway. What a former start left in the folder is found again. */
export async function startParts(options: PartsOptions): Promise<Parts> {
  const { folder, narrator, stack, onPartEnded } = options;
  const keys = openKeyFolder(join(folder, 'keys'));
  const chain = await startAnvil({
    folder: join(folder, 'chain'),
    port: CHAIN_PORT,
    ...(options.beginsAt === undefined ? {} : { beginsAt: options.beginsAt }),
    onUnexpectedExit: () => onPartEnded('chain'),
  });
  stack.defer(async () => await chain.stop());
  tellChain(narrator, chain);
  // At once: the compiler is a process of its own, and takes the longest of all at the first start.
  const [deployed, sourcesFile] = await both(deploy(options, chain, keys), startSources(options));
  narrator.progress(['starting the gateway', '正在启动网关']);
  const gateway = await startGatewayProcess({
    folder: join(folder, 'gateway'),
    port: options.port,
    environment: await gatewayEnvironment(options, keys, chain, sourcesFile),
    onUnexpectedExit: () => onPartEnded('gateway'),
  });
  stack.defer(async () => await gateway.stop());
  narrator.progress([`gateway at ${gateway.url}`, `网关地址 ${gateway.url}`]);
  return { chain, keys, ...deployed, gatewayUrl: gateway.url };
}

/** Like Promise.all, but fails only when neither runs any more: what one began later would never be stopped. */
async function both<First, Second>(first: Promise<First>, second: Promise<Second>): Promise<[First, Second]> {
  await Promise.allSettled([first, second]);
  return [await first, await second];
}

function tellChain(narrator: Narrator, { url, resumedAt, lostTail }: EmbeddedChain): void {
  const state = resumedAt === null ? 'new' : `found at block ${String(resumedAt)}`;
  const stateZh = resumedAt === null ? '新建' : `已恢复至区块 ${String(resumedAt)}`;
  narrator.progress([`embedded chain at ${url}: ${state}`, `内置链:${stateZh}`]);
  if (!lostTail) return;
  narrator.progress([
    'the newest state of the chain was unreadable: an older one is used, the gateway sends again what it carried',
    '链的最新状态不可读:已使用较早状态,网关将重新提交',
  ]);
}

async function deploy({ folder, narrator }: PartsOptions, chain: EmbeddedChain, keys: KeyFolder): Promise<Deployed> {
  narrator.progress(
    chain.resumedAt === null
      ? [
          'compiling and deploying the ledger; the first time this takes about half a minute',
          '编译并部署账本,首次约半分钟',
        ]
      : ['checking the ledger that is deployed', '核对已部署的账本'],
  );
  const ledger: DeployOptions = {
    rpcUrl: chain.url,
    deployerKey: (await keys.wallet('setup/deployer')).privateKey,
    governance: await keys.address('setup/governance'),
    governments: [await supervisorOf('PG', keys), await supervisorOf('CG', keys)],
    authority: await supervisorOf('SH', keys),
    dataDir: folder,
    profile: 'dev',
  };
  // The deployment file must not outlive the chain that it names.
  const { contracts } = await deployLedger(ledger, () => chain.save());
  const governance = await keys.wallet('setup/governance');
  await ensureSupervisor(chain.url, contracts.DepartmentRegistry, 'PD', keys, governance);
  const officers = await Promise.all(OFFICERS.map(async (name) => await keys.address(name)));
  const creator = await keys.wallet('setup/shared-office');
  const sharedOffice = await ensureSharedOffice(chain.url, creator, officers, OFFICERS_NEEDED);
  // From here on a kill -9 loses acts at most, which the gateway carries again, never the contracts.
  await chain.save();
  return { sharedOffice, missingYears: await missingCalendarYears(chain.url, contracts.WorkingDayCalendar) };
}

async function startSources({ folder, narrator, stack }: PartsOptions): Promise<string> {
  narrator.progress([
    'loading sample data into the embedded PostgreSQL, if it is not there',
    '加载样例数据(如尚未加载)',
  ]);
  const database = await startPglite(join(folder, 'postgres'), (table, rows) =>
    narrator.progress([`${table}: ${String(rows)} rows`, `${String(rows)} 行`]),
  );
  stack.defer(async () => await database.stop());
  const upstream = await startSampleUpstream();
  stack.defer(async () => await upstream.stop());
  const sourcesFile = join(folder, 'sources.json');
  writeSourcesFile(sourcesFile, database.url, upstream.url);
  return sourcesFile;
}

async function gatewayEnvironment(
  { folder, acceptHistoryLoss }: PartsOptions,
  keys: KeyFolder,
  chain: EmbeddedChain,
  sourcesFile: string,
): Promise<Record<string, string>> {
  keys.accessKey('gateway/signing', 'ed25519');
  await keys.address('gateway/relayer');
  return {
    DXL_DEPLOYMENT: deploymentPath(folder),
    DXL_NODE_URL: chain.webSocketUrl,
    DXL_SOURCES: sourcesFile,
    DXL_SIGNING_KEY_FILE: keys.accessKeyFile('gateway/signing'),
    DXL_RELAYER_KEYSTORE: keys.walletFile('gateway/relayer'),
    DXL_RELAYER_PASSWORD_FILE: keys.passwordFile,
    ...(acceptHistoryLoss ? { DXL_ACCEPT_HISTORY_LOSS: 'yes' } : {}),
  };
}
