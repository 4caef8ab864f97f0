// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    CaseStatus,
    CorrectionFiling,
    DisputeOpening,
    DisputeSubject,
    ICaseBook
} from "../../../contracts/interfaces/ICaseBook.sol";
import {CaseId, DepartmentId, GrantId, ResourceId} from "../../../contracts/types/Ids.sol";
import {ReasonCodes} from "../../../contracts/types/ReasonCodes.sol";
import {GrantHandler} from "./GrantHandler.sol";
import {StepKind} from "./Steps.sol";
import {vm} from "./Vm.sol";

/// @dev Random acts of random departments, some allowed and some not; see {HandlerBase}.
contract LedgerHandler is GrantHandler {
    /// @dev Grants or requests that another state was found in only because time had passed; never one.
    uint256 public changesByTime;

    /// @dev Three steps, each of the case that was opened last or of any other.
    function caseAct(uint256 seed) external {
        seed = mixed(seed);
        if (replay.caseCount() == 0 || seed % 4 == 0) openCase(seed >> 8);
        for (uint256 i = 0; i < 3 && replay.caseCount() != 0; ++i) {
            seed = mixed(seed);
            uint256 last = replay.caseCount() - 1;
            takeNext(replay.caseAt(seed % 2 == 0 ? last : (seed >> 8) % (last + 1)), seed >> 40);
        }
    }

    /// @dev I13: what is granted must be the same a second before and after every deadline.
    function passTime(uint256 seed) external {
        seed = mixed(seed);
        bytes32 before = stateOfRights();
        _time += uint64((seed >> 8) % (seed % 6 == 0 ? 30 days : 2 days));
        vm.warp(_time);
        if (stateOfRights() != before) ++changesByTime;
    }

    function openCase(uint256 seed) private {
        uint256 choice = seed % 3;
        seed >>= 8;
        DepartmentId claimant = mostly(REQUESTER, seed);
        if (choice == 0) {
            CorrectionFiling memory act = filing(resourceFrom(seed >> 32));
            act.requester = claimant;
            attempt(address(cases), callOf(act));
            return;
        }
        DisputeOpening memory dispute = opening(DisputeSubject.Resource, ResourceId.unwrap(resourceFrom(seed >> 32)));
        dispute.claimant = claimant;
        if (choice == 1 && replay.grantCount() != 0) {
            GrantId grantId = replay.grantAt((seed >> 40) % replay.grantCount());
            (dispute.subjectKind, dispute.subject) = (DisputeSubject.Grant, GrantId.unwrap(grantId));
            dispute.claimant = mostly(shares.requestOf(shares.grantOf(grantId).requestId).requester, seed >> 48);
        }
        attempt(address(cases), callOf(dispute));
    }

    function takeNext(CaseId caseId, uint256 seed) private {
        ICaseBook.Case memory entry = cases.caseOf(caseId);
        DepartmentId actor = entry.respondent;
        StepKind kind = nextOf(entry.status, seed % 4 != 0);
        if (kind == StepKind.CloseCorrection || kind == StepKind.ApplyForCoordination) actor = entry.claimant;
        if (kind == StepKind.Coordinate) actor = AUTHORITY;
        if (kind == StepKind.Settle) actor = entry.coordinator;
        if (kind == StepKind.Decide) actor = GOVERNMENT;
        bytes32 reasonCode = (seed >> 8) % 3 == 0 ? REASON : ReasonCodes.REOPEN;
        if ((seed >> 16) % 12 == 0) kind = StepKind(uint8(StepKind.Verify) + uint8((seed >> 24) % 11));
        attempt(kind, step(mostly(actor, seed >> 32), CaseId.unwrap(caseId), reasonCode));
    }

    function nextOf(CaseStatus status, bool usual) private pure returns (StepKind) {
        if (status == CaseStatus.Filed) return StepKind.Verify;
        if (status == CaseStatus.Verifying) return usual ? StepKind.Correct : StepKind.Uphold;
        if (status == CaseStatus.Corrected || status == CaseStatus.Upheld) return StepKind.FeedBack;
        if (status == CaseStatus.FedBack) return StepKind.CloseCorrection;
        if (status == CaseStatus.Negotiating) return StepKind.ApplyForCoordination;
        if (status == CaseStatus.Applied) return StepKind.Coordinate;
        if (status == CaseStatus.Coordinating) return usual ? StepKind.Settle : StepKind.Escalate;
        if (status == CaseStatus.Escalated) return StepKind.Decide;
        return StepKind.ExecuteDispute;
    }

    function stateOfRights() private view returns (bytes32 state) {
        for (uint256 i = 0; i < replay.grantCount(); ++i) {
            state = keccak256(abi.encode(state, shares.grantOf(replay.grantAt(i))));
        }
        for (uint256 i = 0; i < replay.requestCount(); ++i) {
            state = keccak256(abi.encode(state, shares.requestOf(replay.requestAt(i))));
        }
    }
}
