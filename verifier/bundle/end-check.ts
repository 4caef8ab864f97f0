import { createHash } from 'node:crypto';

import { endStatement } from '../../ledger/evidence/end-statement.ts';
import type { EvidenceLineOf } from '../../ledger/evidence/evidence-line.ts';
import type { Findings } from '../findings.ts';
import { verifyEd25519 } from '../ledger/ed25519.ts';
import type { World } from '../ledger/world.ts';

const LINE_FEED = Uint8Array.of(0x0a);

/** Counts and hashes the lines of a bundle, and holds its last line to that. */
export class EndCheck {
  lines = 0;
  readonly #hash = createHash('sha256');

  /** A line before the end. */
  count(bytes: Uint8Array): void {
    this.#hash.update(bytes).update(LINE_FEED);
    this.lines += 1;
  }

  take(line: number, end: EvidenceLineOf<'end'>, world: World, findings: Findings): void {
    const sha256 = `0x${this.#hash.digest('hex')}`;
    if (end.lines !== this.lines || end.sha256 !== sha256) {
      findings.add('BUNDLE_ALTERED', line, null, { lines: this.lines, sha256 });
    }
    const gateway = world.gateways.get(end.exporter);
    if (gateway === undefined || gateway.status.now === 'equivocated') {
      findings.add('EXPORTER_UNKNOWN', line, end.exporter);
    } else if (!verifyEd25519(gateway.publicKey, endStatement(end.lines, end.sha256), end.signature)) {
      findings.add('EXPORT_SIGNATURE', line, end.exporter);
    }
  }
}
