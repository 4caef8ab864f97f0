// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {GatewayStatus, TreeHead} from "../../../contracts/interfaces/IReceiptLog.sol";
import {DepartmentStatus} from "../../../contracts/interfaces/IDepartmentRegistry.sol";
import {GatewayId} from "../../../contracts/types/Ids.sol";
import {HandlerBase} from "./HandlerBase.sol";
import {ReferenceTree} from "./ReferenceTree.sol";

/**
 * @dev Random heads of three gateways, true ones and forged ones, and now and then an end. A true head is one of the log
 * that a gateway began with; what was seen is counted, and the invariants ask for it.
 */
contract HeadHandler is HandlerBase {
    uint256 private constant GATEWAYS = 3;
    uint256 private constant LONGEST = 24;

    /// @dev Heads that replaced a larger or equal one, or one of another log; never one.
    uint256 public rewritten;
    /// @dev Ended gateways that were seen in another status afterwards; never one.
    uint256 public revived;
    /// @dev Heads that an ended gateway still anchored; never one.
    uint256 public late;
    mapping(bytes32 what => uint256) public reached;

    GatewayId[] private _gateways;

    constructor() {
        for (uint256 i = 0; i < GATEWAYS; ++i) _gateways.push(enterGateway(OPERATOR));
    }

    /// @dev Mostly a true head; else one of another log, of another size, or with a proof from elsewhere.
    function newHead(uint256 seed) external {
        seed = mixed(seed);
        GatewayId gateway = _gateways[seed % GATEWAYS];
        (uint64 from, bytes27 fromPrefix) = receipts.headOf(gateway);
        uint256 salt = (seed >> 8) % 6 == 0 ? 1 : 0;
        uint64 to = uint64(1 + ((seed >> 16) % LONGEST));
        if ((seed >> 24) % 2 == 0 && from < LONGEST) to = from + 1;
        TreeHead memory head = TreeHead({gateway: gateway, size: to, root: ReferenceTree.rootOf(salt, to)});
        uint256 proved = (seed >> 32) % 8 == 0 ? 1 + ((seed >> 40) % LONGEST) : from;
        bytes32[] memory proof = new bytes32[](0);
        if (proved != 0 && proved < to) proof = ReferenceTree.proofOf(salt, proved, to);
        GatewayStatus status = receipts.gatewayOf(gateway).status;
        (bool done, ) = address(receipts).call(callOf(gatewayKey(OPERATOR), head, proof));
        if (!done) return;
        ++reached[from == 0 ? bytes32("first") : bytes32("next")];
        if (status != GatewayStatus.Active) ++late;
        bool isOfTheSameLog = from == 0 || fromPrefix == bytes27(ReferenceTree.rootOf(salt, from));
        if (to <= from || !isOfTheSameLog) ++rewritten;
    }

    function endGateway(uint256 seed) external {
        seed = mixed(seed);
        GatewayId gateway = _gateways[seed % GATEWAYS];
        GatewayStatus status = receipts.gatewayOf(gateway).status;
        uint256 choice = (seed >> 8) % 8;
        if (choice == 0) attemptEnd(callOf(gatewayRetirement(OPERATOR, gateway)), "retired");
        if (choice == 1) {
            TreeHead memory head = TreeHead({gateway: gateway, size: uint64(seed >> 200), root: bytes32(seed)});
            attemptEnd(callOf(gatewayKey(OPERATOR), head, bytes32("other")), "equivocated");
        }
        if (choice == 2) setStatus(OPERATOR, otherStatus());
        GatewayStatus next = receipts.gatewayOf(gateway).status;
        bool isRevived = status == GatewayStatus.Equivocated && next != status;
        if (isRevived || (status == GatewayStatus.Retired && next == GatewayStatus.Active)) ++revived;
    }

    function attemptEnd(bytes memory data, bytes32 what) private {
        (bool done, ) = address(receipts).call(data);
        if (done) ++reached[what];
    }

    function otherStatus() private view returns (DepartmentStatus) {
        bool isActive = registry.departmentOf(OPERATOR).status == DepartmentStatus.Active;
        return isActive ? DepartmentStatus.Suspended : DepartmentStatus.Active;
    }
}
