import { correction } from './correction.ts';
import { disposalOverdue } from './disposal-overdue.ts';
import { happyPath } from './happy-path.ts';
import { incompleteRequest } from './incomplete-request.ts';
import { misuse } from './misuse.ts';
import { nationalDay } from './national-day.ts';
import { reflow } from './reflow.ts';
import type { Stage, Tale } from './tale.ts';
import { tamperedLeaf } from './tampered-leaf.ts';
import { ungroundedRefusal } from './ungrounded-refusal.ts';
import { unilateralTermination } from './unilateral-termination.ts';

/** The stories of `npm start -- --story NAME`. Each may move the clock on, none back, so all can be told in this order. */
export const TALES = {
  'happy-path': happyPath,
  'ungrounded-refusal': ungroundedRefusal,
  'national-day': nationalDay,
  misuse,
  reflow,
  correction,
  'tampered-leaf': tamperedLeaf,
  'unilateral-termination': unilateralTermination,
  'incomplete-request': incompleteRequest,
  'disposal-overdue': disposalOverdue,
} as const satisfies Readonly<Record<string, Tale>>;

export type TaleName = keyof typeof TALES;

export function isTaleName(text: string): text is TaleName {
  return Object.hasOwn(TALES, text);
}

export const TALE_NAMES = Object.keys(TALES).filter(isTaleName);

/** Tells one story, or every one of them. */
export async function tellTales(stage: Stage, names: readonly TaleName[]): Promise<void> {
  for (const name of names) {
    const { title, tell } = TALES[name];
    stage.narrator.progress(title);
    await tell({ ...stage, narrator: prefixed(stage, name) });
  }
}

/** Steps are named by their story, so that those of several stories can be told apart. */
function prefixed({ narrator }: Stage, tale: TaleName): Stage['narrator'] {
  return { ...narrator, step: (report) => narrator.step({ ...report, name: `${tale}/${report.name}` }) };
}
