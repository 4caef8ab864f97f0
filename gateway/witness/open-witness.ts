import type { Kysely } from 'kysely';
import type { Logger } from 'pino';

import type { Follower } from '../chain/follower.ts';
import type { GatewayConfig } from '../config/config.ts';
import type { OpenedLog } from '../log/open-log.ts';
import type { Metrics } from '../metrics.ts';
import type { Database } from '../stores/schema.ts';
import { WitnessStore } from '../stores/witness-store.ts';
import type { CosignedNote } from './cosigned-note.ts';
import { Cosigning } from './cosigning.ts';
import { Witness } from './witness.ts';
import type { WitnessAddress } from './witnesses-config.ts';

export interface WitnessParts {
  readonly config: GatewayConfig;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly now: () => number;
  readonly database: Kysely<Database>;
  readonly follower: Follower;
  readonly opened: OpenedLog;
  readonly cosigned: CosignedNote;
  readonly witnesses: readonly WitnessAddress[];
}

/** This gateway as a witness of others, and its own log as others witness it. */
export function openWitness(parts: WitnessParts): { readonly witness: Witness; readonly cosigning: Cosigning } {
  const { config, logger, metrics, now, database, follower, cosigned, witnesses } = parts;
  const { log, logKeys: keys } = parts.opened;
  const store = new WitnessStore(database, keys.gateway);
  const witness = new Witness({
    ...{ keys, follower, store, now },
    onForked: ({ origin, known, shown }) => {
      metrics.witnessed('forked');
      const notes = { known: Buffer.from(known).toString('utf8'), shown: Buffer.from(shown).toString('utf8') };
      logger.error({ part: 'witness', origin, ...notes }, 'A gateway has signed two heads of one size');
    },
  });
  const everyMs = config.anchorMs;
  return { witness, cosigning: new Cosigning({ cosigned, log, follower, witnesses, everyMs, now, logger }) };
}
