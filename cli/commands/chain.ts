import type { Command } from 'commander';
import { z } from 'zod';

import { readAccessKey } from '../profile.ts';
import { EXIT } from '../cli-error.ts';
import { GatewayClient } from '../gateway-client.ts';
import { Output } from '../output.ts';
import { DEFAULT_PROFILE, globalOptions, openSession } from '../session.ts';
import { readProfile } from '../profile.ts';

const chainStatus = z.looseObject({
  block: z.looseObject({ number: z.int() }).nullable(),
  heads: z.record(z.string(), z.looseObject({ seq: z.int() })).nullable(),
  stale_reason: z.string().nullable(),
});

export function addChainCommands(program: Command): void {
  const chain = program.command('chain').description('the ledger behind the gateway / 账本');
  chain
    .command('status')
    .description('the block that the gateway has proved, and the length of each history')
    .action(async (_options: unknown, command: Command) => {
      const { client, output } = openSession(command);
      const { body } = await client.getPublic('/v1/chain');
      const { block, heads, stale_reason: staleReason } = chainStatus.parse(body);
      const { deployment, keyId } = await client.identity();
      output.show({
        chainId: deployment.chainId,
        profile: deployment.profile,
        gateway: keyId,
        block,
        heads,
        staleReason,
      });
    });
}

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
      const checks = await runChecks(path);
      new Output(json).list(checks, ['check', 'ok', 'detail']);
      if (checks.some(({ ok }) => !ok)) process.exitCode = EXIT.error;
    });
}

/** Each check builds on the one before: the first that fails is the one to mend. */
async function runChecks(path: string): Promise<readonly Check[]> {
  const checks: Check[] = [];
  const check = async (name: string, run: () => string | Promise<string>): Promise<void> => {
    if (checks.some(({ ok }) => !ok)) return;
    try {
      checks.push({ check: name, ok: true, detail: await run() });
    } catch (error) {
      checks.push({ check: name, ok: false, detail: error instanceof Error ? error.message : 'failed' });
    }
  };
  await check('profile', () => readProfile(path).gateway);
  await check('access key', () => readAccessKey(readProfile(path))?.keyId ?? 'none: only dxl key register will work');
  await check('gateway', async () => (await clientOf(path).identity()).keyId);
  await check('ledger is proved current', async () => {
    const { stale_reason: reason, block } = chainStatus.parse((await clientOf(path).getPublic('/v1/chain')).body);
    return reason === null ? `block ${String(block?.number)}` : `not now: ${reason}`;
  });
  await check('signed call', async () => {
    await clientOf(path).get(`/v1/departments/${readProfile(path).department}`);
    return 'the gateway knows this key, and the clocks agree';
  });
  return checks;
}

function clientOf(path: string): GatewayClient {
  const profile = readProfile(path);
  return new GatewayClient({ url: profile.gateway, key: readAccessKey(profile), pinnedKeyId: profile.gatewayKey });
}
