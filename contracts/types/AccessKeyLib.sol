// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessKeyId, DepartmentId, KeyAlgorithm} from "./Ids.sol";

/// @dev The id contains the department, so nobody can block a key by registering it first.
library AccessKeyLib {
    function toId(
        DepartmentId department,
        KeyAlgorithm algorithm,
        bytes calldata publicKey
    ) internal pure returns (AccessKeyId) {
        return AccessKeyId.wrap(keccak256(abi.encode(department, algorithm, publicKey)));
    }

    /// @dev 32 bytes for Ed25519, x and y of 32 bytes each for P-256.
    function isPublicKey(KeyAlgorithm algorithm, bytes calldata publicKey) internal pure returns (bool) {
        return
            (algorithm == KeyAlgorithm.Ed25519 && publicKey.length == 32) ||
            (algorithm == KeyAlgorithm.EcdsaP256 && publicKey.length == 64);
    }
}
