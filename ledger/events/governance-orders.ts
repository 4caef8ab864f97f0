import { z } from 'zod';

import { DEPARTMENT_STATUSES } from '../acts/chain-enums.ts';
import { account, department, hash, small } from '../acts/columns.ts';

/** What governance orders: recorded like an act, but announced under the AccessManager and signed by nobody. */
export const accountsRestoration = z.strictObject({
  department,
  maker: account,
  office: account,
  head: account,
  reasonCode: hash,
});

/** `status` is one of DEPARTMENT_STATUSES. */
export const statusOrder = z.strictObject({
  department,
  status: small(DEPARTMENT_STATUSES.suspended),
  reasonCode: hash,
});

export type AccountsRestoration = Readonly<z.output<typeof accountsRestoration>>;
export type StatusOrder = Readonly<z.output<typeof statusOrder>>;
