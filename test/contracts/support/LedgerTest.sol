// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DepartmentId} from "../../../contracts/types/Ids.sol";
import {DepartmentKind, DepartmentRegistration} from "../../../contracts/interfaces/IDepartmentRegistry.sol";
import {LedgerActs} from "./LedgerActs.sol";

/// @dev A test on a fresh ledger. Handlers use the fixture alone: the runner would call a public `setUp` of theirs.
abstract contract LedgerTest is LedgerActs {
    function setUp() public virtual {
        deployLedger();
    }

    /// @dev Registers a department of no government, or of another tree, by an authority of the same place.
    function enterOutside(DepartmentId department, DepartmentId superior) internal {
        if (registry.departmentOf(OUTSIDER).kind == DepartmentKind.None) {
            DepartmentRegistration memory outsider = registration(OUTSIDER, DepartmentKind.Authority);
            outsider.superior = superior;
            registry.admitSupervisor(outsider);
        }
        DepartmentRegistration memory act = registration(department, DepartmentKind.Department);
        (act.authority, act.superior) = (OUTSIDER, superior);
        registry.registerDepartmentBySig(act, byOffice(OUTSIDER, digest(act)));
    }
}
