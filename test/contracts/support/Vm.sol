// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev The cheatcodes that these tests use, as Hardhat's runner offers them.
interface Vm {
    struct Log {
        bytes32[] topics;
        bytes data;
        address emitter;
    }

    struct Gas {
        uint64 gasLimit;
        uint64 gasTotalUsed;
        uint64 gasMemoryUsed;
        int64 gasRefunded;
        uint64 gasRemaining;
    }

    function addr(uint256 privateKey) external pure returns (address);

    function sign(uint256 privateKey, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);

    function signP256(uint256 privateKey, bytes32 digest) external pure returns (bytes32 r, bytes32 s);

    function publicKeyP256(uint256 privateKey) external pure returns (uint256 x, uint256 y);

    function eip712HashStruct(string calldata typeText, bytes calldata encoded) external pure returns (bytes32);

    function load(address target, bytes32 slot) external view returns (bytes32);

    function prank(address sender) external;

    /// @dev Makes the account and its slots cost again what they cost at the start of a transaction.
    function cool(address account) external;

    /// @dev Of the last call that the test made: without what the caller paid to make it.
    function lastCallGas() external view returns (Gas memory);

    function warp(uint256 timestamp) external;

    /// @dev Creation code of the artifact that is named by path and contract.
    function getCode(string calldata artifact) external view returns (bytes memory);

    function snapshotState() external returns (uint256 id);

    function revertToState(uint256 id) external returns (bool success);

    function chainId(uint256 id) external;

    function expectRevert(bytes calldata revertData) external;

    function recordLogs() external;

    function getRecordedLogs() external returns (Log[] memory);
}

Vm constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
