import { beforeEach, describe, expect, it } from 'vitest';

import type { EvidenceScope } from '../../../ledger/evidence/scope.ts';
import { parseBytes32 } from '../../../ledger/ids.ts';
import type { AccessReceipt } from '../../../ledger/receipts/receipt.ts';
import { bundleLines, exporterOf, verifyBytes, writeBundle } from '../evidence-bundle.ts';
import { KeptWorld } from '../kept-world.ts';

const world = new KeptWorld();
const grantScope = { kind: 'grant', grantId: parseBytes32(world.grantId) } as const;

beforeEach(() => {
  world.enterGateway();
});

/** The report on a bundle that has no log of any gateway. */
async function withoutLogs(scope: EvidenceScope, receipt: AccessReceipt) {
  const lines = await bundleLines(world, { scope, indexes: [] });
  const bare = lines.filter(({ type }) => type !== 'checkpoint');
  const bytes = await writeBundle(bare, exporterOf(world.gateway));
  return await verifyBytes(bytes, { copies: [{ source: 'copy', receipt }] });
}

describe('a copy', () => {
  it.each<EvidenceScope>([{ kind: 'ledger' }, grantScope])(
    'is missing with its whole log in scope %j',
    async (scope) => {
      const { receipt } = world.gateway.deliver(world.read());
      const { findings } = await withoutLogs(scope, receipt);
      expect(findings).toMatchObject([
        { code: 'COPY_MISSING', id: receipt.receiptId, facts: { gateway: receipt.gateway } },
      ]);
    },
  );

  it('is not missing where the scope does not promise it', async () => {
    const { receipt } = world.gateway.deliver(world.read({ grantId: world.suspendedGrantId }));
    expect((await withoutLogs(grantScope, receipt)).verdict).toBe('sound');
  });

  it('is not missing if the ledger does not know its gateway', async () => {
    const { receipt } = world.gateway.deliver(world.read());
    const stranger = { ...receipt, gateway: `0x${'77'.repeat(32)}` };
    expect((await withoutLogs(grantScope, stranger)).verdict).toBe('sound');
  });
});

describe('the end of a sequence', () => {
  it('can be cut off by an exporter, and the report says so', async () => {
    for (let count = 0; count < 3; count += 1) world.gateway.deliver(world.read());
    const lines = await bundleLines(world, { scope: grantScope, indexes: [0, 1] });
    const { notProved } = await verifyBytes(await writeBundle(lines, exporterOf(world.gateway)));
    expect(notProved).toContain('LATER_RECEIPTS');
  });

  it('can be cut off with its whole log, and the report says so', async () => {
    const { receipt } = world.gateway.deliver(world.read({ grantId: world.suspendedGrantId }));
    expect((await withoutLogs(grantScope, receipt)).notProved).toContain('LATER_RECEIPTS');
  });
});
