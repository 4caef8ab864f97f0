import { buildModule } from '@nomicfoundation/hardhat-ignition/modules';
import { encodeBytes32String, id } from 'ethers';

/** OpenZeppelin's `ADMIN_ROLE`: hands out all other roles. */
export const ADMIN_ROLE = 0n;
/** May admit a supervisor, restore accounts, set a status and list a contract, and nothing else. */
export const GOVERNANCE_ROLE = 1n;

const REGISTRATION = '(bytes18,bytes18,uint8,bytes18,bytes6,bytes,bytes,bytes,uint256,uint64)';
const RESTORATION = '(bytes18,bytes,bytes,bytes,bytes32)';
const STATUS_ORDER = '(bytes18,uint8,bytes32)';

type ModuleBuilder = Parameters<Parameters<typeof buildModule>[1]>[0];
type Contract = Parameters<ModuleBuilder['call']>[0];
type Future = ReturnType<ModuleBuilder['call']>;

function selector(signature: string): string {
  return id(signature).slice(0, 10);
}

/** Name of the parameter that holds the registration of the supervisor at `index`. */
export function supervisorParameter(index: number): string {
  return `supervisor${String(index)}`;
}

/**
 * The ledger with its first `supervisorCount` supervisors. Parameters: `governance` (address), `governanceDelay`
 * (seconds that governance waits between announcing and doing, also when it hands out its rights or changes who may
 * call what), and the registration of each supervisor, a superior before its inferiors. The deployer holds both roles
 * only until the last two calls; the manager lets the delays of roles and targets begin after five days.
 */
export function ledgerModule(supervisorCount: number) {
  return buildModule('Ledger', (m) => {
    const deployer = m.getAccount(0);
    const governance = m.getParameter('governance');
    const governanceDelay = m.getParameter('governanceDelay');

    const manager = m.contract('AccessManager', [deployer]);
    const contracts = ledgerContracts(m, manager);
    const { DepartmentRegistry: registry, Directory: directory, ...unguarded } = contracts;
    const p256Verifier = m.contract('ERC7913P256Verifier');
    const webAuthnVerifier = m.contract('ERC7913WebAuthnVerifier');

    const ordered = [
      selector(`admitSupervisor(${REGISTRATION})`),
      selector(`restoreAccounts(${RESTORATION})`),
      selector(`governStatus(${STATUS_ORDER})`),
    ];
    const list = [selector('list(bytes32,address)')];
    const granted = [
      m.call(manager, 'labelRole', [GOVERNANCE_ROLE, 'GOVERNANCE']),
      m.call(manager, 'setTargetFunctionRole', [registry, ordered, GOVERNANCE_ROLE], { id: 'GuardRegistry' }),
      m.call(manager, 'setTargetFunctionRole', [directory, list, GOVERNANCE_ROLE], { id: 'GuardListing' }),
      m.call(manager, 'grantRole', [GOVERNANCE_ROLE, deployer, 0], { id: 'LendGovernance' }),
    ];

    const admitted = admitSupervisors(m, registry, supervisorCount, granted);
    const listed = Object.entries({ DepartmentRegistry: registry, ...unguarded }).map(([name, contract]) =>
      m.call(directory, 'list', [encodeBytes32String(name), contract], { id: `List${name}`, after: granted }),
    );

    const used = [...admitted, ...listed];
    const grant = { id: 'HandGovernance', after: used };
    const handedOver = [
      m.call(manager, 'grantRole', [GOVERNANCE_ROLE, governance, governanceDelay], grant),
      m.call(manager, 'grantRole', [ADMIN_ROLE, governance, governanceDelay], { id: 'HandAdmin', after: used }),
    ];
    const returned = m.call(manager, 'renounceRole', [GOVERNANCE_ROLE, deployer], {
      id: 'ReturnGovernance',
      after: delayGovernance(m, { manager, registry, directory }, handedOver),
    });
    m.call(manager, 'renounceRole', [ADMIN_ROLE, deployer], { id: 'RenounceAdmin', after: [returned] });

    return { manager, ...contracts, p256Verifier, webAuthnVerifier };
  });
}

/** The contracts with a history, by the names of `CONTRACT_NAMES`. */
function ledgerContracts(m: ModuleBuilder, manager: Contract) {
  const directory = m.contract('Directory', [manager]);
  const registry = m.contract('DepartmentRegistry', [manager]);
  const calendar = m.contract('WorkingDayCalendar', [registry]);
  const catalog = m.contract('ResourceCatalog', [registry, calendar, directory]);
  return {
    Directory: directory,
    DepartmentRegistry: registry,
    WorkingDayCalendar: calendar,
    ResourceCatalog: catalog,
    ShareLedger: m.contract('ShareLedger', [registry, catalog, calendar, directory]),
    CaseBook: m.contract('CaseBook', [registry, catalog, calendar, directory]),
    ReceiptLog: m.contract('ReceiptLog', [registry]),
  };
}

/** One after the other: the registry knows a superior before its inferiors. */
function admitSupervisors(m: ModuleBuilder, registry: Contract, count: number, after: Future[]): Future[] {
  const admitted: Future[] = [];
  for (let index = 0; index < count; index += 1) {
    const registration = m.getParameter(supervisorParameter(index));
    const order = { id: `AdmitSupervisor${String(index)}`, after: [...after, ...admitted] };
    admitted.push(m.call(registry, 'admitSupervisor', [registration], order));
  }
  return admitted;
}

/** Whoever governance hands a role to, with whatever delay, waits as long as it does. */
function delayGovernance(
  m: ModuleBuilder,
  { manager, registry, directory }: Readonly<Record<'manager' | 'registry' | 'directory', Contract>>,
  after: Future[],
): Future[] {
  const delay = m.getParameter('governanceDelay');
  return [
    m.call(manager, 'setTargetAdminDelay', [registry, delay], { id: 'DelayRegistry', after }),
    m.call(manager, 'setTargetAdminDelay', [directory, delay], { id: 'DelayDirectory', after }),
    m.call(manager, 'setGrantDelay', [GOVERNANCE_ROLE, delay], { id: 'DelayGovernance', after }),
    m.call(manager, 'setGrantDelay', [ADMIN_ROLE, delay], { id: 'DelayAdmin', after }),
  ];
}
