// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {YearDays} from "../libraries/WorkingDays.sol";
import {DepartmentId, HashAlgorithm} from "../types/Ids.sol";
import {ISignedActs} from "./ISignedActs.sol";

/**
 * @dev An authority enters the working days of a year as the State Council announced them, make-up days (调休) among
 * them (R24, R25). Bit n of `earlyDays` is day n of the year, 1 January being day 0, and bit n of `lateDays` is day
 * 256 + n. `noticeHash` is the plain hash of the notice's bytes, so that anybody can compare the two.
 */
struct CalendarYear {
    DepartmentId authority;
    uint16 year;
    uint256 earlyDays;
    uint256 lateDays;
    bytes32 noticeHash;
    HashAlgorithm hashAlgorithm;
    uint256 nonce;
    uint64 expiresAt;
}

/**
 * @title IWorkingDayCalendar
 * @notice The working days of each year, from which a contract or an auditor recomputes when a deadline ends. A year
 * that was set never changes, and a year that was not set is never guessed: whoever needs it is refused.
 *
 * Days are those of Asia/Shanghai, UTC+8. China had summer time last in 1991, before the first year taken here.
 */
interface IWorkingDayCalendar is ISignedActs {
    /// @dev All zero for a year that was not set.
    struct PublishedYear {
        DepartmentId authority;
        HashAlgorithm hashAlgorithm;
        bytes32 noticeHash;
        YearDays workingDays;
    }

    event CalendarYearSet(
        uint16 indexed year,
        DepartmentId indexed authority,
        CalendarYear act,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );

    error WorkingDayCalendarNotAuthority(DepartmentId department);
    /// @notice Years are 2000 to 2199.
    error WorkingDayCalendarInvalidYear(uint16 year);
    error WorkingDayCalendarAlreadySet(uint16 year);
    /// @notice Not 200 to 300 working days, or days beyond the end of the year; `count` is that of all bits.
    error WorkingDayCalendarInvalidDays(uint16 year, uint256 count);
    /// @notice The answer depends on a year that was not set.
    error WorkingDayCalendarYearMissing(uint256 year);
    /// @notice Deadlines are 1 to 366 working days.
    error WorkingDayCalendarInvalidCount(uint256 count);

    /**
     * @notice Signed by the office of `act.authority`. Emits {CalendarYearSet}.
     *
     * Requirements: the department is of kind Authority; the year is 2000 to 2199 and was not set before; it has 200 to
     * 300 working days and none beyond its end; `act.noticeHash` is not zero.
     */
    function setYearBySig(CalendarYear calldata act, bytes calldata signature) external;

    function yearOf(uint16 year) external view returns (PublishedYear memory);

    /// @notice Whether the day in Shanghai that `timestamp` falls on is a working day.
    function isWorkingDay(uint64 timestamp) external view returns (bool);

    /**
     * @notice When `count` working days after the day of `timestamp` are over: the first second that is too late. The
     * day of `timestamp` itself does not count (R24), so its year need not be set if none of its later days counts.
     */
    function addWorkingDays(uint64 timestamp, uint256 count) external view returns (uint64 dueAt);
}
