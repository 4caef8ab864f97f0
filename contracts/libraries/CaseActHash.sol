// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CorrectionFiling, DisputeOpening} from "../interfaces/ICaseBook.sol";

/**
 * @dev EIP-712 struct hashes of the acts of {ICaseBook} that are no steps. The fields of a struct without dynamic
 * members are encoded in place, one word each, as EIP-712 asks.
 */
library CaseActHash {
    bytes32 private constant CORRECTION_FILING_TYPEHASH = keccak256(
        "CorrectionFiling(bytes18 requester,bytes32 resourceId,uint32 resourceVersion,bytes32 reasonCode,"
        "bytes32 documentHash,uint8 hashAlgorithm,uint256 nonce,uint64 expiresAt)"
    );
    bytes32 private constant DISPUTE_OPENING_TYPEHASH = keccak256(
        "DisputeOpening(bytes18 claimant,bytes18 respondent,uint8 subjectKind,bytes32 subject,bytes32 reasonCode,"
        "bytes32 documentHash,uint8 hashAlgorithm,uint256 nonce,uint64 expiresAt)"
    );

    function structHash(CorrectionFiling calldata act) internal pure returns (bytes32) {
        return keccak256(abi.encode(CORRECTION_FILING_TYPEHASH, act));
    }

    function structHash(DisputeOpening calldata act) internal pure returns (bytes32) {
        return keccak256(abi.encode(DISPUTE_OPENING_TYPEHASH, act));
    }
}
