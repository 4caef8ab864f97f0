import type { Command } from 'commander';
import { z } from 'zod';

import { CliError, EXIT } from '../cli-error.ts';
import { GatewayClient } from '../gateway-client.ts';
import { Output } from '../output.ts';
import { openKeystore, readAccessKey, readProfile } from '../profile.ts';
import type { Profile } from '../profile.ts';
import { DEFAULT_PROFILE, globalOptions } from '../session.ts';
import { chainStatus } from './chain.ts';

interface Check {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
}

export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('check the profile, the keys, the clock and the gateway / 自检')
    .action(async (_options: unknown, command: Command) => {
      const { profile: path = DEFAULT_PROFILE, json = false } = globalOptions(command);
      const checkup = new Checkup();
      await runChecks(checkup, path);
      new Output(json).list(checkup.checks, ['check', 'ok', 'detail']);
      process.exitCode = checkup.exitCode;
    });
}

/** Each check builds on the one before: the first that fails is the one to mend. */
class Checkup {
  readonly checks: Check[] = [];
  exitCode: number = EXIT.ok;

  /** @param run what it found, or a CliError that says what to mend */
  async check(name: string, run: () => string | Promise<string>): Promise<void> {
    if (this.exitCode !== EXIT.ok) return;
    try {
      this.checks.push({ check: name, ok: true, detail: await run() });
    } catch (error) {
      this.checks.push({ check: name, ok: false, detail: error instanceof Error ? error.message : 'failed' });
      const code = error instanceof CliError ? error.exitCode : EXIT.error;
      this.exitCode = code === EXIT.network || code === EXIT.unverified ? code : EXIT.error;
    }
  }
}

async function runChecks(checkup: Checkup, path: string): Promise<void> {
  await checkup.check('profile', () => readProfile(path).gateway);
  await checkup.check('access key', () => {
    return readAccessKey(readProfile(path))?.keyId ?? 'none: only dxl key register will work';
  });
  await checkup.check('keystores', async () => await tryKeystores(readProfile(path)));
  await checkup.check('gateway', async () => (await clientOf(path).identity()).keyId);
  await checkup.check('ledger is proved current', async () => await readBlock(clientOf(path)));
  await checkup.check('gateway is ready', async () => await readReadiness(clientOf(path)));
  await checkup.check('signed call', async () => await tryCall(clientOf(path), readProfile(path)));
}

async function tryKeystores(profile: Profile): Promise<string> {
  const { maker, office, head } = profile;
  for (const keystore of [...maker, ...office, ...head]) await openKeystore(profile, keystore);
  return `maker ${String(maker.length)}, office ${String(office.length)}, head ${String(head.length)}`;
}

async function readBlock(client: GatewayClient): Promise<string> {
  const { stale_reason: reason, block } = chainStatus.parse((await client.getPublic('/v1/chain')).body);
  if (reason === null) return `block ${String(block?.number)}`;
  throw new CliError('GATEWAY_REFUSED', `not now: ${reason}; docs/operations.md says what to do`);
}

const readiness = z.object({ stale_reason: z.string().nullable(), audit_problem: z.string().nullable() });

/** Whether reads are served: beside a proved ledger that needs receipts that can be written and are anchored. */
async function readReadiness(client: GatewayClient): Promise<string> {
  const { status, body } = await client.getPublic('/readyz');
  if (status === 200) return 'it serves';
  const { stale_reason: stale, audit_problem: audit } = readiness.parse(body);
  const reason = stale ?? audit ?? 'receipts cannot be written';
  throw new CliError('GATEWAY_REFUSED', `it serves nothing: ${reason}; docs/operations.md says what to do`);
}

const departmentSchema = z.object({ status: z.string() });

async function tryCall(client: GatewayClient, { department }: Profile): Promise<string> {
  const { status } = departmentSchema.parse((await client.get(`/v1/departments/${department}`)).body);
  if (status !== 'active') throw new CliError('GATEWAY_REFUSED', `${department} is ${status}`);
  return 'the gateway knows this key, and the clocks agree';
}

function clientOf(path: string): GatewayClient {
  const profile = readProfile(path);
  return new GatewayClient({ url: profile.gateway, key: readAccessKey(profile), pinnedKeyId: profile.gatewayKey });
}
