// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {CaseBook} from "../../../contracts/CaseBook.sol";
import {DepartmentRegistry} from "../../../contracts/DepartmentRegistry.sol";
import {Directory} from "../../../contracts/Directory.sol";
import {IReceiptLog} from "../../../contracts/interfaces/IReceiptLog.sol";
import {IShareLedger} from "../../../contracts/interfaces/IShareLedger.sol";
import {ResourceCatalog} from "../../../contracts/ResourceCatalog.sol";
import {DepartmentId} from "../../../contracts/types/Ids.sol";
import {WorkingDayCalendar} from "../../../contracts/WorkingDayCalendar.sol";

/// @dev The contracts of a ledger, and the departments and values that all tests share.
abstract contract LedgerParts {
    DepartmentId internal constant AUTHORITY = DepartmentId.wrap("11990100MB00000L2J");
    DepartmentId internal constant PROVIDER = DepartmentId.wrap("11990100MB0000019L");
    DepartmentId internal constant REQUESTER = DepartmentId.wrap("11990100MB00000435");
    DepartmentId internal constant REGULATOR = DepartmentId.wrap("11990100MB00000P5Y");
    DepartmentId internal constant GOVERNMENT = DepartmentId.wrap("11990000MB00000M08");
    DepartmentId internal constant OPERATOR = DepartmentId.wrap("12990100MB00000F3D");
    DepartmentId internal constant STRANGER = DepartmentId.wrap("13990100MB00000HXW");
    /// @dev A level below, with an authority and a department of its own.
    DepartmentId internal constant COUNTY = DepartmentId.wrap("11990102MB00000X1M");
    DepartmentId internal constant COUNTY_AUTHORITY = DepartmentId.wrap("11990102MB00000X2Q");
    DepartmentId internal constant BRANCH = DepartmentId.wrap("11990102MB00000X3U");
    /// @dev An authority of no government, or of another one; a test admits it.
    DepartmentId internal constant OUTSIDER = DepartmentId.wrap("11990100MB0000700F");
    DepartmentId internal constant NOBODY = DepartmentId.wrap(bytes18(0));

    bytes32 internal constant CODE_HASH = keccak256("population-base");
    bytes32 internal constant DOCUMENT = sha256("document");
    bytes32 internal constant CONDITIONS = keccak256("conditions");
    bytes32 internal constant REASON = "PURPOSE_NOT_COVERED";
    /// @dev 21 September 2026, a Monday, at 22:13:20 in Shanghai.
    uint64 internal constant NOW = 1_790_000_000;
    uint64 internal constant DEADLINE = NOW + 400 days;

    AccessManager internal manager;
    DepartmentRegistry internal registry;
    ResourceCatalog internal catalog;
    IShareLedger internal shares;
    CaseBook internal cases;
    Directory internal directory;
    WorkingDayCalendar internal calendar;
    IReceiptLog internal receipts;
}
