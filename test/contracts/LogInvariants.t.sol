// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Check} from "./support/Check.sol";
import {HeadHandler} from "./support/HeadHandler.sol";

/// @dev What holds of the logs of gateways after any sequence of heads and ends; see {HeadHandler}.
contract LogInvariantsTest {
    HeadHandler private _handler;

    function setUp() public {
        _handler = new HeadHandler();
        Check.equal(_handler.rewritten(), 0, "nothing yet");
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    function invariant_aHeadIsReplacedOnlyByALargerOneOfTheSameLog() public view {
        Check.equal(_handler.rewritten(), 0, "rewritten");
    }

    function invariant_aGatewayThatEndedStaysEnded() public view {
        Check.equal(_handler.revived(), 0, "revived");
        Check.equal(_handler.late(), 0, "late");
    }
}
