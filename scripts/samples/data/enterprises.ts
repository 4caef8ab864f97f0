import { completeCreditCode } from './credit-code.ts';
import { sampleName } from './person-names.ts';
import { createPicks, type SeededPicks } from './random.ts';

/** A row of resource 301003/000001, 企业登记基本信息; invented, region 99. */
export interface Enterprise {
  readonly credit_code: string;
  readonly ent_name: string;
  readonly legal_rep: string;
  /** 万元. */
  readonly reg_cap: number;
  readonly est_date: string;
  /** 1 in operation, 2 revoked, 3 deregistered. */
  readonly status: string;
  readonly scope: string;
  readonly addr: string;
}

const COUNT = 200;
const DAY_MS = 86_400_000;
const BRANDS = ['晨光', '远航', '恒信', '嘉禾', '启明', '瑞丰', '同济', '天工'] as const;
const TRADES = [
  ['商贸', '日用百货、五金交电的批发和零售'],
  ['软件', '软件开发;信息系统集成服务'],
  ['建材', '建筑材料、装饰材料的生产和销售'],
  ['食品', '预包装食品销售;餐饮服务'],
  ['物流', '道路普通货物运输;仓储服务'],
] as const;
const CAPITALS = [10, 50, 100, 500, 1_000, 5_000, 12_000.5] as const;
const STATES = ['1', '1', '1', '1', '2', '3'] as const;

export function sampleEnterprises(): Enterprise[] {
  const picks = createPicks(20_250_928);
  return Array.from({ length: COUNT }, (_, index) => sampleEnterprise(index, picks));
}

function sampleEnterprise(index: number, picks: SeededPicks): Enterprise {
  const [trade, scope] = picks.pick(TRADES);
  return {
    credit_code: completeCreditCode('91990100', `MA${String(index + 1).padStart(6, '0')}`),
    ent_name: `示例市${picks.pick(BRANDS)}${trade}有限公司第${String(index + 1)}分公司`,
    legal_rep: sampleName(index, picks),
    reg_cap: picks.pick(CAPITALS),
    est_date: new Date(Date.UTC(1995, 0, 1) + picks.integer(30 * 365) * DAY_MS).toISOString().slice(0, 10),
    status: picks.pick(STATES),
    scope,
    addr: `示例省示例市第一区创业路${String(picks.integer(300) + 1)}号`,
  };
}
