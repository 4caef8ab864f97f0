// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CalendarYear} from "../../contracts/interfaces/IWorkingDayCalendar.sol";
import {WorkingDayCalendar} from "../../contracts/WorkingDayCalendar.sol";
import {ActFuzz} from "./support/ActFuzz.sol";
import {Check} from "./support/Check.sol";

/// @dev See {ActFuzz}.
contract CalendarActFuzzTest is ActFuzz {
    /// @dev A calendar in which no year is set.
    function setUp() public override {
        super.setUp();
        calendar = new WorkingDayCalendar(registry);
    }

    function test_fuzz_setYearBySig(
        uint256 earlyDays,
        uint256 moreDays,
        uint128 lateDays,
        bytes32 noticeHash,
        uint256 seed
    ) public {
        seed = mixed(seed);
        CalendarYear memory act = calendarYear(uint16(2024 + ((seed >> 64) % 3)));
        if (seed & 3 == 0) act.year = uint16(1990 + ((seed >> 72) % 230));
        if (seed & 12 == 0) (act.earlyDays, act.lateDays) = (earlyDays | moreDays, lateDays >> ((seed >> 80) % 22));
        if (seed & 48 == 0) act.authority = departmentFrom(seed >> 8);
        if (seed & 64 == 0) (act.noticeHash, act.hashAlgorithm) = (noticeHash, algorithmFrom(seed));
        bool valid =
            act.authority == AUTHORITY &&
                act.year >= 2000 &&
                act.year <= 2199 &&
                areDaysValid(act) &&
                isDocument(act.noticeHash, act.hashAlgorithm);

        expectOutcome(
            Attempt({
                target: address(calendar),
                data: abi.encodeCall(calendar.setYearBySig, (act, byOffice(act.authority, digest(act)))),
                query: abi.encodeCall(calendar.yearOf, (act.year))
            }),
            valid
        );
        Check.isTrue((calendar.yearOf(act.year).noticeHash != 0) == valid, "year");
    }

    function areDaysValid(CalendarYear memory act) private pure returns (bool) {
        bool isLeap = act.year % 4 == 0 && act.year != 2100;
        uint256 count = 0;
        for (uint256 day = 0; day < 512; ++day) {
            if ((day < 256 ? act.earlyDays : act.lateDays) & (1 << (day % 256)) == 0) continue;
            if (day >= (isLeap ? 366 : 365)) return false;
            ++count;
        }
        return count >= 200 && count <= 300;
    }
}
