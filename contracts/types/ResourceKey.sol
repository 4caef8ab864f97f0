// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DepartmentId, ResourceId} from "./Ids.sol";

/// @dev What names a resource: its provider and the keccak256 of the provider's own resource code.
struct ResourceKey {
    DepartmentId provider;
    bytes32 codeHash;
}

/// @dev The id contains the provider, so no department can take the name of another one's resource.
library ResourceKeyLib {
    function toId(ResourceKey memory key) internal pure returns (ResourceId) {
        return ResourceId.wrap(keccak256(abi.encode(key)));
    }
}
