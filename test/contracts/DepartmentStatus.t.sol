// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    DepartmentKind,
    DepartmentRegistration,
    DepartmentStatus,
    DepartmentStatusChange,
    IDepartmentRegistry
} from "../../contracts/interfaces/IDepartmentRegistry.sol";
import {DepartmentRole} from "../../contracts/interfaces/ISignedActs.sol";
import {DepartmentId} from "../../contracts/types/Ids.sol";
import {Check} from "./support/Check.sol";
import {LedgerTest} from "./support/LedgerTest.sol";
import {vm} from "./support/Vm.sol";

contract DepartmentStatusTest is LedgerTest {
    function test_changeDepartmentStatusBySig_suspendsAndLifts() public {
        setStatus(PROVIDER, DepartmentStatus.Suspended);
        (, , DepartmentStatus status) = registry.signerOf(PROVIDER, DepartmentRole.Office);
        Check.isTrue(status == DepartmentStatus.Suspended, "suspended");
        setStatus(PROVIDER, DepartmentStatus.Active);
        (, , status) = registry.signerOf(PROVIDER, DepartmentRole.Office);
        Check.isTrue(status == DepartmentStatus.Active, "active");
    }

    function test_changeDepartmentStatusBySig_revertsWithoutChange() public {
        DepartmentStatus[2] memory wrong = [DepartmentStatus.Active, DepartmentStatus.None];
        for (uint256 i = 0; i < wrong.length; ++i) {
            DepartmentStatusChange memory act = statusChange(PROVIDER, wrong[i]);
            bytes memory signature = byOffice(AUTHORITY, digest(act));
            vm.expectRevert(
                abi.encodeWithSelector(IDepartmentRegistry.DepartmentRegistryInvalidStatus.selector, PROVIDER, wrong[i])
            );
            registry.changeDepartmentStatusBySig(act, signature);
        }
    }

    /// @dev Who is restrained must not restrain those who supervise it, and one authority not another.
    function test_changeDepartmentStatusBySig_revertsForSupervisorsAndAuthorities() public {
        registry.admitSupervisor(registration(STRANGER, DepartmentKind.Authority));
        DepartmentId[4] memory others = [REGULATOR, GOVERNMENT, STRANGER, AUTHORITY];
        for (uint256 i = 0; i < others.length; ++i) {
            DepartmentStatusChange memory act = statusChange(others[i], DepartmentStatus.Suspended);
            bytes memory signature = byOffice(AUTHORITY, digest(act));
            vm.expectRevert(
                abi.encodeWithSelector(
                    IDepartmentRegistry.DepartmentRegistryNotRestrainable.selector,
                    others[i],
                    registry.departmentOf(others[i]).kind
                )
            );
            registry.changeDepartmentStatusBySig(act, signature);
        }
    }

    function test_changeDepartmentStatusBySig_takesOperators() public {
        setStatus(OPERATOR, DepartmentStatus.Suspended);
        Check.isTrue(registry.departmentOf(OPERATOR).status == DepartmentStatus.Suspended, "suspended");
    }

    /// @dev Supervision follows the tree: from above, never from below or from beside.
    function test_changeDepartmentStatusBySig_revertsForAnAuthorityBelowOrOutside() public {
        setStatus(BRANCH, DepartmentStatus.Suspended);
        enterOutside(STRANGER, NOBODY);
        expectNotOverseer(COUNTY_AUTHORITY, PROVIDER);
        expectNotOverseer(OUTSIDER, PROVIDER);
        expectNotOverseer(AUTHORITY, STRANGER);
    }

    function test_registerDepartmentBySig_revertsForAnAuthorityBelowOrOutside() public {
        enterOutside(STRANGER, NOBODY);
        expectNotRegistrable(COUNTY_AUTHORITY, GOVERNMENT);
        expectNotRegistrable(OUTSIDER, COUNTY);
        expectNotRegistrable(AUTHORITY, NOBODY);
        expectNotRegistrable(AUTHORITY, STRANGER);
    }

    function expectNotOverseer(DepartmentId authority, DepartmentId department) private {
        DepartmentStatusChange memory act = statusChange(department, DepartmentStatus.Suspended);
        act.authority = authority;
        bytes memory signature = byOffice(authority, digest(act));
        vm.expectRevert(
            abi.encodeWithSelector(IDepartmentRegistry.DepartmentRegistryNotOverseer.selector, authority, department)
        );
        registry.changeDepartmentStatusBySig(act, signature);
    }

    function expectNotRegistrable(DepartmentId authority, DepartmentId superior) private {
        DepartmentRegistration memory act = registration(
            DepartmentId.wrap("11990100MB0000701J"),
            DepartmentKind.Department
        );
        (act.authority, act.superior) = (authority, superior);
        bytes memory signature = byOffice(authority, digest(act));
        vm.expectRevert(
            abi.encodeWithSelector(IDepartmentRegistry.DepartmentRegistryNotOverseer.selector, authority, superior)
        );
        registry.registerDepartmentBySig(act, signature);
    }

    function test_changeDepartmentStatusBySig_revertsForUnknownDepartment() public {
        DepartmentStatusChange memory act = statusChange(STRANGER, DepartmentStatus.Suspended);
        bytes memory signature = byOffice(AUTHORITY, digest(act));
        vm.expectRevert(
            abi.encodeWithSelector(IDepartmentRegistry.DepartmentRegistryUnknownDepartment.selector, STRANGER)
        );
        registry.changeDepartmentStatusBySig(act, signature);
    }

    function test_changeDepartmentStatusBySig_revertsUnlessAnAuthoritySigns() public {
        DepartmentStatusChange memory act = statusChange(PROVIDER, DepartmentStatus.Suspended);
        act.authority = REGULATOR;
        bytes memory signature = byOffice(REGULATOR, digest(act));
        vm.expectRevert(abi.encodeWithSelector(IDepartmentRegistry.DepartmentRegistryNotAuthority.selector, REGULATOR));
        registry.changeDepartmentStatusBySig(act, signature);
    }
}
