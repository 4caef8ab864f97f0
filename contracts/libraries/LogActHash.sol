// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {GatewayRegistration, GatewayRetirement} from "../interfaces/IReceiptLog.sol";
import {GatewayId} from "../types/Ids.sol";

/// @dev EIP-712 struct hashes of what is signed for {IReceiptLog}. No struct has a dynamic member, so the fields are
/// encoded in place, one word each, as EIP-712 asks.
library LogActHash {
    bytes32 private constant GATEWAY_REGISTRATION_TYPEHASH = keccak256(
        "GatewayRegistration(bytes18 operator,bytes32 publicKey,address account,uint256 nonce,uint64 expiresAt)"
    );
    bytes32 private constant GATEWAY_RETIREMENT_TYPEHASH = keccak256(
        "GatewayRetirement(bytes18 operator,bytes32 gateway,uint256 nonce,uint64 expiresAt)"
    );
    bytes32 private constant TREE_HEAD_TYPEHASH = keccak256("TreeHead(bytes32 gateway,uint64 size,bytes32 root)");

    function structHash(GatewayRegistration calldata act) internal pure returns (bytes32) {
        return keccak256(abi.encode(GATEWAY_REGISTRATION_TYPEHASH, act));
    }

    function structHash(GatewayRetirement calldata act) internal pure returns (bytes32) {
        return keccak256(abi.encode(GATEWAY_RETIREMENT_TYPEHASH, act));
    }

    /// @dev Of a {TreeHead}; its members one by one, because a struct in memory would be copied.
    function treeHeadHash(GatewayId gateway, uint64 size, bytes32 root) internal pure returns (bytes32) {
        return keccak256(abi.encode(TREE_HEAD_TYPEHASH, gateway, size, root));
    }
}
