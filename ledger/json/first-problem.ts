import type { z } from 'zod';

/** Keys of a hostile document end up in the path: keep it short. */
const MAX_PATH_LENGTH = 200;

/** Where a value first fails its schema. */
export interface Problem {
  /** RFC 6901 pointer. */
  readonly path: string;
  /** The `params.rule` of a refinement, or zod's issue code in capitals. */
  readonly rule: string;
}

export function firstProblem(error: z.ZodError): Problem {
  const issue = error.issues[0];
  if (issue === undefined) return { path: '', rule: 'CUSTOM' };
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path;
  return { path: toPointer(path), rule: ruleOf(issue) };
}

function toPointer(path: readonly PropertyKey[]): string {
  const pointer = path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  return pointer.slice(0, MAX_PATH_LENGTH);
}

function ruleOf(issue: z.core.$ZodIssue): string {
  const rule: unknown = issue.code === 'custom' ? issue.params?.['rule'] : undefined;
  return typeof rule === 'string' ? rule : issue.code.toUpperCase();
}
