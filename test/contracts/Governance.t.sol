// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {
    AccountsRestoration,
    DepartmentAccountsChange,
    DepartmentKind,
    DepartmentStatus,
    IDepartmentRegistry,
    StatusOrder
} from "../../contracts/interfaces/IDepartmentRegistry.sol";
import {ILedgerHistory} from "../../contracts/interfaces/ILedgerHistory.sol";
import {DepartmentRole, ISignedActs} from "../../contracts/interfaces/ISignedActs.sol";
import {DepartmentId} from "../../contracts/types/Ids.sol";
import {Check} from "./support/Check.sol";
import {LedgerTest} from "./support/LedgerTest.sol";
import {Vm, vm} from "./support/Vm.sol";

/// @dev What governance may do to a department that is there: both under the history head, neither signed.
contract GovernanceTest is LedgerTest {
    function test_restoreAccounts_replacesTheAccountsOfAnyDepartment() public {
        DepartmentId[6] memory all = [AUTHORITY, PROVIDER, REQUESTER, REGULATOR, GOVERNMENT, OPERATOR];
        for (uint256 i = 0; i < all.length; ++i) {
            AccountsRestoration memory act = restoration(all[i]);
            registry.restoreAccounts(act);
            Check.equal(registry.departmentOf(all[i]).maker, act.maker, "maker");
            Check.equal(registry.departmentOf(all[i]).office, act.office, "office");
            Check.equal(registry.departmentOf(all[i]).head, act.head, "head");
        }
    }

    function test_restoreAccounts_keepsTheStatus() public {
        setStatus(PROVIDER, DepartmentStatus.Suspended);
        registry.restoreAccounts(restoration(PROVIDER));
        Check.isTrue(registry.departmentOf(PROVIDER).status == DepartmentStatus.Suspended, "still suspended");
    }

    function test_restoreAccounts_endsTheOldHead() public {
        registry.restoreAccounts(restoration(PROVIDER));
        DepartmentAccountsChange memory act = accountsChange(PROVIDER);
        bytes memory signature = byHead(PROVIDER, digest(act));
        vm.expectRevert(
            abi.encodeWithSelector(
                ISignedActs.SignedActsInvalidSignature.selector,
                PROVIDER,
                DepartmentRole.Head,
                digest(act)
            )
        );
        registry.changeDepartmentAccountsBySig(act, signature);
    }

    function test_restoreAccounts_emitsAnEntryWithoutSignature() public {
        AccountsRestoration memory act = restoration(PROVIDER);
        (uint64 seq, bytes32 before) = registry.historyHead();
        vm.recordLogs();
        registry.restoreAccounts(act);
        Vm.Log memory log = onlyLog();
        Check.equal(log.topics[0], IDepartmentRegistry.DepartmentAccountsRestored.selector, "event");
        Check.equal(log.topics[1], bytes32(DepartmentId.unwrap(PROVIDER)), "department");
        Check.equal(log.topics[2], REASON, "reason");
        bytes32 actHash = keccak256(abi.encode(log.topics[0], PROVIDER, REASON, act, NOW));
        expectHead(keccak256(abi.encode(before, seq + 1, actHash)), seq + 1);
    }

    function test_restoreAccounts_revertsForUnknownDepartment() public {
        vm.expectRevert(
            abi.encodeWithSelector(IDepartmentRegistry.DepartmentRegistryUnknownDepartment.selector, STRANGER)
        );
        registry.restoreAccounts(restoration(STRANGER));
    }

    function test_restoreAccounts_revertsForWrongAccounts() public {
        AccountsRestoration memory act = restoration(PROVIDER);
        act.head = act.office;
        vm.expectRevert(
            abi.encodeWithSelector(
                IDepartmentRegistry.DepartmentRegistryInvalidAccounts.selector,
                act.maker,
                act.office,
                act.head
            )
        );
        registry.restoreAccounts(act);
        act.head = abi.encodePacked(address(4), uint256(1));
        vm.expectRevert(
            abi.encodeWithSelector(IDepartmentRegistry.DepartmentRegistryVerifierMissing.selector, act.head)
        );
        registry.restoreAccounts(act);
    }

    function test_restoreAccounts_revertsForAnyoneElse() public {
        vm.prank(vm.addr(officeKey(AUTHORITY)));
        vm.expectRevert(unauthorized(vm.addr(officeKey(AUTHORITY))));
        registry.restoreAccounts(restoration(PROVIDER));
    }

    function test_governStatus_suspendsAndLiftsAnyDepartment() public {
        register(STRANGER, DepartmentKind.Authority);
        DepartmentId[7] memory all = [AUTHORITY, PROVIDER, REQUESTER, REGULATOR, GOVERNMENT, OPERATOR, STRANGER];
        for (uint256 i = 0; i < all.length; ++i) {
            registry.governStatus(statusOrder(all[i], DepartmentStatus.Suspended));
            expectStatus(all[i], DepartmentStatus.Suspended);
            registry.governStatus(statusOrder(all[i], DepartmentStatus.Active));
            expectStatus(all[i], DepartmentStatus.Active);
        }
    }

    function test_governStatus_emitsAnEntryWithoutSignature() public {
        StatusOrder memory act = statusOrder(REGULATOR, DepartmentStatus.Suspended);
        (uint64 seq, bytes32 before) = registry.historyHead();
        vm.recordLogs();
        registry.governStatus(act);
        Vm.Log memory log = onlyLog();
        Check.equal(log.topics[0], IDepartmentRegistry.DepartmentStatusGoverned.selector, "event");
        Check.equal(log.topics[1], bytes32(DepartmentId.unwrap(REGULATOR)), "department");
        Check.equal(log.topics[2], REASON, "reason");
        bytes32 actHash = keccak256(abi.encode(log.topics[0], REGULATOR, REASON, act, NOW));
        expectHead(keccak256(abi.encode(before, seq + 1, actHash)), seq + 1);
    }

    function test_governStatus_revertsWithoutChange() public {
        DepartmentStatus[2] memory wrong = [DepartmentStatus.Active, DepartmentStatus.None];
        for (uint256 i = 0; i < wrong.length; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(IDepartmentRegistry.DepartmentRegistryInvalidStatus.selector, PROVIDER, wrong[i])
            );
            registry.governStatus(statusOrder(PROVIDER, wrong[i]));
        }
    }

    function test_governStatus_revertsForUnknownDepartment() public {
        vm.expectRevert(
            abi.encodeWithSelector(IDepartmentRegistry.DepartmentRegistryUnknownDepartment.selector, STRANGER)
        );
        registry.governStatus(statusOrder(STRANGER, DepartmentStatus.Suspended));
    }

    function test_governStatus_revertsForAnyoneElse() public {
        vm.prank(address(0xbad));
        vm.expectRevert(unauthorized(address(0xbad)));
        registry.governStatus(statusOrder(PROVIDER, DepartmentStatus.Suspended));
    }

    function onlyLog() private returns (Vm.Log memory) {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        Check.equal(logs.length, 1, "one event");
        return logs[0];
    }

    function expectHead(bytes32 expected, uint64 entries) private view {
        (uint64 seq, bytes32 head) = ILedgerHistory(registry).historyHead();
        Check.equal(seq, entries, "entries");
        Check.equal(head, expected, "head");
    }

    function expectStatus(DepartmentId department, DepartmentStatus expected) private view {
        (, , DepartmentStatus status) = registry.signerOf(department, DepartmentRole.Office);
        Check.isTrue(status == expected, "status");
    }

    function unauthorized(address caller) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, caller);
    }
}
