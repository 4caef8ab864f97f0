// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ResourcePublication, ResourceSubmission} from "../interfaces/IResourceCatalog.sol";

/**
 * @dev EIP-712 struct hashes of the acts of {IResourceCatalog}. The fields of a struct without dynamic members are
 * encoded in place, one word each, as EIP-712 asks.
 */
library CatalogActHash {
    bytes32 private constant RESOURCE_SUBMISSION_TYPEHASH = keccak256(
        "ResourceSubmission(bytes18 provider,bytes32 codeHash,uint32 version,uint8 shareClass,uint8 level,"
        "uint16 fieldCount,bytes32 conditionsHash,bytes32 denyBasisHash,bytes32 documentHash,uint8 hashAlgorithm,"
        "uint256 nonce,uint64 expiresAt)"
    );
    bytes32 private constant RESOURCE_PUBLICATION_TYPEHASH = keccak256(
        "ResourcePublication(bytes18 authority,bytes32 resourceId,uint32 version,bytes32 documentHash,"
        "uint256 nonce,uint64 expiresAt)"
    );

    function structHash(ResourceSubmission calldata act) internal pure returns (bytes32) {
        return keccak256(abi.encode(RESOURCE_SUBMISSION_TYPEHASH, act));
    }

    function structHash(ResourcePublication calldata act) internal pure returns (bytes32) {
        return keccak256(abi.encode(RESOURCE_PUBLICATION_TYPEHASH, act));
    }
}
