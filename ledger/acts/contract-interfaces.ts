import { Interface } from 'ethers';

import {
  caseBookAbi,
  departmentRegistryAbi,
  directoryAbi,
  receiptLogAbi,
  resourceCatalogAbi,
  shareLedgerAbi,
  workingDayCalendarAbi,
} from '../__generated__/abi.ts';
import type { ContractName } from '../deployment.ts';

/** Calls, events and errors of each contract. */
export const CONTRACT_INTERFACES = {
  Directory: new Interface(directoryAbi),
  DepartmentRegistry: new Interface(departmentRegistryAbi),
  WorkingDayCalendar: new Interface(workingDayCalendarAbi),
  ResourceCatalog: new Interface(resourceCatalogAbi),
  ShareLedger: new Interface(shareLedgerAbi),
  CaseBook: new Interface(caseBookAbi),
  ReceiptLog: new Interface(receiptLogAbi),
} as const satisfies Record<ContractName, Interface>;
