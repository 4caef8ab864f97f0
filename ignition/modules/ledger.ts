import { buildModule } from '@nomicfoundation/hardhat-ignition/modules';
import { encodeBytes32String, id } from 'ethers';

/** OpenZeppelin's `ADMIN_ROLE`: hands out all other roles. */
export const ADMIN_ROLE = 0n;
/** May admit an authority, restore accounts, set a status and list a contract, and nothing else. */
export const GOVERNANCE_ROLE = 1n;

/** `DepartmentKind.Authority` on chain. */
const KIND_AUTHORITY = 2;
const NO_DEPARTMENT = `0x${'00'.repeat(18)}`;
const REGISTRATION = '(bytes18,bytes18,uint8,bytes18,bytes6,bytes,bytes,uint256,uint64)';
const RESTORATION = '(bytes18,bytes,bytes,bytes32)';
const STATUS_ORDER = '(bytes18,uint8,bytes32)';

type ModuleBuilder = Parameters<Parameters<typeof buildModule>[1]>[0];
type Contract = Parameters<ModuleBuilder['call']>[0];
type Future = ReturnType<ModuleBuilder['call']>;

function selector(signature: string): string {
  return id(signature).slice(0, 10);
}

/**
 * The ledger. Parameters: `governance` (address), `governanceDelay` (seconds that governance waits between announcing
 * and doing, also when it hands out its rights or changes who may call what), `department` (bytes18), `region`
 * (bytes6), `office` and `head` (accounts) of the first authority. The deployer holds both roles only until the last
 * two calls; the manager lets the delays of roles and targets begin after five days.
 */
export default buildModule('Ledger', (m) => {
  const deployer = m.getAccount(0);
  const governance = m.getParameter('governance');
  const governanceDelay = m.getParameter('governanceDelay');

  const manager = m.contract('AccessManager', [deployer]);
  const registry = m.contract('DepartmentRegistry', [manager]);
  const catalog = m.contract('ResourceCatalog', [registry]);
  const shares = m.contract('ShareLedger', [registry, catalog]);
  const directory = m.contract('Directory', [manager]);
  const p256Verifier = m.contract('ERC7913P256Verifier');
  const webAuthnVerifier = m.contract('ERC7913WebAuthnVerifier');

  const ordered = [
    selector(`admitAuthority(${REGISTRATION})`),
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

  const admitted = m.call(registry, 'admitAuthority', [firstAuthority(m)], { after: granted });
  const contracts = { DepartmentRegistry: registry, ResourceCatalog: catalog, ShareLedger: shares };
  const listed = Object.entries(contracts).map(([name, contract]) =>
    m.call(directory, 'list', [encodeBytes32String(name), contract], { id: `List${name}`, after: granted }),
  );

  const used = [admitted, ...listed];
  const handedOver = [
    m.call(manager, 'grantRole', [GOVERNANCE_ROLE, governance, governanceDelay], { id: 'HandGovernance', after: used }),
    m.call(manager, 'grantRole', [ADMIN_ROLE, governance, governanceDelay], { id: 'HandAdmin', after: used }),
  ];
  const returned = m.call(manager, 'renounceRole', [GOVERNANCE_ROLE, deployer], {
    id: 'ReturnGovernance',
    after: delayGovernance(m, { manager, registry, directory }, handedOver),
  });
  m.call(manager, 'renounceRole', [ADMIN_ROLE, deployer], { id: 'RenounceAdmin', after: [returned] });

  return { manager, registry, catalog, shares, directory, p256Verifier, webAuthnVerifier };
});

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

/** The registration as the administrator gives it: nobody signs it, so it has neither nonce nor deadline. */
function firstAuthority(m: ModuleBuilder) {
  const department = m.getParameter('department');
  return {
    authority: department,
    department,
    kind: KIND_AUTHORITY,
    superior: NO_DEPARTMENT,
    region: m.getParameter('region'),
    office: m.getParameter('office'),
    head: m.getParameter('head'),
    nonce: 0,
    expiresAt: 0,
  };
}
