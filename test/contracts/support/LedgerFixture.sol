// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {DepartmentRegistry} from "../../../contracts/DepartmentRegistry.sol";
import {Directory} from "../../../contracts/Directory.sol";
import {
    DepartmentAccountsChange,
    DepartmentKind,
    DepartmentRegistration,
    DepartmentStatus,
    DepartmentStatusChange
} from "../../../contracts/interfaces/IDepartmentRegistry.sol";
import {ResourcePublication, ResourceSubmission, ShareClass} from "../../../contracts/interfaces/IResourceCatalog.sol";
import {
    GrantRevocation,
    ShareAgreement,
    ShareRefusal,
    ShareRequest
} from "../../../contracts/interfaces/IShareLedger.sol";
import {CalendarYear} from "../../../contracts/interfaces/IWorkingDayCalendar.sol";
import {ResourceCatalog} from "../../../contracts/ResourceCatalog.sol";
import {ShareLedger} from "../../../contracts/ShareLedger.sol";
import {DepartmentId, GrantId, RequestId, ResourceId} from "../../../contracts/types/Ids.sol";
import {WorkingDayCalendar} from "../../../contracts/WorkingDayCalendar.sol";
import {ActFactory} from "./ActFactory.sol";
import {vm} from "./Vm.sol";

/// @dev A ledger with one department of each kind, two of kind Department, and a step for each act.
abstract contract LedgerFixture is ActFactory {
    function deployLedger() internal {
        vm.warp(NOW);
        manager = new AccessManager(address(this));
        registry = new DepartmentRegistry(address(manager));
        catalog = new ResourceCatalog(registry);
        shares = new ShareLedger(registry, catalog);
        directory = new Directory(address(manager));
        calendar = new WorkingDayCalendar(registry);
        registry.admitAuthority(registration(AUTHORITY, DepartmentKind.Authority));
        register(PROVIDER, DepartmentKind.Department);
        register(REQUESTER, DepartmentKind.Department);
        register(REGULATOR, DepartmentKind.Regulator);
        register(GOVERNMENT, DepartmentKind.Government);
        register(OPERATOR, DepartmentKind.Operator);
    }

    function register(DepartmentId department, DepartmentKind kind) internal {
        DepartmentRegistration memory act = registration(department, kind);
        registry.registerDepartmentBySig(act, byOffice(AUTHORITY, digest(act)));
    }

    function changeAccounts(DepartmentAccountsChange memory act) internal {
        registry.changeDepartmentAccountsBySig(act, byHead(act.department, digest(act)));
    }

    function setStatus(DepartmentId department, DepartmentStatus status) internal {
        DepartmentStatusChange memory act = statusChange(department, status);
        registry.changeDepartmentStatusBySig(act, byOffice(AUTHORITY, digest(act)));
    }

    /// @dev The id of the resource that {submission} enters.
    function resourceId() internal pure returns (ResourceId) {
        return ResourceId.wrap(keccak256(abi.encode(PROVIDER, CODE_HASH)));
    }

    function submit(ResourceSubmission memory act) internal returns (ResourceId) {
        return catalog.submitResourceBySig(act, byHead(act.provider, digest(act)));
    }

    function publish(ResourcePublication memory act) internal {
        catalog.publishResourceBySig(act, byOffice(act.authority, digest(act)));
    }

    function publishedResource(ShareClass shareClass) internal returns (ResourceId id) {
        id = submit(submission(shareClass));
        publish(publication(id));
    }

    function submitRequest(ShareRequest memory act) internal returns (RequestId) {
        return shares.submitRequestBySig(act, byOffice(act.requester, digest(act)));
    }

    function openRequest() internal returns (RequestId) {
        return submitRequest(request(publishedResource(ShareClass.Conditional)));
    }

    function agree(ShareAgreement memory act) internal returns (GrantId) {
        return shares.agreeBySig(act, byOffice(act.provider, digest(act)));
    }

    function refuse(ShareRefusal memory act) internal {
        shares.refuseBySig(act, byOffice(act.provider, digest(act)));
    }

    function revoke(GrantRevocation memory act) internal {
        shares.revokeBySig(act, byOffice(act.department, digest(act)));
    }

    function setYear(CalendarYear memory act) internal {
        calendar.setYearBySig(act, byOffice(act.authority, digest(act)));
    }
}
