import { z } from 'zod';

import { isUnique, withRules } from './document-rule.ts';
import { MAX_LIST_LENGTH, textSchema } from './terms.ts';

/** Parts of a ShareRequest that may be incomplete; `other` is what the provider names in words. */
export const REQUEST_ITEMS = [
  'basis',
  'scenario',
  'purposes',
  'scope',
  'mode',
  'window',
  'storage',
  'security',
  'commitment',
  'other',
] as const;

const itemSchema = z.strictObject({ item: z.enum(REQUEST_ITEMS), text: textSchema });

/** What is said of each part, each part once; `other` as often as needed. */
export const requestItemsSchema = withRules(z.array(itemSchema).min(1).max(MAX_LIST_LENGTH), [
  {
    rule: 'UNIQUE',
    path: [],
    holds: (items) => isUnique(items.map(({ item }) => item).filter((item) => item !== 'other')),
  },
]);
