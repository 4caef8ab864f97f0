// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {GatewayId, KeyAlgorithm} from "./Ids.sol";

/// @dev The key with which a gateway signs its answers and the notes of its log names the gateway.
library GatewayKeyLib {
    /// @param publicKey Ed25519, 32 bytes; encoded as bytes, as the keys of all algorithms are.
    function toId(bytes32 publicKey) internal pure returns (GatewayId) {
        return GatewayId.wrap(keccak256(abi.encode(KeyAlgorithm.Ed25519, abi.encodePacked(publicKey))));
    }
}
