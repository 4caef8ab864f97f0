// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DepartmentKind, DepartmentStatus} from "../../contracts/interfaces/IDepartmentRegistry.sol";
import {ILedgerHistory} from "../../contracts/interfaces/ILedgerHistory.sol";
import {DepartmentRole, ISignedActs} from "../../contracts/interfaces/ISignedActs.sol";
import {CalendarYear, IWorkingDayCalendar} from "../../contracts/interfaces/IWorkingDayCalendar.sol";
import {DepartmentId, HashAlgorithm} from "../../contracts/types/Ids.sol";
import {WorkingDayCalendar} from "../../contracts/WorkingDayCalendar.sol";
import {Check} from "./support/Check.sol";
import {History} from "./support/History.sol";
import {LedgerTest} from "./support/LedgerTest.sol";
import {Vm, vm} from "./support/Vm.sol";

contract WorkingDayCalendarTest is LedgerTest {
    uint256 private constant DAYS_200 = (1 << 200) - 1;
    uint256 private constant ALL_EARLY = type(uint256).max;

    /// @dev A calendar in which no year is set.
    function setUp() public override {
        super.setUp();
        calendar = new WorkingDayCalendar(registry);
    }

    function test_setYearBySig_recordsTheYear() public {
        CalendarYear memory act = calendarYear(2025);
        act.noticeHash = sha256("notice");
        setYear(act);
        IWorkingDayCalendar.PublishedYear memory year = calendar.yearOf(2025);
        Check.isTrue(year.authority == AUTHORITY, "authority");
        Check.isTrue(year.hashAlgorithm == HashAlgorithm.Sha256, "algorithm");
        Check.equal(year.noticeHash, sha256("notice"), "notice");
        Check.equal(year.workingDays.early, act.earlyDays, "early days");
        Check.equal(year.workingDays.late, act.lateDays, "late days");
    }

    function test_setYearBySig_appendsToTheHistory() public {
        vm.recordLogs();
        CalendarYear memory act = calendarYear(2025);
        setYear(act);
        setYear(calendarYear(2026));
        Vm.Log[] memory logs = vm.getRecordedLogs();
        Check.equal(logs.length, 4, "logs");
        History.Head memory head;
        for (uint256 i = 0; i < 4; i += 2) {
            Check.isTrue(logs[i].topics[0] == IWorkingDayCalendar.CalendarYearSet.selector, "event");
            Check.equal(logs[i].topics[1], bytes32(2025 + i / 2), "year");
            Check.equal(logs[i].topics[2], bytes32(DepartmentId.unwrap(AUTHORITY)), "authority");
            head = History.follow(head, logs[i]);
            Check.isTrue(!History.isEntry(logs[i + 1]), "signature");
        }
        (CalendarYear memory recorded, uint64 recordedAt, , ) = abi.decode(
            logs[0].data,
            (CalendarYear, uint64, uint64, bytes32)
        );
        Check.equal(abi.encode(recorded), abi.encode(act), "act");
        Check.equal(recordedAt, NOW, "recorded at");
        (uint64 seq, bytes32 last) = ILedgerHistory(address(calendar)).historyHead();
        Check.equal(seq, 2, "entries");
        Check.equal(last, head.head, "head");
    }

    function test_setYearBySig_takesTheFirstAndTheLastYear() public {
        uint16[2] memory edges = [2000, 2199];
        for (uint256 i = 0; i < edges.length; ++i) {
            setYear(yearOfDays(edges[i], DAYS_200, 0));
            Check.equal(calendar.yearOf(edges[i]).workingDays.early, DAYS_200, "early days");
        }
    }

    function test_setYearBySig_revertsForOtherYears() public {
        uint16[4] memory wrong = [0, 1999, 2200, 65535];
        for (uint256 i = 0; i < wrong.length; ++i) {
            expectRefusal(
                yearOfDays(wrong[i], DAYS_200, 0),
                abi.encodeWithSelector(IWorkingDayCalendar.WorkingDayCalendarInvalidYear.selector, wrong[i])
            );
        }
    }

    function test_setYearBySig_neverChangesAYear() public {
        setYear(calendarYear(2025));
        register(STRANGER, DepartmentKind.Authority);
        DepartmentId[2] memory authorities = [AUTHORITY, STRANGER];
        for (uint256 i = 0; i < authorities.length; ++i) {
            CalendarYear memory act = calendarYear(2025);
            act.authority = authorities[i];
            expectRefusal(act, abi.encodeWithSelector(IWorkingDayCalendar.WorkingDayCalendarAlreadySet.selector, 2025));
        }
        uint64 dueAt = calendar.addWorkingDays(1_758_816_000, 10);
        setYear(calendarYear(2026));
        Check.equal(calendar.addWorkingDays(1_758_816_000, 10), dueAt, "a deadline after the next year was set");
    }

    function test_setYearBySig_revertsForImplausibleCounts() public {
        expectDaysRefused(yearOfDays(2025, 0, 0), 0);
        expectDaysRefused(yearOfDays(2025, DAYS_200 >> 1, 0), 199);
        expectDaysRefused(yearOfDays(2025, ALL_EARLY, (1 << 45) - 1), 301);
        expectDaysRefused(yearOfDays(2025, ALL_EARLY, (1 << 109) - 1), 365);
        setYear(yearOfDays(2025, DAYS_200, 0));
        setYear(yearOfDays(2026, ALL_EARLY, (1 << 44) - 1));
    }

    function test_setYearBySig_revertsForDaysBeyondTheEnd() public {
        expectDaysRefused(yearOfDays(2025, DAYS_200, 1 << 109), 201);
        expectDaysRefused(yearOfDays(2024, DAYS_200, 1 << 110), 201);
        expectDaysRefused(yearOfDays(2100, DAYS_200, 1 << 109), 201);
        expectDaysRefused(yearOfDays(2025, DAYS_200, 1 << 255), 201);
        setYear(yearOfDays(2025, DAYS_200, 1 << 108));
        setYear(yearOfDays(2024, DAYS_200, 1 << 109));
        Check.isTrue(calendar.isWorkingDay(1_735_574_400), "31 December 2024, day 365");
    }

    function test_setYearBySig_revertsForUncheckableNotice() public {
        CalendarYear memory act = calendarYear(2025);
        act.noticeHash = 0;
        expectRefusal(act, abi.encodeWithSelector(ISignedActs.SignedActsDocumentMissing.selector));
        HashAlgorithm[3] memory wrong = [HashAlgorithm.None, HashAlgorithm.Keccak256, HashAlgorithm.Sm3];
        for (uint256 i = 0; i < wrong.length; ++i) {
            act = calendarYear(2025);
            act.hashAlgorithm = wrong[i];
            expectRefusal(
                act,
                abi.encodeWithSelector(ISignedActs.SignedActsHashAlgorithmUnsupported.selector, wrong[i])
            );
        }
    }

    function test_setYearBySig_revertsUnlessAnAuthoritySigns() public {
        DepartmentId[4] memory others = [PROVIDER, REGULATOR, GOVERNMENT, OPERATOR];
        for (uint256 i = 0; i < others.length; ++i) {
            CalendarYear memory act = calendarYear(2025);
            act.authority = others[i];
            expectRefusal(
                act,
                abi.encodeWithSelector(IWorkingDayCalendar.WorkingDayCalendarNotAuthority.selector, others[i])
            );
        }
    }

    function test_setYearBySig_revertsForTheHead() public {
        CalendarYear memory act = calendarYear(2025);
        bytes32 actDigest = digest(act);
        bytes memory signature = byHead(AUTHORITY, actDigest);
        vm.expectRevert(
            abi.encodeWithSelector(
                ISignedActs.SignedActsInvalidSignature.selector,
                AUTHORITY,
                DepartmentRole.Office,
                actDigest
            )
        );
        calendar.setYearBySig(act, signature);
    }

    function test_setYearBySig_revertsWhileSuspended() public {
        registry.governStatus(statusOrder(AUTHORITY, DepartmentStatus.Suspended));
        expectRefusal(
            calendarYear(2025),
            abi.encodeWithSelector(ISignedActs.SignedActsDepartmentNotActive.selector, AUTHORITY)
        );
    }

    function test_yearOf_isEmptyForAYearThatWasNotSet() public {
        setYear(calendarYear(2025));
        IWorkingDayCalendar.PublishedYear memory year = calendar.yearOf(2026);
        Check.isTrue(year.authority == NOBODY && year.noticeHash == 0, "year");
        Check.equal(year.workingDays.early | year.workingDays.late, 0, "days");
    }

    function yearOfDays(uint16 year, uint256 earlyDays, uint256 lateDays) private returns (CalendarYear memory act) {
        act = calendarYear(2025);
        (act.year, act.earlyDays, act.lateDays) = (year, earlyDays, lateDays);
    }

    function expectDaysRefused(CalendarYear memory act, uint256 count) private {
        expectRefusal(
            act,
            abi.encodeWithSelector(IWorkingDayCalendar.WorkingDayCalendarInvalidDays.selector, act.year, count)
        );
        Check.equal(calendar.yearOf(act.year).workingDays.early, 0, "a refused year was kept");
    }

    function expectRefusal(CalendarYear memory act, bytes memory revertData) private {
        bytes memory signature = byOffice(act.authority, digest(act));
        vm.expectRevert(revertData);
        calendar.setYearBySig(act, signature);
    }
}
