// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    GatewayRegistration,
    GatewayRetirement,
    GatewayStatus,
    TreeHead
} from "../../contracts/interfaces/IReceiptLog.sol";
import {DepartmentId, GatewayId} from "../../contracts/types/Ids.sol";
import {ActFuzz} from "./support/ActFuzz.sol";
import {Check} from "./support/Check.sol";
import {vm} from "./support/Vm.sol";

/// @dev See {ActFuzz}.
contract LogActFuzzTest is ActFuzz {
    function test_fuzz_registerGatewayBySig(bytes32 publicKey, address account, uint64 expiresAt, uint256 seed) public {
        seed = mixed(seed);
        GatewayRegistration memory act = gatewayRegistration(seed & 1 == 0 ? departmentFrom(seed >> 8) : STRANGER);
        (act.publicKey, act.account) = (seed & 2 == 0 ? bytes32(0) : publicKey, account);
        if (seed & 4 == 0) act.publicKey = keccak256(abi.encode(seed));
        if (seed & 8 == 0) act.account = vm.addr(gatewayKey(act.operator));
        if (seed & 16 == 0) act.expiresAt = expiresAt;
        bool valid =
            act.operator != STRANGER && act.publicKey != 0 && act.account != address(0) && act.expiresAt >= NOW;
        GatewayId gateway = idOf(act.publicKey);
        expectOutcome(
            Attempt({
                target: address(receipts),
                data: callOf(act),
                query: abi.encodeCall(receipts.gatewayOf, (gateway))
            }),
            valid
        );
        Check.isTrue((receipts.gatewayOf(gateway).account == act.account) == valid, "account");
    }

    function test_fuzz_retireGatewayBySig(bytes32 other, uint64 expiresAt, uint256 seed) public {
        seed = mixed(seed);
        DepartmentId operator = departmentFrom(seed >> 8);
        GatewayId gateway = enterGateway(operator);
        bool isEnded = seed & 1 == 0 && seed & 32 == 0;
        if (isEnded) retireGateway(operator, gateway);
        GatewayRetirement memory act = gatewayRetirement(
            seed & 6 == 0 ? departmentFrom(seed >> 16) : operator,
            seed & 24 == 0 ? GatewayId.wrap(other) : gateway
        );
        if (seed & 64 == 0) act.expiresAt = expiresAt;
        bool valid =
            !isEnded &&
                act.operator == operator &&
                GatewayId.unwrap(act.gateway) == GatewayId.unwrap(gateway) &&
                act.expiresAt >= NOW;
        expectOutcome(
            Attempt({
                target: address(receipts),
                data: callOf(act),
                query: abi.encodeCall(receipts.gatewayOf, (gateway))
            }),
            valid
        );
        bool isRetired = receipts.gatewayOf(gateway).status == GatewayStatus.Retired;
        Check.isTrue(isRetired == (valid || isEnded), "status");
    }

    /// @dev The first head of a log needs no proof, so that only its size and its signature decide.
    function test_fuzz_anchor(uint64 size, bytes32 root, bytes32 signedRoot, uint256 seed) public {
        seed = mixed(seed);
        TreeHead memory head = TreeHead({gateway: enterGateway(OPERATOR), size: size, root: root});
        if (seed & 1 == 0) head.size = uint64(seed >> 208);
        TreeHead memory other = head;
        if (seed & 2 == 0) other = TreeHead({gateway: head.gateway, size: head.size, root: signedRoot});
        bytes memory data = abi.encodeCall(
            receipts.anchor,
            (head.gateway, head.size, root, new bytes32[](0), compactlySigned(gatewayKey(OPERATOR), other))
        );
        bool valid = head.size != 0 && head.size < 2 ** 40 && other.root == root;
        (bool done, ) = address(receipts).call(data);
        Check.isTrue(done == valid, valid ? "a valid head was refused" : "an invalid head was anchored");
        (uint64 anchoredSize, bytes27 rootPrefix) = receipts.headOf(head.gateway);
        Check.equal(anchoredSize, valid ? head.size : 0, "size");
        Check.equal(rootPrefix, valid ? bytes27(root) : bytes27(0), "root");
    }

    function idOf(bytes32 publicKey) private pure returns (GatewayId) {
        return GatewayId.wrap(keccak256(abi.encode(uint8(1), abi.encodePacked(publicKey))));
    }
}
