import { relative } from 'node:path';

import { PURPOSE, type GrantedShare } from './share.ts';

export interface NextCommandsOptions {
  readonly gatewayUrl: string;
  /** Path of the profile of a sample department. */
  readonly profileOf: (key: string) => string;
  /** A grant that is active. */
  readonly residents: GrantedShare;
}

/** Nothing serves after `--once`, so there is nothing to try yet. */
export const AFTER_ONCE = [
  'Done, and nothing serves any more. To try it by hand: npm start without --once says how.',
  '演示结束,服务均已停止。如需动手尝试,请运行不带 --once 的 npm start,并按其提示操作。',
] as const;

/** What to try by hand, in another terminal, while this one serves. */
export function nextCommands({ gatewayUrl, profileOf, residents }: NextCommandsOptions): string[] {
  const dxl = (key: string, rest: string): string =>
    `  npm run -s dxl -- --profile ${relative(process.cwd(), profileOf(key))} ${rest}`;
  const { requester, provider, system } = residents.terms;
  const use = `--purpose ${PURPOSE} --system ${system} --case BJ-2025-0002`;
  return [
    `The gateway serves at ${gatewayUrl}. In another terminal, in this folder / 网关已就绪,请在另一终端、本目录下尝试:`,
    dxl(requester.department.key, 'doctor'),
    dxl(requester.department.key, 'resource list'),
    dxl(requester.department.key, `fetch ${residents.grantId} ${use} --limit 3`),
    dxl(provider.department.key, 'receipt list'),
    dxl('AU', `evidence export --grant ${residents.grantId} --out evidence.ndjson`),
    dxl('AU', 'verify bundle evidence.ndjson'),
    dxl(provider.department.key, `grant suspend ${residents.grantId} --reason SECURITY --text "演示暂停"`),
    `  curl ${gatewayUrl}/readyz`,
  ];
}
