import type { DepartmentId } from '../../ledger/ids.ts';
import type { LedgerReader } from '../../ledger/ledger-reader.ts';
import type { Supervised } from '../stores/pending-rows.ts';

type Ledger = Pick<LedgerReader, 'department' | 'departments' | 'isSameLevel' | 'governmentOf' | 'commonGovernmentOf'>;

/** Who may wait for `me` because it is their authority or their government. */
export function supervisedBy(me: DepartmentId, ledger: Ledger): Supervised {
  const kind = ledger.department(me)?.kind;
  if (kind !== 'authority' && kind !== 'government') return { reviewed: [], governed: [] };
  const departments = ledger.departments().map(({ id }) => id);
  return {
    reviewed: departments.filter((id) => ledger.isSameLevel(me, id)),
    governed: departments.filter((id) => isGoverned(id, me, ledger)),
  };
}

/** `id` is somewhere below the government of `me`; where there is none, it has none either. */
function isGoverned(id: DepartmentId, me: DepartmentId, ledger: Ledger): boolean {
  const government = ledger.governmentOf(me);
  const above = government === null ? ledger.governmentOf(id) : ledger.commonGovernmentOf(id, me);
  return above === government;
}
