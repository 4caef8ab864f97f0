// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Check} from "./support/Check.sol";
import {LedgerHandler} from "./support/LedgerHandler.sol";
import {LedgerReplay} from "./support/LedgerReplay.sol";

/// @dev Invariants say little if the handler never gets anywhere.
contract LedgerHandlerTest {
    event Reached(string state, uint256 times);

    uint256 private constant RUNS = 16;
    uint256 private constant DEPTH = 64;

    /// @dev As many runs as it takes, but not more, each as deep as those of the invariants.
    function test_handler_reachesEveryState() public {
        bytes32[26] memory states = [
            bytes32("agreed"),
            "refused",
            "withdrawn",
            "supplementing",
            "extended",
            "reopened",
            "reflow",
            "reflow agreed",
            "active",
            "suspended",
            "followed up",
            "resumed",
            "forfeited",
            "terminated",
            "changed",
            "released",
            "disposal certified",
            "closed",
            "settled",
            "decided",
            "executed",
            "correction closed",
            "designated",
            "frozen",
            "retired",
            "update required"
        ];
        uint256[26] memory times;
        for (uint256 run = 0; run < RUNS; ++run) {
            LedgerReplay replay = runOnce(run);
            for (uint256 i = 0; i < states.length; ++i) times[i] += replay.reached(states[i]);
        }
        for (uint256 i = 0; i < states.length; ++i) emit Reached(string(bytes.concat(states[i])), times[i]);
        for (uint256 i = 0; i < states.length; ++i) Check.isTrue(times[i] != 0, string(bytes.concat(states[i])));
    }

    function runOnce(uint256 run) private returns (LedgerReplay) {
        LedgerHandler handler = new LedgerHandler();
        for (uint256 call = 0; call < DEPTH; ++call) {
            uint256 seed = uint256(keccak256(abi.encode(run, call)));
            uint256 choice = seed % 8;
            if (choice == 0) handler.registryAct(seed);
            else if (choice == 1) handler.catalogAct(seed);
            else if (choice == 2) handler.newRequest(seed);
            else if (choice == 3) handler.requestAct(seed);
            else if (choice == 4) handler.forgeAgreement(seed);
            else if (choice == 5) handler.grantAct(seed);
            else if (choice == 6) handler.caseAct(seed);
            else handler.passTime(seed);
        }
        return handler.replay();
    }
}
