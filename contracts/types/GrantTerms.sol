// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {GrantId, HashAlgorithm, RequestId} from "./Ids.sol";

/// @dev What a grant commits to. `fields` is a bitmap over the field list of the resource version, bit 0 first.
struct GrantTerms {
    RequestId requestId;
    uint256 fields;
    uint64 notBefore;
    uint64 notAfter;
    bytes32 documentHash;
    HashAlgorithm hashAlgorithm;
}

/// @dev Whoever holds the authorization document can recompute the id, so nobody needs to store the terms beside it.
library GrantTermsLib {
    function toId(GrantTerms memory terms) internal pure returns (GrantId) {
        return GrantId.wrap(keccak256(abi.encode(terms)));
    }
}
