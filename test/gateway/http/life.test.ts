import { createServer } from 'node:http';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startGateway } from '../../../gateway/gateway.ts';
import { createLogger } from '../../../gateway/logger.ts';
import { GatewayFixture } from '../../support/gateway-fixture.ts';
import { LedgerChain } from '../../support/ledger-chain.ts';

const SETTLE_MS = 20_000;
const logger = createLogger('silent');

let chain: LedgerChain;

beforeAll(async () => {
  chain = await LedgerChain.start();
});

afterAll(async () => {
  await chain.stop();
});

/** Connections and timers that keep this process alive. */
function openHandles(): number {
  return process.getActiveResourcesInfo().filter((kind) => /TCPSocket|Timeout/.test(kind)).length;
}

/** How many stay open, waiting until no more than `most` do; with timers that do not count, as those of vitest would. */
async function settledHandles(most: number): Promise<number> {
  const deadline = performance.now() + SETTLE_MS;
  do await new Promise((resolve) => setTimeout(resolve, 300).unref());
  while (openHandles() > most && performance.now() < deadline);
  return openHandles();
}

describe('startGateway', () => {
  it('leaves nothing open when it cannot listen, so that the process ends and another can start', async () => {
    const fixture = await GatewayFixture.start({ chain, sources: {} });
    await fixture.stop({ keepData: true });
    const { config, secrets } = fixture;
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(config.listenPort, '127.0.0.1', resolve));
    const before = await settledHandles(Infinity);
    await expect(startGateway(config, secrets, logger)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect(await settledHandles(before)).toBeLessThanOrEqual(before);
    await new Promise((resolve) => squatter.close(resolve));
    // The journal's lock is free again, in the very same process.
    const second = await startGateway(config, secrets, logger);
    await second.stop();
  });

  it('leaves nothing open when another gateway has its folder', async () => {
    const fixture = await GatewayFixture.start({ chain, sources: {} });
    const before = await settledHandles(Infinity);
    const failed = startGateway({ ...fixture.config, listenPort: 0 }, fixture.secrets, logger);
    await expect(failed).rejects.toMatchObject({ code: 'JOURNAL_IN_USE' });
    expect(await settledHandles(before)).toBeLessThanOrEqual(before);
    await fixture.stop();
  });

  it('stops once, however often it is told to', async () => {
    const fixture = await GatewayFixture.start({ chain, sources: {} });
    const { gateway } = fixture;
    const first = gateway.stop();
    await expect(Promise.all([first, gateway.stop()])).resolves.toHaveLength(2);
    await expect(gateway.stop()).resolves.toBeUndefined();
  });
});
