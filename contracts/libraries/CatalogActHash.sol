// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ResourceSubmission, SourceDesignation} from "../interfaces/IResourceCatalog.sol";

/**
 * @dev EIP-712 struct hashes of the acts of {IResourceCatalog}. The fields of a struct without dynamic members are
 * encoded in place, one word each, as EIP-712 asks.
 */
library CatalogActHash {
    bytes32 private constant RESOURCE_SUBMISSION_TYPEHASH = keccak256(
        "ResourceSubmission(bytes18 provider,bytes32 codeHash,uint32 version,uint8 shareClass,uint8 lawClass,"
        "uint8 level,uint16 fieldCount,bytes32 derivedFrom,bytes32 conditionsHash,uint8 denyInstrument,"
        "bytes32 denyBasisHash,bytes32 secrecyHash,bytes32 piaHash,bytes32 documentHash,uint8 hashAlgorithm,"
        "uint256 nonce,uint64 expiresAt)"
    );
    bytes32 private constant SOURCE_DESIGNATION_TYPEHASH = keccak256(
        "SourceDesignation(bytes18 authority,bytes32 element,bytes32 resourceId,bytes32 replaces,"
        "bytes32 documentHash,uint8 hashAlgorithm,uint256 nonce,uint64 expiresAt)"
    );

    function structHash(ResourceSubmission calldata act) internal pure returns (bytes32) {
        return keccak256(abi.encode(RESOURCE_SUBMISSION_TYPEHASH, act));
    }

    function structHash(SourceDesignation calldata act) internal pure returns (bytes32) {
        return keccak256(abi.encode(SOURCE_DESIGNATION_TYPEHASH, act));
    }
}
