import { FINDING_CODES } from '../finding-codes.ts';
import type { Finding } from '../findings.ts';
import { type BundleReport, type Counts, NOT_PROVED, OBSTACLES, VERDICTS } from '../report.ts';
import { bilingual, element, table, type Titled } from './elements.ts';
import type { ChosenFiles } from './messages.ts';

const COUNT_TITLES = {
  lines: { title: 'Lines', titleZh: '行数' },
  entries: { title: 'Entries of the ledger', titleZh: '账本记录' },
  signatures: { title: 'Signatures behind them', titleZh: '记录的签名' },
  opaqueSignatures: { title: 'of them only for a contract to check', titleZh: '其中仅合约可验' },
  documents: { title: 'Documents', titleZh: '文书' },
  withheldDocuments: { title: 'Documents withheld', titleZh: '未出示的文书' },
  receipts: { title: 'Receipts', titleZh: '回执' },
  withheldContexts: { title: 'Contexts of reads withheld', titleZh: '未出示的访问情境' },
  delivered: { title: 'Answers delivered', titleZh: '已交付' },
  confirmed: { title: 'Answers confirmed by the consumer', titleZh: '使用方已确认' },
  unconfirmed: { title: 'Answers not confirmed, of those with their salt', titleZh: '使用方未确认(仅计附盐值者)' },
  judged: { title: 'Decisions judged again', titleZh: '重新裁决的访问' },
  notReplayable: { title: 'Decisions that cannot be judged again', titleZh: '无法重新裁决的访问' },
  copies: { title: "Counterparties' receipts compared", titleZh: '比对的对方回执' },
} as const satisfies Record<keyof Counts, Titled>;

const NOT_GIVEN = { title: 'not given', titleZh: '未提供' };
const TITLES = {
  verdict: { title: 'Verdict', titleZh: '结论' },
  findings: { title: 'Findings', titleZh: '发现的问题' },
  obstacles: { title: 'Why it cannot be checked', titleZh: '无法核验的原因' },
  checked: { title: 'What was checked', titleZh: '核验内容' },
  notProved: { title: 'What is not proved', titleZh: '未证明的事项' },
  code: { title: 'Code', titleZh: '代码' },
  meaning: { title: 'Meaning', titleZh: '含义' },
  line: { title: 'Line', titleZh: '行' },
  id: { title: 'Id', titleZh: '标识' },
  facts: { title: 'Facts', titleZh: '事实' },
  what: { title: 'What', titleZh: '事项' },
  count: { title: 'Count', titleZh: '数量' },
  wholeFile: { title: 'whole file', titleZh: '整个文件' },
  bundle: { title: 'Evidence bundle', titleZh: '证据包' },
  deployment: { title: 'Deployment file', titleZh: '部署文件' },
  validators: { title: 'Validators file', titleZh: '验证者名单' },
  unlisted: { title: 'Further findings, not listed', titleZh: '另有未列出的问题' },
} as const;

/** The report as elements, in the order in which one reads it. */
export function describeReport(report: BundleReport, files: ChosenFiles): readonly HTMLElement[] {
  const { verdict, findings, findingCount, obstacles, checked, notProved } = report;
  return [
    ...describeVerdict(verdict),
    ...(findings.length > 0 ? [heading(TITLES.findings), describeFindings(findings)] : []),
    ...(findingCount > findings.length ? [further(findingCount - findings.length)] : []),
    ...(obstacles.length > 0 ? [heading(TITLES.obstacles), describeCodes(obstacles, OBSTACLES)] : []),
    heading(TITLES.checked),
    describeChecked(checked, files),
    ...(notProved.length > 0 ? [heading(TITLES.notProved), describeCodes(notProved, NOT_PROVED)] : []),
  ];
}

export function describeVerdict(verdict: BundleReport['verdict']): readonly HTMLElement[] {
  const said = element('p', bilingual(VERDICTS[verdict]));
  said.className = `verdict ${verdict}`;
  return [heading(TITLES.verdict), said];
}

function heading(title: Titled): HTMLElement {
  return element('h2', bilingual(title));
}

function describeFindings(findings: readonly Finding[]): HTMLElement {
  const rows = findings.map(({ code, line, id, facts }) => [
    element('code', code),
    bilingual(FINDING_CODES[code]),
    line === null ? bilingual(TITLES.wholeFile) : String(line),
    id === null ? '' : element('code', id),
    Object.entries(facts)
      .map(([name, value]) => `${name} ${String(value)}`)
      .join('; '),
  ]);
  const { code, meaning, line, id, facts } = TITLES;
  return table([code, meaning, line, id, facts], rows);
}

function further(count: number): HTMLElement {
  return element('p', bilingual(TITLES.unlisted), `: ${String(count)}`);
}

function describeCodes<Code extends string>(
  codes: readonly Code[],
  titles: Readonly<Record<Code, Titled>>,
): HTMLElement {
  const rows = codes.map((code) => [element('code', code), bilingual(titles[code])]);
  return table([TITLES.code, TITLES.meaning], rows);
}

/** With the files, so that a printed page says what it is about. */
function describeChecked(checked: Counts, { bundle, deployment, validators }: ChosenFiles): HTMLElement {
  const names = { bundle, deployment, validators };
  const files = (['bundle', 'deployment', 'validators'] as const).map((which) => [
    bilingual(TITLES[which]),
    names[which]?.name ?? bilingual(NOT_GIVEN),
  ]);
  const values = new Map(Object.entries(checked));
  const counts = Object.entries(COUNT_TITLES).map(([name, title]) => [bilingual(title), String(values.get(name))]);
  return table([TITLES.what, TITLES.count], [...files, ...counts]);
}
