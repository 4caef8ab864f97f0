// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JointStep, Step} from "../types/Step.sol";

/**
 * @dev EIP-712 struct hashes of steps. The fields of a struct without dynamic members are encoded in place, one word
 * each, as EIP-712 asks.
 */
library StepHash {
    string private constant STEP_MEMBERS =
        "(bytes18 department,bytes32 subject,bytes32 reasonCode,uint64 dueAt,bytes32 documentHash,"
        "uint8 hashAlgorithm,uint256 nonce,uint64 expiresAt)";
    string private constant JOINT_STEP_MEMBERS =
        "(bytes18 department,bytes18 authority,bytes32 subject,bytes32 reasonCode,uint64 dueAt,"
        "bytes32 documentHash,uint8 hashAlgorithm,uint256 nonce,uint64 expiresAt)";

    /// @param typeName Name of the EIP-712 type, such as `GrantSuspension`.
    function structHash(Step calldata act, string memory typeName) internal pure returns (bytes32) {
        return keccak256(abi.encode(keccak256(abi.encodePacked(typeName, STEP_MEMBERS)), act));
    }

    function structHash(JointStep calldata act, string memory typeName) internal pure returns (bytes32) {
        return keccak256(abi.encode(keccak256(abi.encodePacked(typeName, JOINT_STEP_MEMBERS)), act));
    }
}
