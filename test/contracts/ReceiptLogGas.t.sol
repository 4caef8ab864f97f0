// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {TreeHead} from "../../contracts/interfaces/IReceiptLog.sol";
import {GatewayId} from "../../contracts/types/Ids.sol";
import {Check} from "./support/Check.sol";
import {LedgerTest} from "./support/LedgerTest.sol";
import {UniformTree} from "./support/UniformTree.sol";
import {vm} from "./support/Vm.sol";

/// @dev What a head costs as a transaction of its own, in a table that `--verbosity 3` prints.
contract ReceiptLogGasTest is LedgerTest {
    event GasUsed(string heads, uint256 from, uint256 to, uint256 nodes, uint256 gas);

    uint256 private constant MOST_GAS = 60_000;
    uint64 private constant ALL = 2 ** 20;
    uint64 private constant HALF = ALL / 2;

    uint256 private constant TRANSACTION = 21_000;
    uint256 private constant ZERO_BYTE = 4;
    uint256 private constant OTHER_BYTE = 16;
    /// @dev EIP-7623: what data costs at the least, whatever is done with it.
    uint256 private constant FLOOR_ZERO_BYTE = 10;
    uint256 private constant FLOOR_OTHER_BYTE = 40;

    function test_anchor_ofAMillionReceiptsCostsLessThanTheLimit() public {
        expectCheap("first", 0, ALL - 1);
        expectCheap("half and one more", HALF, HALF + 1);
        expectCheap("half and all", HALF, ALL);
        expectCheap("half and one, and all", HALF + 1, ALL);
        expectCheap("any far apart", HALF + 123_456, ALL - 54_321);
        expectCheap("a minute apart", 999_000, 1_000_000);
    }

    /// @dev A node for each level of the tree; the last pair hashes nearly all of them twice.
    function test_anchor_ofTheLongestProofsCostsLessThanTheLimit() public {
        expectCheap("a day apart", 913_601, 1_000_000);
        expectCheap("every second bit, and a million", 699_051, 1_000_000);
        expectCheap("all but one, and all", ALL - 1, ALL);
    }

    function expectCheap(string memory name, uint64 from, uint64 to) private {
        GatewayId gateway = enterGateway(OPERATOR);
        bytes32[] memory proof = new bytes32[](0);
        if (from != 0) {
            anchor(TreeHead({gateway: gateway, size: from, root: UniformTree.rootOf(from)}), proof);
            proof = UniformTree.proofOf(from, to);
        }
        TreeHead memory head = TreeHead({gateway: gateway, size: to, root: UniformTree.rootOf(to)});
        uint256 used = measure(callOf(gatewayKey(OPERATOR), head, proof));
        emit GasUsed(name, from, to, proof.length, used);
        Check.isTrue(used <= MOST_GAS || countsItself(), name);
    }

    function measure(bytes memory data) private returns (uint256 used) {
        address target = address(receipts);
        vm.cool(target);
        (bool done, ) = target.call(data);
        used = vm.lastCallGas().gasTotalUsed;
        Check.isTrue(done, "anchored");
        (uint256 cost, uint256 floor) = costOf(data);
        used += cost;
        return TRANSACTION + (used > floor ? used : floor);
    }

    function costOf(bytes memory data) private pure returns (uint256 cost, uint256 floor) {
        for (uint256 i = 0; i < data.length; ++i) {
            cost += data[i] == 0 ? ZERO_BYTE : OTHER_BYTE;
            floor += data[i] == 0 ? FLOOR_ZERO_BYTE : FLOOR_OTHER_BYTE;
        }
    }
}
