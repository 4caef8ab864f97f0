// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {GrantChange, GrantStatus, IShareLedger, SuspensionReason} from "../../../contracts/interfaces/IShareLedger.sol";
import {IShareRequests} from "../../../contracts/interfaces/IShareRequests.sol";
import {DepartmentId, GrantId} from "../../../contracts/types/Ids.sol";
import {ReasonCodes} from "../../../contracts/types/ReasonCodes.sol";
import {Step} from "../../../contracts/types/Step.sol";
import {RequestHandler} from "./RequestHandler.sol";
import {JointKind, StepKind} from "./Steps.sol";

/// @dev Random acts on grants.
abstract contract GrantHandler is RequestHandler {
    /// @dev Six steps: a grant is only active after two.
    function grantAct(uint256 seed) external {
        seed = mixed(seed);
        if (replay.grantCount() == 0) return requestAct(seed);
        for (uint256 i = 0; i < 3; ++i) {
            GrantId grantId = liveFrom(mixed(seed + i));
            takeNext(grantId, mixed(seed >> 32));
            takeNext(grantId, mixed(seed >> 64));
        }
    }

    /// @dev One that is not over, if there is any.
    function liveFrom(uint256 seed) private view returns (GrantId grantId) {
        for (uint256 i = 0; i < 6; ++i) {
            grantId = replay.grantAt((seed >> (8 * i)) % replay.grantCount());
            GrantStatus status = shares.grantOf(grantId).status;
            if (status != GrantStatus.Closed && status != GrantStatus.Changed) return grantId;
        }
    }

    function takeNext(GrantId grantId, uint256 seed) private {
        IShareLedger.Grant memory grant = shares.grantOf(grantId);
        DepartmentId requester = shares.requestOf(grant.requestId).requester;
        bytes32 subject = GrantId.unwrap(grantId);
        uint256 choice = seed % 16;
        seed >>= 8;
        if (choice == 0) takeAny(grantId, seed);
        else if (grant.status == GrantStatus.Active) takeWhileActive(grantId, requester, choice, seed);
        else if (grant.status == GrantStatus.Suspended) takeWhileSuspended(grantId, grant, choice, seed);
        else if (grant.status == GrantStatus.Issued && choice == 1) terminate(grantId, seed);
        else if (grant.status == GrantStatus.Issued) {
            attempt(StepKind.Deliver, step(mostly(PROVIDER, seed), subject, REASON));
        } else if (grant.status == GrantStatus.Delivered) {
            attempt(StepKind.Acknowledge, step(mostly(requester, seed), subject, REASON));
        } else if (grant.status == GrantStatus.DisposalCertified) {
            attempt(StepKind.AcceptDisposal, step(mostly(PROVIDER, seed), subject, REASON));
        } else attempt(StepKind.CertifyDisposal, step(mostly(requester, seed), subject, REASON));
    }

    function takeWhileActive(GrantId grantId, DepartmentId requester, uint256 choice, uint256 seed) private {
        bytes32 subject = GrantId.unwrap(grantId);
        if (choice < 6) {
            uint64 dueAt = _time + uint64((seed >> 32) % 5 days);
            attempt(StepKind.Suspend, misuse(mostly(PROVIDER, seed), grantId, dueAt));
        } else if (choice < 9) {
            attempt(StepKind.Suspend, emergency(mostly(REGULATOR, seed), grantId));
        } else if (choice < 11) terminate(grantId, seed);
        else if (choice < 14) tryChange(grantId, seed);
        else if (choice == 14) attempt(StepKind.Release, step(mostly(requester, seed), subject, REASON));
        else attempt(StepKind.CertifyDisposal, step(requester, subject, REASON));
    }

    function takeWhileSuspended(
        GrantId grantId,
        IShareLedger.Grant memory grant,
        uint256 choice,
        uint256 seed
    ) private {
        bytes32 subject = GrantId.unwrap(grantId);
        bool isWaiting = grant.suspension == SuspensionReason.Security && !grant.followedUp;
        if (choice < (isWaiting ? 7 : 2))
            attempt(StepKind.FollowUp, step(mostly(grant.suspender, seed), subject, REASON));
        else if (choice < 10) attempt(StepKind.Resume, step(mostly(grant.suspender, seed), subject, REASON));
        else if (choice < 13) {
            // The provider must not, and tries.
            DepartmentId actor = mostly((seed >> 40) % 3 == 0 ? PROVIDER : AUTHORITY, seed);
            Step memory act = step(actor, subject, REASON);
            if ((seed >> 32) % 2 == 0) act.reasonCode = ReasonCodes.RECTIFICATION_INSUFFICIENT;
            attempt(StepKind.Forfeit, act);
        } else if (choice < 15) terminate(grantId, seed);
        else attempt(StepKind.Resume, step(shares.requestOf(grant.requestId).requester, subject, REASON));
    }

    function terminate(GrantId grantId, uint256 seed) private {
        bytes32 subject = GrantId.unwrap(grantId);
        DepartmentId authority = mostly((seed >> 24) % 6 == 0 ? PROVIDER : AUTHORITY, seed >> 16);
        attempt(JointKind.Terminate, jointStep(mostly(PROVIDER, seed), authority, subject, 0));
    }

    function tryChange(GrantId grantId, uint256 seed) private {
        IShareRequests.Request memory asked = shares.requestOf(shares.grantOf(grantId).requestId);
        GrantChange memory act = change(grantId);
        (act.provider, act.authority) = (mostly(PROVIDER, seed), mostly(AUTHORITY, seed >> 16));
        act.fields = (seed >> 32) % 5 == 0 ? mixed(seed) : asked.fields;
        (act.notBefore, act.notAfter) = (asked.notBefore, asked.notAfter - uint64((seed >> 40) % 100));
        if ((seed >> 48) % 8 == 0) act.negotiationHash = 0;
        act.documentHash = keccak256(abi.encode(seed));
        attempt(address(shares), callOf(act));
    }

    function takeAny(GrantId grantId, uint256 seed) private {
        StepKind kind = StepKind(uint8(StepKind.Deliver) + uint8(seed % 9));
        attempt(kind, step(departmentFrom(seed >> 8), GrantId.unwrap(grantId), ReasonCodes.SECURITY));
    }
}
