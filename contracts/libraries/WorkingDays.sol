// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev One bit for each day of a year, 1 January being day 0: bit n of `early` is day n, of `late` day 256 + n.
struct YearDays {
    uint256 early;
    uint256 late;
}

/// @dev Counts and finds days of a year without going through them one by one.
library WorkingDays {
    uint256 private constant EVERY_2ND_BIT = type(uint256).max / 3;
    uint256 private constant EVERY_2ND_PAIR = type(uint256).max / 5;
    uint256 private constant EVERY_2ND_NIBBLE = type(uint256).max / 17;
    uint256 private constant BYTES_OF_1 = type(uint128).max / 255;

    function isSet(YearDays memory self, uint256 day) internal pure returns (bool) {
        uint256 word = day < 256 ? self.early >> day : self.late >> (day - 256);
        return word & 1 == 1;
    }

    /// @dev The days that are left from `day` on.
    function from(YearDays memory self, uint256 day) internal pure returns (YearDays memory left) {
        if (day < 256) return YearDays({early: _dropBelow(self.early, day), late: self.late});
        return YearDays({early: 0, late: _dropBelow(self.late, day - 256)});
    }

    function count(YearDays memory self) internal pure returns (uint256) {
        return _countBits(self.early) + _countBits(self.late);
    }

    /// @dev The day that is the `nth` of those set, 1 being the first; the caller knows that there are as many.
    function select(YearDays memory self, uint256 nth) internal pure returns (uint256 day) {
        uint256 early = _countBits(self.early);
        return nth <= early ? _selectBit(self.early, nth) : 256 + _selectBit(self.late, nth - early);
    }

    /// @dev Halves the word until one bit is left, each time going on in the half that holds the bit.
    function _selectBit(uint256 word, uint256 nth) private pure returns (uint256 index) {
        uint256 left = nth;
        for (uint256 width = 128; width != 0; width >>= 1) {
            uint256 half = (word >> index) & ((1 << width) - 1);
            uint256 below = _countBits(half);
            if (left <= below) continue;
            left -= below;
            index += width;
        }
    }

    function _dropBelow(uint256 word, uint256 index) private pure returns (uint256) {
        return (word >> index) << index;
    }

    /// @dev Adds neighbours: bits to pairs, pairs to nibbles, nibbles to bytes, then the bytes of each half. The sum of
    /// all bytes can be 256, which would not fit into one. No step can overflow, whatever the word.
    function _countBits(uint256 word) private pure returns (uint256) {
        unchecked {
            uint256 pairs = word - ((word >> 1) & EVERY_2ND_BIT);
            uint256 nibbles = (pairs & EVERY_2ND_PAIR) + ((pairs >> 2) & EVERY_2ND_PAIR);
            uint256 sums = (nibbles + (nibbles >> 4)) & EVERY_2ND_NIBBLE;
            uint256 upper = ((sums >> 128) * BYTES_OF_1) >> 120;
            uint256 lower = ((sums & type(uint128).max) * BYTES_OF_1) >> 120;
            return (upper & 0xff) + (lower & 0xff);
        }
    }
}
