// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DepartmentId} from "../types/Ids.sol";

/// @dev Check character of the unified social credit code, GB 32100-2015 (modulo 31, weights 3^i).
library SocialCreditCode {
    uint256 private constant MODULUS = 31;
    uint256 private constant NOT_A_CHARACTER = 0xff;

    /// @dev Values of the letters A to Y; the standard leaves out I, O, S and V (and Z).
    bytes25 private constant LETTER_VALUES = 0x0a0b0c0d0e0f1011ff1213141516ff171819ff1a1bff1c1d1e;

    /// @dev Whether all 18 characters are of the alphabet and the last one is the check character of the others.
    function isValid(DepartmentId department) internal pure returns (bool) {
        bytes18 code = DepartmentId.unwrap(department);
        uint256 sum = 0;
        uint256 weight = 1;
        for (uint256 i = 0; i < 17; ++i) {
            uint256 value = _valueOf(code[i]);
            if (value == NOT_A_CHARACTER) return false;
            sum += value * weight;
            weight = (weight * 3) % MODULUS;
        }
        uint256 check = _valueOf(code[17]);
        return check != NOT_A_CHARACTER && (sum + check) % MODULUS == 0;
    }

    function _valueOf(bytes1 character) private pure returns (uint256) {
        if (character >= "0" && character <= "9") return uint8(character) - uint8(bytes1("0"));
        if (character >= "A" && character <= "Y") return uint8(LETTER_VALUES[uint8(character) - uint8(bytes1("A"))]);
        return NOT_A_CHARACTER;
    }
}
