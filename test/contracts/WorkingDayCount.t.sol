// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IWorkingDayCalendar} from "../../contracts/interfaces/IWorkingDayCalendar.sol";
import {WorkingDayCalendar} from "../../contracts/WorkingDayCalendar.sol";
import {earlyDaysOf, lateDaysOf} from "./support/CalendarYears.sol";
import {Check} from "./support/Check.sol";
import {LedgerTest} from "./support/LedgerTest.sol";
import {vm} from "./support/Vm.sol";

/// @dev What the calendar answers, on the years 2024 to 2026 as they were announced.
contract WorkingDayCountTest is LedgerTest {
    event GasUsed(string question, uint256 gas);

    /// @dev 00:00 in Shanghai.
    uint64 private constant NEW_YEAR_2024 = 1_704_038_400;
    uint64 private constant NEW_YEAR_2025 = 1_735_660_800;
    uint64 private constant NEW_YEAR_2026 = 1_767_196_800;
    uint64 private constant NEW_YEAR_2027 = 1_798_732_800;
    uint64 private constant AUG_1 = 1_753_977_600;
    uint64 private constant SEP_26 = 1_758_816_000;
    uint64 private constant SEP_30 = 1_759_161_600;
    uint64 private constant OCT_16 = 1_760_544_000;

    uint256 private constant MOST_GAS = 60_000;

    function setUp() public override {
        super.setUp();
        calendar = new WorkingDayCalendar(registry);
        for (uint16 year = 2024; year <= 2026; ++year) setYear(calendarYear(year));
    }

    /// @dev The vectors of R24: the end of a day is the start of the next.
    function test_addWorkingDays_countsMakeUpDaysAndHolidays() public view {
        Check.equal(calendar.addWorkingDays(SEP_26, 1), SEP_26 + 3 days, "Sunday 28 September is made up for");
        Check.equal(calendar.addWorkingDays(SEP_26, 10), SEP_26 + 21 days, "end of 16 October");
        Check.equal(calendar.addWorkingDays(SEP_30, 1), SEP_30 + 10 days, "end of 9 October");
        Check.equal(calendar.addWorkingDays(SEP_30, 10), SEP_30 + 22 days, "end of 21 October");
        Check.equal(calendar.addWorkingDays(OCT_16, 20), OCT_16 + 29 days, "end of 13 November");
        Check.equal(calendar.addWorkingDays(AUG_1, 10), AUG_1 + 15 days, "end of 15 August");
    }

    function test_addWorkingDays_changesAtMidnightInShanghai() public view {
        uint64 dueAt = SEP_26 + 3 days;
        Check.equal(calendar.addWorkingDays(SEP_26, 1), dueAt, "the first second of the day");
        Check.equal(calendar.addWorkingDays(SEP_26 + 1 days - 1, 1), dueAt, "the last second of the day");
        Check.equal(calendar.addWorkingDays(SEP_26 - 1, 1), SEP_26 + 1 days, "the second before");
        Check.equal(calendar.addWorkingDays(SEP_26 + 1 days, 1), dueAt, "Saturday, which is off");
        Check.equal(calendar.addWorkingDays(dueAt - 1, 1), dueAt + 1 days, "the last second of the make-up day");
    }

    function test_addWorkingDays_goesOnInTheNextYear() public view {
        uint64 lastSecond = NEW_YEAR_2025 - 1;
        Check.equal(calendar.addWorkingDays(lastSecond, 1), NEW_YEAR_2025 + 2 days, "1 January is off");
        Check.equal(
            calendar.addWorkingDays(NEW_YEAR_2025 - 1 days - 1, 1),
            NEW_YEAR_2025,
            "the last day of a leap year"
        );
        Check.equal(calendar.addWorkingDays(NEW_YEAR_2026 - 1 days - 1, 1), NEW_YEAR_2026, "of a common year");
        Check.equal(calendar.addWorkingDays(lastSecond, 248), NEW_YEAR_2026, "all of 2025");
        Check.equal(calendar.addWorkingDays(NEW_YEAR_2025 - 1 days - 1, 249), NEW_YEAR_2026, "and a day before");
        Check.equal(
            calendar.addWorkingDays(NEW_YEAR_2025 - 1 days - 1, 250),
            NEW_YEAR_2026 + 4 days,
            "Sunday 4 January is made up for"
        );
    }

    function test_addWorkingDays_countsTheLeapDay() public view {
        uint64 feb28 = NEW_YEAR_2024 + 58 days;
        Check.equal(calendar.addWorkingDays(feb28, 1), feb28 + 2 days, "29 February 2024");
        Check.equal(calendar.addWorkingDays(feb28, 2), feb28 + 3 days, "1 March 2024");
    }

    function test_addWorkingDays_revertsForAMissingYear() public {
        expectMissing(NEW_YEAR_2024 - 1 days - 1, 1, 2023);
        expectMissing(NEW_YEAR_2027 - 1, 1, 2027);
        expectMissing(NEW_YEAR_2027 - 1 days - 1, 2, 2027);
        expectMissing(0, 1, 1970);
        expectMissing(NEW_YEAR_2027 + 40 * 365 days, 366, 2066);
        expectMissing(type(uint64).max, 1, 584_554_051_223);
        Check.equal(calendar.addWorkingDays(NEW_YEAR_2024 - 1, 1), NEW_YEAR_2024 + 2 days, "its year does not count");
        Check.equal(
            calendar.addWorkingDays(NEW_YEAR_2027 - 1 days - 1, 1),
            NEW_YEAR_2027,
            "the last day that is known"
        );
    }

    function test_addWorkingDays_revertsForOtherCounts() public {
        uint256[3] memory wrong = [uint256(0), 367, type(uint256).max];
        for (uint256 i = 0; i < wrong.length; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(IWorkingDayCalendar.WorkingDayCalendarInvalidCount.selector, wrong[i])
            );
            calendar.addWorkingDays(SEP_26, wrong[i]);
        }
    }

    function test_addWorkingDays_costsLittleGas() public {
        expectCheap("10 days within a year", SEP_30, 10);
    }

    function test_addWorkingDays_costsLittleGasOverTheYearsEnd() public {
        expectCheap("20 days over the end of a year", NEW_YEAR_2026 - 5 days, 20);
    }

    function test_addWorkingDays_costsLittleGasInThreeYears() public {
        expectCheap("366 days in three years", NEW_YEAR_2025 - 2 days, 366);
    }

    function test_isWorkingDay_holdsFromMidnightToMidnight() public view {
        uint64 sunday = SEP_26 + 2 days;
        Check.isTrue(!calendar.isWorkingDay(sunday - 1), "the last second of Saturday");
        Check.isTrue(calendar.isWorkingDay(sunday), "the first second of the make-up day");
        Check.isTrue(calendar.isWorkingDay(sunday + 1 days - 1), "its last second");
        Check.isTrue(!calendar.isWorkingDay(SEP_30 + 1 days), "National Day, a Wednesday");
        Check.isTrue(calendar.isWorkingDay(NEW_YEAR_2026 - 1), "the last second of 2025");
        Check.isTrue(!calendar.isWorkingDay(NEW_YEAR_2026), "the first second of 2026");
    }

    function test_isWorkingDay_revertsForAMissingYear() public {
        uint64[3] memory times = [NEW_YEAR_2024 - 1, NEW_YEAR_2027, type(uint64).max];
        uint256[3] memory missing = [uint256(2023), 2027, 584_554_051_223];
        for (uint256 i = 0; i < times.length; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(IWorkingDayCalendar.WorkingDayCalendarYearMissing.selector, missing[i])
            );
            calendar.isWorkingDay(times[i]);
        }
    }

    /// @dev From ten days before the first known year to ten days after the last, one question in four at midnight.
    function test_fuzz_bothAnswers_agreeWithALoopOverDays(uint256 seed, uint16 countSeed) public {
        seed = uint256(keccak256(abi.encode(seed)));
        uint256 day = seed % (20 + 366 + 365 + 365);
        uint256 second = (seed >> 64) % 4 == 0 ? ((seed >> 66) % 2) * (1 days - 1) : (seed >> 128) % 1 days;
        uint64 timestamp = uint64(NEW_YEAR_2024 - 10 days + day * 1 days + second);
        uint256 count = 1 + (countSeed % ((seed >> 80) % 2 == 0 ? 30 : 366));

        uint256 due = day;
        for (uint256 left = count; left != 0;) {
            ++due;
            if (!isKnown(due)) break;
            if (isWorking(due)) --left;
        }
        if (!isKnown(due)) expectMissing(timestamp, count, due < 10 ? 2023 : 2027);
        else {
            uint256 dueAt = NEW_YEAR_2024 - 10 days + (due + 1) * 1 days;
            Check.equal(calendar.addWorkingDays(timestamp, count), dueAt, "due at");
        }
        if (isKnown(day)) Check.isTrue(calendar.isWorkingDay(timestamp) == isWorking(day), "working day");
    }

    function isKnown(uint256 day) private pure returns (bool) {
        return day >= 10 && day < 10 + 366 + 365 + 365;
    }

    /// @dev `day` is counted from 22 December 2023.
    function isWorking(uint256 day) private pure returns (bool) {
        uint256 year = 2024;
        uint256 rest = day - 10;
        while (rest >= (year == 2024 ? 366 : 365)) rest -= year++ == 2024 ? 366 : 365;
        return ((rest < 256 ? earlyDaysOf(year) : lateDaysOf(year)) & (1 << (rest % 256))) != 0;
    }

    function expectMissing(uint64 timestamp, uint256 count, uint256 year) private {
        vm.expectRevert(abi.encodeWithSelector(IWorkingDayCalendar.WorkingDayCalendarYearMissing.selector, year));
        calendar.addWorkingDays(timestamp, count);
    }

    function expectCheap(string memory question, uint64 timestamp, uint256 count) private {
        uint256 before = gasleft();
        calendar.addWorkingDays(timestamp, count);
        uint256 used = before - gasleft();
        emit GasUsed(question, used);
        Check.isTrue(used < MOST_GAS || countsItself(), question);
    }
}
