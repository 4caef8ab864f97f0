import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

import type { GatewayErrorCode } from './errors.ts';

/** What the gauges show, read when the metrics are asked for. */
export interface MetricSources {
  readonly blockNumber: () => number;
  readonly provedAgoSeconds: () => number;
  readonly lagBlocks: () => number;
  readonly outboxDepth: () => Promise<number>;
  readonly openStreams: () => number;
  readonly noticesWaiting: () => Promise<number>;
  readonly logSize: () => number;
  readonly anchoredSize: () => number;
  readonly auditBehindSeconds: () => number;
  readonly cosignatures: () => number;
  readonly cosignedAgoSeconds: () => number;
  readonly stampedSize: () => number;
}

/** Prometheus metrics. Labels are closed sets: never an id, so that the series stay few and tell nobody's business. */
export class Metrics {
  readonly registry = new Registry();
  readonly #refusals: Counter<'code'>;
  readonly #denials: Counter<'code'>;
  readonly #deliveries: Counter<'outcome'>;
  readonly #bytes: Counter;
  readonly #readSeconds: Histogram;
  readonly #acts: Counter<'act' | 'result'>;
  readonly #notices: Counter<'result'>;
  readonly #witnessed: Counter<'result'>;

  constructor() {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry, prefix: 'dxl_' });
    this.#refusals = new Counter({
      name: 'dxl_refusals_total',
      help: 'Refused requests',
      labelNames: ['code'],
      registers,
    });
    this.#denials = new Counter({ name: 'dxl_denials_total', help: 'Denied reads', labelNames: ['code'], registers });
    this.#deliveries = new Counter({
      name: 'dxl_deliveries_total',
      help: 'Answers',
      labelNames: ['outcome'],
      registers,
    });
    this.#bytes = new Counter({ name: 'dxl_delivered_bytes_total', help: 'Bytes of data delivered', registers });
    this.#readSeconds = new Histogram({ name: 'dxl_read_seconds', help: 'Time of a whole read', registers });
    this.#acts = new Counter({
      name: 'dxl_acts_total',
      help: 'Acts carried',
      labelNames: ['act', 'result'],
      registers,
    });
    this.#notices = new Counter({ name: 'dxl_notices_total', help: 'Notices', labelNames: ['result'], registers });
    this.#witnessed = new Counter({
      name: 'dxl_witnessed_total',
      help: 'Checkpoints of other gateways that were shown to this one',
      labelNames: ['result'],
      registers,
    });
  }

  observe(sources: MetricSources): void {
    const gauge = (name: string, help: string, read: () => number | Promise<number>): void => {
      const metric: Gauge = new Gauge({
        name,
        help,
        registers: [this.registry],
        collect: async () => {
          metric.set(await read());
        },
      });
    };
    gauge('dxl_chain_block', 'Last block whose history heads were proved equal', sources.blockNumber);
    gauge('dxl_chain_proved_ago_seconds', 'Seconds since the node last proved its state', sources.provedAgoSeconds);
    gauge('dxl_projection_lag_blocks', 'Announced blocks that are not proved yet', sources.lagBlocks);
    gauge('dxl_outbox_depth', 'Acts that wait for the chain', sources.outboxDepth);
    gauge('dxl_open_streams', 'Answers under way', sources.openStreams);
    gauge('dxl_notices_waiting', 'Notices that no receiver has taken yet', sources.noticesWaiting);
    gauge('dxl_log_size', 'Receipts in the newest checkpoint', sources.logSize);
    gauge('dxl_log_anchored_size', 'Receipts that the ledger was seen to have', sources.anchoredSize);
    gauge('dxl_audit_behind_seconds', 'Age of the oldest receipt that is not anchored', sources.auditBehindSeconds);
    gauge('dxl_cosignatures', 'Witnesses that cosigned the checkpoint at /log/cosigned', sources.cosignatures);
    gauge('dxl_cosigned_ago_seconds', 'Seconds since a witness cosigned last', sources.cosignedAgoSeconds);
    gauge('dxl_log_stamped_size', 'Receipts under the newest time stamp', sources.stampedSize);
  }

  refused(code: GatewayErrorCode): void {
    this.#refusals.inc({ code });
  }

  denied(code: string): void {
    this.#denials.inc({ code });
  }

  delivered(outcome: 'DELIVERED' | 'ABORTED', bytes: number, seconds: number): void {
    this.#deliveries.inc({ outcome });
    this.#bytes.inc(bytes);
    this.#readSeconds.observe(seconds);
  }

  act(act: string, result: 'recorded' | 'pending' | 'rejected'): void {
    this.#acts.inc({ act, result });
  }

  notices(result: 'queued' | 'delivered' | 'failed', count = 1): void {
    this.#notices.inc({ result }, count);
  }

  witnessed(result: 'cosigned' | 'conflict' | 'forked'): void {
    this.#witnessed.inc({ result });
  }
}
