// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessKeyId, KeyAlgorithm} from "./Ids.sol";

/// @dev One public key has one id whoever registers it, so it cannot belong to two departments.
library AccessKeyLib {
    function toId(KeyAlgorithm algorithm, bytes calldata publicKey) internal pure returns (AccessKeyId) {
        return AccessKeyId.wrap(keccak256(abi.encode(algorithm, publicKey)));
    }
}
