// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {DepartmentKind, IDepartmentRegistry} from "./interfaces/IDepartmentRegistry.sol";
import {DepartmentRole} from "./interfaces/ISignedActs.sol";
import {CalendarYear, IWorkingDayCalendar} from "./interfaces/IWorkingDayCalendar.sol";
import {CalendarActHash} from "./libraries/CalendarActHash.sol";
import {ShanghaiDate} from "./libraries/ShanghaiDate.sol";
import {WorkingDays, YearDays} from "./libraries/WorkingDays.sol";
import {SignedSteps} from "./SignedSteps.sol";

/**
 * @title WorkingDayCalendar
 * @dev See {IWorkingDayCalendar}.
 */
contract WorkingDayCalendar is SignedSteps, IWorkingDayCalendar {
    using CalendarActHash for CalendarYear;
    using WorkingDays for YearDays;

    uint16 private constant FIRST_YEAR = 2000;
    uint16 private constant LAST_YEAR = 2199;
    uint256 private constant FEWEST_DAYS = 200;
    uint256 private constant MOST_DAYS = 300;
    uint256 private constant LONGEST_DEADLINE = 366;

    mapping(uint256 year => PublishedYear) private _years;

    constructor(IDepartmentRegistry registry) EIP712("WorkingDayCalendar", "1") SignedSteps(registry) {}

    /// @inheritdoc IWorkingDayCalendar
    function setYearBySig(CalendarYear calldata act, bytes calldata signature) external {
        Approval memory approval = _authenticate(
            Act({
                department: act.authority,
                role: DepartmentRole.Office,
                structHash: act.structHash(),
                nonce: act.nonce,
                expiresAt: act.expiresAt,
                evenIfSuspended: false
            }),
            signature
        );
        require(approval.kind == DepartmentKind.Authority, WorkingDayCalendarNotAuthority(act.authority));
        uint64 seq = _setYear(act);
        _emitSigned(seq, approval, signature);
    }

    /// @inheritdoc IWorkingDayCalendar
    function yearOf(uint16 year) external view returns (PublishedYear memory) {
        return _years[year];
    }

    /// @inheritdoc IWorkingDayCalendar
    function isWorkingDay(uint64 timestamp) external view returns (bool) {
        uint256 day = ShanghaiDate.dayOf(timestamp);
        uint256 year = ShanghaiDate.yearOf(day);
        return _workingDaysOf(year).isSet(day - ShanghaiDate.firstDayOf(year));
    }

    /// @inheritdoc IWorkingDayCalendar
    function addWorkingDays(uint64 timestamp, uint256 count) external view returns (uint64 dueAt) {
        require(count != 0 && count <= LONGEST_DEADLINE, WorkingDayCalendarInvalidCount(count));
        uint256 day = ShanghaiDate.dayOf(timestamp) + 1;
        uint256 year = ShanghaiDate.yearOf(day);
        YearDays memory left = _workingDaysOf(year).from(day - ShanghaiDate.firstDayOf(year));
        uint256 missing = count;
        for (uint256 found = left.count(); found < missing; found = left.count()) {
            missing -= found;
            left = _workingDaysOf(++year);
        }
        return ShanghaiDate.startOf(ShanghaiDate.firstDayOf(year) + left.select(missing) + 1);
    }

    function _setYear(CalendarYear calldata act) private returns (uint64 seq) {
        require(act.year >= FIRST_YEAR && act.year <= LAST_YEAR, WorkingDayCalendarInvalidYear(act.year));
        require(!_isPublished(_years[act.year].workingDays), WorkingDayCalendarAlreadySet(act.year));
        YearDays memory workingDays = YearDays({early: act.earlyDays, late: act.lateDays});
        _checkDays(act.year, workingDays);
        _checkDocument(act.noticeHash, act.hashAlgorithm);
        _years[act.year] = PublishedYear({
            authority: act.authority,
            hashAlgorithm: act.hashAlgorithm,
            noticeHash: act.noticeHash,
            workingDays: workingDays
        });

        uint64 recordedAt = _now();
        bytes32 head;
        (seq, head) = _append(
            keccak256(abi.encode(CalendarYearSet.selector, act.year, act.authority, act, recordedAt))
        );
        emit CalendarYearSet(act.year, act.authority, act, recordedAt, seq, head);
    }

    function _workingDaysOf(uint256 year) private view returns (YearDays memory workingDays) {
        workingDays = _years[year].workingDays;
        require(_isPublished(workingDays), WorkingDayCalendarYearMissing(year));
    }

    /// @dev At most 110 days are late ones, so each year that was taken has early ones.
    function _isPublished(YearDays memory workingDays) private pure returns (bool) {
        return workingDays.early != 0;
    }

    function _checkDays(uint16 year, YearDays memory workingDays) private pure {
        uint256 count = workingDays.count();
        bool isPlausible = count >= FEWEST_DAYS && count <= MOST_DAYS;
        bool isWithinYear = workingDays.late >> (ShanghaiDate.lengthOf(year) - 256) == 0;
        require(isPlausible && isWithinYear, WorkingDayCalendarInvalidDays(year, count));
    }
}
