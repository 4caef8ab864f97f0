// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Check} from "./support/Check.sol";
import {HeadHandler} from "./support/HeadHandler.sol";

/// @dev Invariants say little if the handler never gets anywhere.
contract HeadHandlerTest {
    function test_handler_reachesEverything() public {
        HeadHandler handler = new HeadHandler();
        for (uint256 i = 0; i < 192; ++i) {
            uint256 seed = uint256(keccak256(abi.encode("log", i)));
            if (seed % 4 == 0) handler.endGateway(seed >> 8);
            else handler.newHead(seed >> 8);
        }
        bytes32[4] memory all = [bytes32("first"), "next", "retired", "equivocated"];
        for (uint256 i = 0; i < all.length; ++i) {
            Check.isTrue(handler.reached(all[i]) != 0, string(bytes.concat(all[i])));
        }
    }
}
