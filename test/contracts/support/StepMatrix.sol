// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerHistory} from "../../../contracts/interfaces/ILedgerHistory.sol";
import {DepartmentId} from "../../../contracts/types/Ids.sol";
import {Step} from "../../../contracts/types/Step.sol";
import {Check} from "./Check.sol";
import {LedgerTest} from "./LedgerTest.sol";
import {StepKind} from "./Steps.sol";
import {vm} from "./Vm.sol";

/// @dev Every step by every actor in every state: what the test's own table allows is recorded, all else is refused.
abstract contract StepMatrix is LedgerTest {
    uint256 internal allowedSteps;
    uint256 internal refusedSteps;

    function actorsOfAllKinds() internal pure returns (DepartmentId[8] memory) {
        return [PROVIDER, REQUESTER, AUTHORITY, COUNTY_AUTHORITY, REGULATOR, GOVERNMENT, OPERATOR, BRANCH];
    }

    /// @dev `refusal` is empty where the step is allowed. Nothing that was tried stays.
    function tryStep(StepKind kind, Step memory act, bytes memory refusal) internal {
        address target = targetOf(kind);
        bytes memory data = callOf(kind, act);
        (uint64 seqBefore, bytes32 headBefore) = ILedgerHistory(target).historyHead();
        uint256 id = vm.snapshotState();
        (bool done, bytes memory answer) = target.call(data);
        (uint64 seq, bytes32 head) = ILedgerHistory(target).historyHead();
        Check.isTrue(vm.revertToState(id), "the state before");

        if (refusal.length != 0) {
            Check.refused(done, answer, refusal);
            Check.equal(head, headBefore, "head");
            ++refusedSteps;
        } else {
            Check.isTrue(done, infoOf(kind).typeName);
            Check.equal(seq, seqBefore + 1, "entries");
            ++allowedSteps;
        }
    }
}
