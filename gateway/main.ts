import { toConfig } from './config/config.ts';
import { ConfigError } from './config/config-error.ts';
import { describeEnvironment, readEnvironment, requireFiles } from './config/env.ts';
import { readSecrets } from './config/secrets.ts';
import { startGateway } from './gateway.ts';
import { createLogger } from './logger.ts';
import { SourceConfigError } from './sources/source-config.ts';

const HELP = `Usage: npm run gateway

Relays data while the ledger permits it. Configured by the environment:

${describeEnvironment()}

Exit codes: 0 stopped on request, 1 could not run, 2 the configuration is not usable.
`;

async function main(): Promise<void> {
  if (process.argv.includes('--help')) {
    process.stdout.write(HELP);
    return;
  }
  const environment = readEnvironment();
  requireFiles(environment);
  const config = toConfig(environment);
  const logger = createLogger(config.logLevel);
  const gateway = await startGateway(config, await readSecrets(environment), logger);
  const stop = (signal: NodeJS.Signals): void => {
    logger.info({ signal }, 'Stopping');
    gateway.stop().catch((err: unknown) => {
      logger.error({ err }, 'Could not stop cleanly');
      process.exitCode = 1;
    });
  };
  // For good: without a listener a second signal would end the process in the middle of the first one's stop.
  process.on('SIGTERM', stop).on('SIGINT', stop);
}

/** By its code, which docs/errors.md explains; what the system said stands behind it. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'Unknown failure';
  const code = 'code' in error ? `${String(error.code)}: ` : '';
  const { cause } = error;
  const told = cause instanceof Error ? ` (${cause.message})` : typeof cause === 'string' ? ` (${cause})` : '';
  return `${error.message.startsWith(code) ? '' : code}${error.message}${told}`;
}

try {
  await main();
} catch (error) {
  const isSources = error instanceof SourceConfigError;
  const isConfig = error instanceof ConfigError || isSources;
  const listed = isConfig ? error.problems : [describe(error)];
  const problems = isSources ? listed.map((problem) => `DXL_SOURCES: ${problem}`) : listed;
  process.stderr.write(`The gateway cannot start / 网关无法启动:\n${problems.map((line) => `- ${line}`).join('\n')}\n`);
  process.exitCode = isConfig ? 2 : 1;
}
