import type { Principal } from '../principal.ts';
import type { ShareTerms } from '../share.ts';
import { residentsShare } from '../shares.ts';
import type { World } from '../world.ts';

/** The residents of 公安局 for one of the tales' requesters: conditional data, real rows behind it. */
export function residentsFor(requester: Principal, world: World): ShareTerms {
  return {
    ...residentsShare(world),
    requester,
    system: 'SI-PENSION-01',
    basis: [{ instrument: '中华人民共和国社会保险法', article: '第七十四条' }],
    scenario: '养老待遇资格认证:核验领取人身份',
  };
}

/** The enterprises of 市场监管局: unconditional, answered within one working day. */
export function enterprisesFor(requester: Principal, world: World): ShareTerms {
  return {
    ...residentsFor(requester, world),
    provider: world.principal('SJ'),
    entry: world.entry('301003/000001'),
    fields: ['credit_code', 'ent_name', 'status'],
    caseIdRequired: false,
    scenario: '稳岗补贴:核对企业登记状态',
  };
}
