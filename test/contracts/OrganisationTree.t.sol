// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DepartmentKind, DepartmentRegistration} from "../../contracts/interfaces/IDepartmentRegistry.sol";
import {DepartmentId} from "../../contracts/types/Ids.sol";
import {Check} from "./support/Check.sol";
import {LedgerTest} from "./support/LedgerTest.sol";

/// @dev Who belongs to which government, and which one is above both (R10, R33).
contract OrganisationTreeTest is LedgerTest {
    DepartmentId private constant SECOND = DepartmentId.wrap("11990100MB0000027F");

    function test_governmentOf_isTheFirstAboveOrTheDepartmentItself() public {
        expectGovernment(GOVERNMENT, GOVERNMENT);
        expectGovernment(AUTHORITY, GOVERNMENT);
        expectGovernment(PROVIDER, GOVERNMENT);
        expectGovernment(COUNTY, COUNTY);
        expectGovernment(BRANCH, COUNTY);
        enter(STRANGER, DepartmentKind.Department, BRANCH);
        expectGovernment(STRANGER, COUNTY);
    }

    function test_governmentOf_isNobodyWhereThereIsNone() public {
        expectGovernment(STRANGER, NOBODY);
        enterOutside(STRANGER, NOBODY);
        expectGovernment(STRANGER, NOBODY);
        enterOutside(SECOND, STRANGER);
        expectGovernment(SECOND, NOBODY);
    }

    function test_commonGovernmentOf_isTheLowestAboveBoth() public {
        expectCommon(PROVIDER, REQUESTER, GOVERNMENT);
        expectCommon(BRANCH, COUNTY_AUTHORITY, COUNTY);
        expectCommon(BRANCH, PROVIDER, GOVERNMENT);
        expectCommon(COUNTY, BRANCH, COUNTY);
        enter(STRANGER, DepartmentKind.Government, GOVERNMENT);
        enter(SECOND, DepartmentKind.Department, STRANGER);
        expectCommon(SECOND, BRANCH, GOVERNMENT);
    }

    function test_commonGovernmentOf_isNobodyAcrossTrees() public {
        enter(STRANGER, DepartmentKind.Government, NOBODY);
        enterOutside(SECOND, STRANGER);
        expectCommon(SECOND, PROVIDER, NOBODY);
        expectCommon(SECOND, NOBODY, NOBODY);
        expectCommon(NOBODY, NOBODY, NOBODY);
    }

    function enter(DepartmentId department, DepartmentKind kind, DepartmentId superior) private {
        DepartmentRegistration memory act = registration(department, kind);
        act.superior = superior;
        if (kind == DepartmentKind.Government) registry.admitSupervisor(act);
        else registry.registerDepartmentBySig(act, byOffice(AUTHORITY, digest(act)));
    }

    function expectGovernment(DepartmentId department, DepartmentId expected) private view {
        Check.isTrue(registry.governmentOf(department) == expected, "government");
    }

    function expectCommon(DepartmentId one, DepartmentId other, DepartmentId expected) private view {
        Check.isTrue(registry.commonGovernmentOf(one, other) == expected, "common government");
        Check.isTrue(registry.commonGovernmentOf(other, one) == expected, "the other way round");
    }
}
