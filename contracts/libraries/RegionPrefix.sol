// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/**
 * @dev A region filter: the digits that the region codes of the rows begin with (GB/T 2260 and its statistical
 * extension), ASCII, padded right with zero bytes; all zero for no filter.
 */
library RegionPrefix {
    /// @dev Digits, and nothing after the first zero byte.
    function isValid(bytes12 prefix) internal pure returns (bool) {
        bool ended = false;
        for (uint256 i = 0; i < 12; ++i) {
            bytes1 character = prefix[i];
            if (character == 0) ended = true;
            else if (ended || character < "0" || character > "9") return false;
        }
        return true;
    }

    /// @dev Whether every region that begins with `inner` begins with `outer` too.
    function isWithin(bytes12 inner, bytes12 outer) internal pure returns (bool) {
        for (uint256 i = 0; i < 12 && outer[i] != 0; ++i) {
            if (inner[i] != outer[i]) return false;
        }
        return true;
    }

    /// @dev What the regions beneath `region` begin with: a pair of zeros at the end stands for the whole of a level.
    function below(bytes6 region) internal pure returns (bytes12 prefix) {
        prefix = bytes12(region);
        if (region[4] == "0" && region[5] == "0") {
            prefix = bytes12(bytes4(region));
            if (region[2] == "0" && region[3] == "0") prefix = bytes12(bytes2(region));
        }
    }
}
