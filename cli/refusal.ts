import { z } from 'zod';

import { CliError } from './cli-error.ts';
import type { CliErrorFacts } from './cli-error.ts';

export interface JsonAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly receiptId: string | null;
}

const problemSchema = z.looseObject({
  code: z.string(),
  title: z.string(),
  title_zh: z.string(),
  detail: z.string(),
  deny_code: z.string().optional(),
  deny_title: z.string().optional(),
  deny_title_zh: z.string().optional(),
  server_time: z.int().optional(),
  clock_skew: z.int().optional(),
});
type Problem = z.output<typeof problemSchema>;

/** What became of an act that the ledger refused when it was carried: 422 without being a problem document. */
const rejectedSchema = z.looseObject({
  status: z.literal('rejected'),
  failure: z.string().nullable(),
  revert: z.looseObject({ name: z.string() }).nullable(),
});

/** Members that the sentence says already, or that mean nothing to a person. */
const TOLD = new Set([
  ...['type', 'title', 'title_zh', 'status', 'code', 'detail', 'instance'],
  ...['deny_code', 'deny_title', 'deny_title_zh', 'server_time', 'clock_skew'],
]);

/**
 * Passes on an answer that is none of a failure; a problem document becomes an error that carries all of it.
 * @param now Unix seconds of this machine, to be compared with the gateway's where it tells its own
 * @throws CliError GATEWAY_REFUSED, ACT_REJECTED
 */
export function refuseProblem(answer: JsonAnswer, now: number): JsonAnswer {
  const { status, body, receiptId } = answer;
  if (status < 400) return answer;
  const facts = { status, receiptId, problem: body };
  const rejected = rejectedSchema.safeParse(body);
  if (rejected.success) {
    const cause = rejected.data.revert?.name ?? rejected.data.failure ?? 'no reason';
    throw new CliError('ACT_REJECTED', `ACT_REJECTED ${cause}: The ledger refuses the act / 账本拒绝该登记行为`, facts);
  }
  const problem = problemSchema.safeParse(body);
  if (!problem.success) throw new CliError('GATEWAY_REFUSED', `The gateway refused (${String(status)})`, facts);
  throw refusal(problem.data, facts, now);
}

function refusal(problem: Problem, facts: CliErrorFacts & Pick<JsonAnswer, 'receiptId'>, now: number): CliError {
  const code = problem.code === 'ACT_REJECTED' ? 'ACT_REJECTED' : 'GATEWAY_REFUSED';
  const offset = clockOffset(problem, now);
  const parts = [
    sentence(problem),
    ...Object.entries(problem).flatMap(([name, value]) => (TOLD.has(name) ? [] : [`${name} ${String(value)}`])),
    ...(offset === null ? [] : [`this clock differs by ${String(offset)} s / 本机时钟相差 ${String(offset)} 秒`]),
    ...(facts.receiptId === null ? [] : [`receipt ${facts.receiptId}`]),
  ];
  return new CliError(code, parts.join('; '), offset === null ? facts : { ...facts, clockOffset: offset });
}

/** The reason first: on the data path it is the deny code, elsewhere what the gateway says about this very call. */
function sentence(problem: Problem): string {
  const { code, title, title_zh: titleZh, detail, deny_code: denyCode } = problem;
  if (denyCode === undefined) return `${code}: ${title} / ${titleZh}${detail === title ? '' : `. ${detail}`}`;
  const codes = denyCode === code ? code : `${code} ${denyCode}`;
  return `${codes}: ${problem.deny_title ?? title} / ${problem.deny_title_zh ?? titleZh}`;
}

/** Seconds by which this clock is ahead of the gateway's, when that is more than signatures bear; else null. */
function clockOffset({ server_time: serverTime, clock_skew: skew = 0 }: Problem, now: number): number | null {
  if (serverTime === undefined) return null;
  const offset = now - serverTime;
  return Math.abs(offset) > skew ? offset : null;
}
