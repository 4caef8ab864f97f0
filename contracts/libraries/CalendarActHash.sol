// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CalendarYear} from "../interfaces/IWorkingDayCalendar.sol";

/// @dev EIP-712 struct hash of the act of {IWorkingDayCalendar}, encoded in place like those of {CatalogActHash}.
library CalendarActHash {
    bytes32 private constant CALENDAR_YEAR_TYPEHASH = keccak256(
        "CalendarYear(bytes18 authority,uint16 year,uint256 earlyDays,uint256 lateDays,bytes32 noticeHash,"
        "uint8 hashAlgorithm,uint256 nonce,uint64 expiresAt)"
    );

    function structHash(CalendarYear calldata act) internal pure returns (bytes32) {
        return keccak256(abi.encode(CALENDAR_YEAR_TYPEHASH, act));
    }
}
