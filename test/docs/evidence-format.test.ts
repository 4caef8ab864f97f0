import { readFileSync } from 'node:fs';

import { Interface } from 'ethers';
import { describe, expect, it } from 'vitest';

import * as bindings from '../../ledger/__generated__/abi.ts';
import { ACTS } from '../../ledger/acts/act-definitions.ts';
import { FINDING_CODES } from '../../verifier/finding-codes.ts';
import { BESIDE, besideSignatureOf, EVENTS, signatureOf } from '../../verifier/ledger/events.ts';
import { LEDGER_RULES } from '../../verifier/ledger/rule-names.ts';
import { STRUCTS } from '../../verifier/ledger/structs.ts';
import { NOT_PROVED } from '../../verifier/report.ts';

const page = readFileSync('docs/evidence-format.md', 'utf8');
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
const cellsOf = (first: string): string[] => rows.find(([cell]) => cell === first) ?? [];

/** Of contracts that are there already; those of the access manager and of accounts are no entries. */
const chainEvents = Object.entries(bindings)
  .filter(([name]) => name.endsWith('Abi') && name !== 'departmentAccountAbi' && name !== 'accessManagerAbi')
  .flatMap(([, abi]) => {
    const found: string[] = [];
    new Interface(abi).forEachEvent((event) => found.push(event.format('sighash')));
    return found;
  });
const OTHERS = ['EIP712DomainChanged()', 'AuthorityUpdated(address)'];

describe('docs/evidence-format.md', () => {
  it('has the structs that the verifier has', () => {
    const structs = Object.entries(STRUCTS);

    expect(structs.map(([name]) => cellsOf(name)[1])).toEqual(structs.map(([, members]) => members));
  });

  it('has the events that the verifier has, with who signs them', () => {
    const expected = Object.entries(EVENTS).map(([name, row]) => [
      row.contract,
      name,
      row.topics,
      row.before,
      row.struct ?? '',
      row.after,
      row.signed ?? '',
      row.signers.map(({ role, of }) => `${role} of ${of}`).join(', ') + (row.evenIfSuspended ? ' *' : ''),
    ]);

    expect(rows.filter((cells) => cells.length === 8 && Object.hasOwn(EVENTS, cells[1]!))).toEqual(expected);
  });

  it.each(Object.keys(FINDING_CODES))('lists the finding %s', (code) => {
    expect(cellsOf(code)[1]).toBe(FINDING_CODES[code as keyof typeof FINDING_CODES].title);
  });

  it('lists no other finding', () => {
    const section = page.slice(page.indexOf('## 12.'));
    const listed = [...section.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, code]) => code);

    expect(listed).toEqual([...Object.keys(FINDING_CODES), ...Object.keys(NOT_PROVED)]);
  });

  it.each(LEDGER_RULES)('says where rule %s holds', (rule) => {
    expect(page.slice(page.indexOf('## 3.'), page.indexOf('## 7.'))).toContain(`\`${rule}\``);
  });
});

describe('the tables of the verifier', () => {
  it('have every event of the contracts', () => {
    const own = [
      ...Object.entries(EVENTS).map(([name, row]) => signatureOf(name, row)),
      ...(['ActSigned', 'HeadAnchored'] as const).map(besideSignatureOf),
    ];

    expect(chainEvents.filter((signature) => !OTHERS.includes(signature) && !own.includes(signature))).toEqual([]);
    expect(Object.keys(BESIDE)).toEqual(['ActSigned', 'HeadAnchored']);
  });

  it.each(Object.entries(ACTS))('have %s signed as the act says', (_name, { event, primaryType, signers }) => {
    const row = EVENTS[event as keyof typeof EVENTS];

    expect(row.signed).toBe(primaryType);
    expect(row.signers).toEqual(signers.map(({ department, role }) => ({ of: department, role })));
  });
});
