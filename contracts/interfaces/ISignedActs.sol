// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DepartmentId, HashAlgorithm} from "../types/Ids.sol";
import {ILedgerHistory} from "./ILedgerHistory.sol";

/**
 * @dev Which account of a department must sign: the head of its sharing office (共享工作机构负责人), the head of the
 * department (部门负责人), or the officer who prepares what one of them approves (经办人, R3).
 */
enum DepartmentRole {
    Office,
    Head,
    Maker
}

/**
 * @title ISignedActs
 * @notice What all contracts that take signed acts have in common. An act is an EIP-712 struct signed by an account of
 * the acting department; anyone may carry it. The role is that of the signer, never that of `msg.sender`.
 *
 * Each act struct ends with `uint256 nonce` (keyed, ERC-4337 layout: 192-bit key, 64-bit sequence; the key space
 * belongs to the department) and `uint64 expiresAt` (Unix seconds, last second in which the act may be recorded).
 */
interface ISignedActs is ILedgerHistory {
    /// @notice The act was carried to the chain after its deadline.
    error SignedActsExpired(uint64 expiresAt, uint256 timestamp);

    /// @notice `signature` is not one of the `role` account of `department` over `actDigest`.
    error SignedActsInvalidSignature(DepartmentId department, DepartmentRole role, bytes32 actDigest);

    /// @notice Has more than `limit` bytes: a carrier could append so many that no line of evidence holds them.
    error SignedActsSignatureTooLong(uint256 length, uint256 limit);

    /// @notice The acting department is unknown or suspended.
    error SignedActsDepartmentNotActive(DepartmentId department);

    /// @notice Only {HashAlgorithm-Sha256} is accepted so far.
    error SignedActsHashAlgorithmUnsupported(HashAlgorithm algorithm);

    /// @notice A document hash of zero stands for no document, and this act needs one.
    error SignedActsDocumentMissing();

    /// @notice The act needs a reason code (R18).
    error SignedActsReasonMissing();

    /// @notice The act sets no deadline, but gives one.
    error SignedActsDueMisplaced(uint64 dueAt);

    /// @notice Not an authority of the government that `department` belongs to; where it consents, `department` itself.
    error SignedActsNotSameLevel(DepartmentId authority, DepartmentId department);

    /// @notice Next unused nonce of `department` under `key`.
    function nonceOf(DepartmentId department, uint192 key) external view returns (uint256);
}
