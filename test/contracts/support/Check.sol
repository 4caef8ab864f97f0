// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev Assertions that name what differed.
library Check {
    error NotEqual(bytes32 actual, bytes32 expected, string what);
    error NotTrue(string what);
    /// @dev An act was refused for another reason than the one that was to be shown, or was not refused.
    error NotRefused(bool recorded, bytes actual, bytes expected);

    function isTrue(bool condition, string memory what) internal pure {
        require(condition, NotTrue(what));
    }

    function equal(bytes32 actual, bytes32 expected, string memory what) internal pure {
        require(actual == expected, NotEqual(actual, expected, what));
    }

    function equal(uint256 actual, uint256 expected, string memory what) internal pure {
        equal(bytes32(actual), bytes32(expected), what);
    }

    function equal(address actual, address expected, string memory what) internal pure {
        equal(uint160(actual), uint160(expected), what);
    }

    function refused(bool recorded, bytes memory actual, bytes memory expected) internal pure {
        bool isReason = keccak256(actual) == keccak256(expected);
        require(!recorded && isReason, NotRefused(recorded, actual, expected));
    }

    function equal(bytes memory actual, bytes memory expected, string memory what) internal pure {
        equal(keccak256(actual), keccak256(expected), what);
    }
}
