// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DepartmentId, HashAlgorithm} from "./Ids.sol";

/**
 * @dev An act that moves one thing of the ledger from one state to the next and says why. All such acts have these
 * members; the name of their EIP-712 type tells them apart, so a signature for one never serves for another.
 *
 * `subject` is the id of the resource, request, grant or case. `dueAt` is the deadline that the act sets: Unix seconds,
 * the first second that is too late; zero for acts that set none. The document states the reason in full.
 */
struct Step {
    DepartmentId department;
    bytes32 subject;
    bytes32 reasonCode;
    uint64 dueAt;
    bytes32 documentHash;
    HashAlgorithm hashAlgorithm;
    uint256 nonce;
    uint64 expiresAt;
}

/// @dev A {Step} that `department` may not take without the consent or the filing (备案) of an authority.
struct JointStep {
    DepartmentId department;
    DepartmentId authority;
    bytes32 subject;
    bytes32 reasonCode;
    uint64 dueAt;
    bytes32 documentHash;
    HashAlgorithm hashAlgorithm;
    uint256 nonce;
    uint64 expiresAt;
}
