// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {GrantChange, ShareAgreement} from "../interfaces/IShareLedger.sol";
import {ShareRefusal, ShareRequest} from "../interfaces/IShareRequests.sol";

/**
 * @dev EIP-712 struct hashes of the acts of {IShareLedger} that are no steps. The fields of a struct without dynamic
 * members are encoded in place, one word each, as EIP-712 asks.
 */
library ShareActHash {
    bytes32 private constant SHARE_REQUEST_TYPEHASH = keccak256(
        "ShareRequest(bytes18 requester,uint8 kind,bytes32 resourceId,uint32 resourceVersion,bytes32 priorGrantId,"
        "uint256 fields,bytes12 regionPrefix,uint64 notBefore,uint64 notAfter,bytes32 documentHash,"
        "uint8 hashAlgorithm,uint256 nonce,uint64 expiresAt)"
    );
    bytes32 private constant SHARE_AGREEMENT_TYPEHASH = keccak256(
        "ShareAgreement(bytes18 provider,bytes32 requestId,uint256 fields,bytes12 regionPrefix,uint64 notBefore,"
        "uint64 notAfter,bytes32 conditionsHash,uint16 disposalDays,bytes32 documentHash,uint8 hashAlgorithm,"
        "uint256 nonce,uint64 expiresAt)"
    );
    bytes32 private constant SHARE_REFUSAL_TYPEHASH = keccak256(
        "ShareRefusal(bytes18 provider,bytes32 requestId,bytes32 reasonCode,bytes32 groundsHash,"
        "bytes32 documentHash,uint8 hashAlgorithm,uint256 nonce,uint64 expiresAt)"
    );
    bytes32 private constant GRANT_CHANGE_TYPEHASH = keccak256(
        "GrantChange(bytes18 provider,bytes18 authority,bytes32 grantId,uint256 fields,uint64 notBefore,"
        "uint64 notAfter,bytes32 negotiationHash,bytes32 documentHash,uint8 hashAlgorithm,uint256 nonce,"
        "uint64 expiresAt)"
    );

    function structHash(ShareRequest calldata act) internal pure returns (bytes32) {
        return keccak256(abi.encode(SHARE_REQUEST_TYPEHASH, act));
    }

    function structHash(ShareAgreement calldata act) internal pure returns (bytes32) {
        return keccak256(abi.encode(SHARE_AGREEMENT_TYPEHASH, act));
    }

    function structHash(ShareRefusal calldata act) internal pure returns (bytes32) {
        return keccak256(abi.encode(SHARE_REFUSAL_TYPEHASH, act));
    }

    function structHash(GrantChange calldata act) internal pure returns (bytes32) {
        return keccak256(abi.encode(GRANT_CHANGE_TYPEHASH, act));
    }
}
