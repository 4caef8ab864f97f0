// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {LedgerActs} from "./LedgerActs.sol";

/// @dev A test on a fresh ledger. Handlers use the fixture alone: the runner would call a public `setUp` of theirs.
abstract contract LedgerTest is LedgerActs {
    function setUp() public virtual {
        deployLedger();
    }
}
