// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SocialCreditCode} from "../../../contracts/libraries/SocialCreditCode.sol";
import {DepartmentId} from "../../../contracts/types/Ids.sol";
import {Check} from "../support/Check.sol";

contract SocialCreditCodeTest {
    bytes private constant ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    function test_isValid_acceptsTheSampleCodes() public pure {
        bytes18[8] memory codes = [
            bytes18("11990100MB0000019L"),
            "11990100MB00000435",
            "11990100MB00000510", // the weighted sum is 0 modulo 31
            "11990100MB000006XP",
            "12990100MB00000F3D",
            "13990100MB00000HXW",
            "11990000MB00000M08",
            "11990100MB00000Q3R"
        ];
        for (uint256 i = 0; i < codes.length; ++i) {
            Check.isTrue(SocialCreditCode.isValid(DepartmentId.wrap(codes[i])), string(abi.encodePacked(codes[i])));
        }
    }

    function test_isValid_refusesCharactersOutsideTheAlphabet() public pure {
        bytes memory alphabet = ALPHABET;
        for (uint256 character = 0; character < 256; ++character) {
            bool known = false;
            for (uint256 i = 0; i < alphabet.length; ++i) known = known || uint8(alphabet[i]) == character;
            if (known) continue;
            for (uint256 position = 0; position < 18; ++position) {
                bytes memory code = "11990100MB0000019L";
                code[position] = bytes1(uint8(character));
                Check.isTrue(!SocialCreditCode.isValid(DepartmentId.wrap(bytes18(code))), "character accepted");
            }
        }
    }

    function test_fuzz_isValid_acceptsExactlyOneCheckCharacter(uint256 seed) public pure {
        bytes memory code = new bytes(18);
        uint256 sum = 0;
        for (uint256 i = 0; i < 17; ++i) {
            uint256 value = uint256(keccak256(abi.encode(seed, i))) % 31;
            code[i] = ALPHABET[value];
            sum += value * 3 ** i;
        }
        for (uint256 check = 0; check < 31; ++check) {
            code[17] = ALPHABET[check];
            bool valid = SocialCreditCode.isValid(DepartmentId.wrap(bytes18(code)));
            Check.isTrue(valid == ((sum + check) % 31 == 0), "check character");
        }
    }

    function test_fuzz_isValid_findsEveryChangedCharacter(uint8 position, uint8 replacement) public pure {
        bytes memory code = "11990100MB0000019L";
        uint256 index = position % 18;
        bytes1 character = ALPHABET[replacement % 31];
        if (code[index] == character) return;
        code[index] = character;
        Check.isTrue(!SocialCreditCode.isValid(DepartmentId.wrap(bytes18(code))), "changed character accepted");
    }
}
