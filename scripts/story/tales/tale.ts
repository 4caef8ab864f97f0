import { z } from 'zod';

import type { ChainClock } from '../chain-clock.ts';
import type { Bilingual, Fact, Narrator } from '../narrator.ts';
import type { Principal } from '../principal.ts';
import { StoryError } from '../story-error.ts';
import type { World } from '../world.ts';

/** 2026-09-24 09:00 in Shanghai, a Thursday before the Mid-Autumn Festival and National Day. */
export const TALE_BEGINS_AT = 1_790_211_600;
export const DAY_SECONDS = 86_400;

/** What a tale is told with. */
export interface Stage {
  readonly world: World;
  readonly narrator: Narrator;
  readonly clock: ChainClock;
  /** JSON-RPC of the embedded chain, for what the gateway would refuse before the ledger does. */
  readonly chainUrl: string;
}

/** A story of domain.md 10: each step shows what proves it, and a step that goes otherwise ends the story. */
export interface Tale {
  readonly title: Bilingual;
  readonly tell: (stage: Stage) => Promise<void>;
}

/** Tells a step whose facts are named in both languages. */
export function tellStep({ narrator }: Stage, name: string, title: Bilingual, facts: readonly Fact[]): void {
  narrator.step({ name, title, facts });
}

/** @throws StoryError unless what the ledger or the gateway says is what the law wants */
export function expectThat(holds: boolean, what: string): asserts holds {
  if (!holds) throw new StoryError('UNEXPECTED_ANSWER', what);
}

/** A date and time in Shanghai for people. */
export function inShanghai(seconds: number): string {
  return `${new Date((seconds + 8 * 3600) * 1000).toISOString().slice(0, 16).replace('T', ' ')} (UTC+8)`;
}

const itemSchema = z.object({
  task: z.string(),
  subject: z.string(),
  overdue: z.boolean(),
  liability: z.string().nullable(),
  dueAt: z.number(),
});
export type InboxItem = z.output<typeof itemSchema>;

/** What the gateway says that waits for a department about one thing. */
export async function waitingFor({ client }: Principal, subject: string): Promise<readonly InboxItem[]> {
  const { body } = await client.get('/v1/inbox');
  const { items } = z.object({ items: z.array(itemSchema) }).parse(body);
  return items.filter((item) => item.subject === subject);
}

const stepSchema = z.object({ event: z.string(), department: z.string(), dueBefore: z.number(), dueAt: z.number() });
const requestSchema = z.object({ status: z.string(), dueAt: z.number(), steps: z.array(stepSchema) });

/** A request or a grant as the gateway tells it, with its steps. */
export async function readThing({ client }: Principal, kind: 'requests' | 'grants' | 'cases', id: string) {
  return requestSchema.parse((await client.get(`/v1/${kind}/${id}`)).body);
}

const timeliness = z.object({ inTime: z.number(), late: z.number(), overdue: z.number() });
const scorecardSchema = z.object({ answers: timeliness, disposals: timeliness, misuse: z.number() });

/** A department's record as the authority reads it. */
export async function scorecardOf(reader: Principal, { department }: Principal) {
  return scorecardSchema.parse((await reader.client.get(`/v1/scorecards/${department.id}`)).body);
}
