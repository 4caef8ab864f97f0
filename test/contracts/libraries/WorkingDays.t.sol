// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {WorkingDays, YearDays} from "../../../contracts/libraries/WorkingDays.sol";
import {Check} from "../support/Check.sol";

contract WorkingDaysTest {
    using WorkingDays for YearDays;

    uint256 private constant ALL = type(uint256).max;

    function test_count_countsWholeWords() public pure {
        Check.equal(YearDays(0, 0).count(), 0, "none");
        Check.equal(YearDays(ALL, 0).count(), 256, "all early");
        Check.equal(YearDays(0, ALL).count(), 256, "all late");
        Check.equal(YearDays(ALL, ALL).count(), 512, "all");
    }

    function test_select_findsEveryDayWhenAllAreSet() public pure {
        YearDays memory all = YearDays(ALL, ALL);
        for (uint256 day = 0; day < 512; ++day) Check.equal(all.select(day + 1), day, "day");
    }

    function test_allOfThem_findASingleDay() public pure {
        for (uint256 day = 0; day < 512; ++day) {
            YearDays memory one = day < 256 ? YearDays(1 << day, 0) : YearDays(0, 1 << (day - 256));
            Check.equal(one.count(), 1, "count");
            Check.equal(one.select(1), day, "select");
            Check.isTrue(one.isSet(day), "set");
            Check.isTrue(!one.isSet((day + 1) % 512), "its neighbour");
            Check.equal(one.from(day).count(), 1, "from the day on");
            if (day < 511) Check.equal(one.from(day + 1).count(), 0, "from the next day on");
        }
    }

    function test_fuzz_allOfThem_agreeWithALoopOverDays(uint256 early, uint256 late, uint16 start) public pure {
        YearDays memory year = YearDays(early, late);
        YearDays memory left = year.from(start % 512);
        uint256 found = 0;
        for (uint256 day = 0; day < 512; ++day) {
            bool isSet = ((day < 256 ? early : late) & (1 << (day % 256))) != 0;
            Check.isTrue(year.isSet(day) == isSet, "set");
            bool isLeft = isSet && day >= start % 512;
            Check.isTrue(left.isSet(day) == isLeft, "left");
            if (isLeft) Check.equal(left.select(++found), day, "select");
        }
        Check.equal(left.count(), found, "count");
    }

    function test_fuzz_select_findsDaysOfSparseYears(uint256 a, uint256 b, uint256 c, uint256 d) public pure {
        YearDays memory sparse = YearDays(a & b & c, b & c & d);
        uint256 count = sparse.count();
        uint256 previous = 0;
        for (uint256 nth = 1; nth <= count; ++nth) {
            uint256 day = sparse.select(nth);
            Check.isTrue(sparse.isSet(day), "set");
            Check.isTrue(nth == 1 || day > previous, "order");
            previous = day;
        }
    }
}
