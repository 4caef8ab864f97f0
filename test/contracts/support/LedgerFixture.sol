// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {Create2} from "@openzeppelin/contracts/utils/Create2.sol";
import {CaseBook} from "../../../contracts/CaseBook.sol";
import {DepartmentRegistry} from "../../../contracts/DepartmentRegistry.sol";
import {Directory} from "../../../contracts/Directory.sol";
import {
    DepartmentAccountsChange,
    DepartmentKind,
    DepartmentRegistration,
    DepartmentStatus,
    DepartmentStatusChange
} from "../../../contracts/interfaces/IDepartmentRegistry.sol";
import {IReceiptLog} from "../../../contracts/interfaces/IReceiptLog.sol";
import {IShareLedger} from "../../../contracts/interfaces/IShareLedger.sol";
import {CalendarYear} from "../../../contracts/interfaces/IWorkingDayCalendar.sol";
import {ResourceCatalog} from "../../../contracts/ResourceCatalog.sol";
import {DepartmentId} from "../../../contracts/types/Ids.sol";
import {WorkingDayCalendar} from "../../../contracts/WorkingDayCalendar.sol";
import {Check} from "./Check.sol";
import {SignedCalls} from "./SignedCalls.sol";
import {vm} from "./Vm.sol";

/// @dev A ledger with one department of each kind, two of kind Department, and a level below them.
abstract contract LedgerFixture is SignedCalls {
    uint256 private constant MOST_CODE = 24_576;

    function deployLedger() internal {
        vm.warp(NOW);
        manager = new AccessManager(address(this));
        directory = new Directory(address(manager));
        registry = new DepartmentRegistry(address(manager));
        calendar = new WorkingDayCalendar(registry);
        catalog = new ResourceCatalog(registry, calendar, directory);
        shares = deployShares();
        cases = new CaseBook(registry, catalog, calendar, directory);
        receipts = deployReceipts();
        directory.list("ShareLedger", address(shares));
        directory.list("CaseBook", address(cases));
        registerEverybody();
        setYear(calendarYear(2026));
        setYear(calendarYear(2027));
    }

    /// @dev The very code that goes to a chain: compiled from here, it would be larger than a chain takes.
    function deployShares() internal returns (IShareLedger) {
        bytes memory code = bytes.concat(
            vm.getCode("contracts/ShareLedger.sol:ShareLedger"),
            abi.encode(registry, catalog, calendar, directory)
        );
        return IShareLedger(Create2.deploy(0, bytes32(nextNonce()), code));
    }

    /// @dev The very code that goes to a chain, as above: compiled from here, it would cost more gas.
    function deployReceipts() internal returns (IReceiptLog) {
        bytes memory code = bytes.concat(vm.getCode("contracts/ReceiptLog.sol:ReceiptLog"), abi.encode(registry));
        return IReceiptLog(Create2.deploy(0, bytes32(nextNonce()), code));
    }

    function register(DepartmentId department, DepartmentKind kind) internal {
        DepartmentRegistration memory act = registration(department, kind);
        if (kind == DepartmentKind.Authority || kind == DepartmentKind.Government) registry.admitSupervisor(act);
        else registry.registerDepartmentBySig(act, byOffice(AUTHORITY, digest(act)));
    }

    function changeAccounts(DepartmentAccountsChange memory act) internal {
        registry.changeDepartmentAccountsBySig(act, byHead(act.department, digest(act)));
    }

    function setStatus(DepartmentId department, DepartmentStatus status) internal {
        DepartmentStatusChange memory act = statusChange(department, status);
        registry.changeDepartmentStatusBySig(act, byOffice(AUTHORITY, digest(act)));
    }

    function suspendDepartment(DepartmentId department) internal {
        registry.governStatus(statusOrder(department, DepartmentStatus.Suspended));
    }

    function setYear(CalendarYear memory act) internal {
        calendar.setYearBySig(act, byOffice(act.authority, digest(act)));
    }

    /// @dev Carries an act that must be recorded, and hands on why it was not.
    function carry(address target, bytes memory data) internal returns (bytes memory) {
        return Address.functionCall(target, data);
    }

    /// @dev Code that counts which of its lines run is larger than a chain takes, and its gas says nothing.
    function countsItself() internal view returns (bool) {
        return address(shares).code.length > MOST_CODE;
    }

    function expectRefused(address target, bytes memory data, bytes memory revertData) internal {
        (bool done, bytes memory answer) = target.call(data);
        Check.refused(done, answer, revertData);
    }

    function registerEverybody() private {
        register(GOVERNMENT, DepartmentKind.Government);
        register(AUTHORITY, DepartmentKind.Authority);
        register(PROVIDER, DepartmentKind.Department);
        register(REQUESTER, DepartmentKind.Department);
        register(REGULATOR, DepartmentKind.Regulator);
        register(OPERATOR, DepartmentKind.Operator);
        register(COUNTY, DepartmentKind.Government);
        register(COUNTY_AUTHORITY, DepartmentKind.Authority);
        register(BRANCH, DepartmentKind.Department);
    }
}
