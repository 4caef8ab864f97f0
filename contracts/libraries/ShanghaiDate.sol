// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev Days and years of Asia/Shanghai. A day is counted from 1 January 1970 in Shanghai; years are Gregorian.
library ShanghaiDate {
    uint256 private constant OFFSET = 8 hours;
    /// @dev Days from 1 January of year 1 to 1 January 1970.
    uint256 private constant EPOCH_DAY = 719_162;
    uint256 private constant DAYS_OF_400_YEARS = 146_097;

    function dayOf(uint64 timestamp) internal pure returns (uint256 day) {
        return (uint256(timestamp) + OFFSET) / 1 days;
    }

    /// @dev The first second of a day after 1 January 1970.
    function startOf(uint256 day) internal pure returns (uint64 timestamp) {
        return uint64(day * 1 days - OFFSET);
    }

    /// @dev 1 January of a year from 1970 on.
    function firstDayOf(uint256 year) internal pure returns (uint256 day) {
        uint256 past = year - 1;
        return past * 365 + past / 4 - past / 100 + past / 400 - EPOCH_DAY;
    }

    function lengthOf(uint256 year) internal pure returns (uint256 dayCount) {
        return isLeap(year) ? 366 : 365;
    }

    function isLeap(uint256 year) internal pure returns (bool) {
        return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    }

    /// @dev A year of mean length is at most one year short, and never too far: leap days come late in their cycle.
    function yearOf(uint256 day) internal pure returns (uint256 year) {
        year = ((day + EPOCH_DAY) * 400) / DAYS_OF_400_YEARS + 1;
        if (day >= firstDayOf(year + 1)) ++year;
    }
}
