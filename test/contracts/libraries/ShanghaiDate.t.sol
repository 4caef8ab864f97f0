// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ShanghaiDate} from "../../../contracts/libraries/ShanghaiDate.sol";
import {Check} from "../support/Check.sol";

contract ShanghaiDateTest {
    function test_dayOf_changesAtMidnightInShanghai() public pure {
        Check.equal(ShanghaiDate.dayOf(0), 0, "08:00 on 1 January 1970");
        Check.equal(ShanghaiDate.dayOf(16 hours - 1), 0, "the last second of that day");
        Check.equal(ShanghaiDate.dayOf(16 hours), 1, "the first second of the next");
        Check.equal(ShanghaiDate.startOf(1), 16 hours, "start");
        // 2025-09-26T00:00:00+08:00
        Check.equal(ShanghaiDate.startOf(ShanghaiDate.dayOf(1_758_816_000)), 1_758_816_000, "start of a day");
        Check.equal(ShanghaiDate.dayOf(1_758_815_999) + 1, ShanghaiDate.dayOf(1_758_816_000), "the second before");
    }

    function test_fuzz_startOf_isTheFirstSecondOfTheDay(uint64 timestamp) public pure {
        if (timestamp < 1 days) return;
        uint256 day = ShanghaiDate.dayOf(timestamp);
        uint64 start = ShanghaiDate.startOf(day);
        Check.isTrue(start <= timestamp && timestamp - start < 1 days, "another day");
        Check.equal(ShanghaiDate.dayOf(start), day, "the first second");
        Check.equal(ShanghaiDate.dayOf(start - 1), day - 1, "the second before");
    }

    function test_isLeap_knowsTheCenturies() public pure {
        uint16[6] memory leap = [2000, 2004, 2024, 2096, 2104, 2400];
        uint16[6] memory common = [1970, 2001, 2023, 2025, 2100, 2200];
        for (uint256 i = 0; i < 6; ++i) {
            Check.isTrue(ShanghaiDate.isLeap(leap[i]) && ShanghaiDate.lengthOf(leap[i]) == 366, "leap");
            Check.isTrue(!ShanghaiDate.isLeap(common[i]) && ShanghaiDate.lengthOf(common[i]) == 365, "common");
        }
    }

    function test_firstDayOf_knowsDatesOfTheCalendar() public pure {
        Check.equal(ShanghaiDate.firstDayOf(1970), 0, "1970");
        Check.equal(ShanghaiDate.firstDayOf(2000), 10_957, "2000");
        Check.equal(ShanghaiDate.firstDayOf(2025), 20_089, "2025");
        Check.equal(ShanghaiDate.firstDayOf(2200), 84_006, "2200");
    }

    /// @dev 400 years: after them the calendar repeats itself.
    function test_yearOf_findsTheFirstAndTheLastDayOfEveryYear() public pure {
        uint256 day = 0;
        for (uint256 year = 1970; year < 2370; ++year) {
            bool isLeap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
            Check.equal(ShanghaiDate.firstDayOf(year), day, "first day");
            Check.equal(ShanghaiDate.yearOf(day), year, "year of the first day");
            day += isLeap ? 366 : 365;
            Check.equal(ShanghaiDate.yearOf(day - 1), year, "year of the last day");
        }
    }

    function test_fuzz_yearOf_holdsTheDay(uint64 timestamp) public pure {
        uint256 day = ShanghaiDate.dayOf(timestamp);
        uint256 year = ShanghaiDate.yearOf(day);
        uint256 first = ShanghaiDate.firstDayOf(year);
        Check.isTrue(first <= day && day < first + ShanghaiDate.lengthOf(year), "another year");
    }
}
