// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {GrantStatus, IShareLedger} from "../../contracts/interfaces/IShareLedger.sol";
import {DepartmentId, GrantId} from "../../contracts/types/Ids.sol";
import {ReasonCodes} from "../../contracts/types/ReasonCodes.sol";
import {Step} from "../../contracts/types/Step.sol";
import {Check} from "./support/Check.sol";
import {StepMatrix} from "./support/StepMatrix.sol";
import {StepKind} from "./support/Steps.sol";
import {vm} from "./support/Vm.sol";

/// @dev The states of 7.3, each reached by the acts that lead there.
contract GrantMatrixTest is StepMatrix {
    bytes32 private _grantId;

    function test_grantSteps_unknown() public {
        _grantId = keccak256("unknown");
        expectMatrix(GrantStatus.None, 0);
    }

    function test_grantSteps_issued() public {
        _grantId = GrantId.unwrap(issuedGrant());
        expectMatrix(GrantStatus.Issued, 2);
    }

    function test_grantSteps_delivered() public {
        _grantId = GrantId.unwrap(issuedGrant());
        take(StepKind.Deliver, PROVIDER, _grantId);
        expectMatrix(GrantStatus.Delivered, 2);
    }

    function test_grantSteps_active() public {
        _grantId = GrantId.unwrap(activeGrant());
        expectMatrix(GrantStatus.Active, 3);
    }

    function test_grantSteps_suspended() public {
        suspend();
        expectMatrix(GrantStatus.Suspended, 3);
    }

    function test_grantSteps_terminated() public {
        suspend();
        take(StepKind.Forfeit, step(AUTHORITY, _grantId, ReasonCodes.RECTIFICATION_INSUFFICIENT));
        expectMatrix(GrantStatus.Terminated, 1);
    }

    function test_grantSteps_changed() public {
        _grantId = GrantId.unwrap(activeGrant());
        changeGrant(change(GrantId.wrap(_grantId)));
        expectMatrix(GrantStatus.Changed, 0);
    }

    function test_grantSteps_released() public {
        _grantId = GrantId.unwrap(activeGrant());
        take(StepKind.Release, REQUESTER, _grantId);
        expectMatrix(GrantStatus.Released, 1);
    }

    function test_grantSteps_disposalCertified() public {
        test_grantSteps_released();
        take(StepKind.CertifyDisposal, REQUESTER, _grantId);
        expectMatrix(GrantStatus.DisposalCertified, 1);
    }

    function test_grantSteps_closed() public {
        test_grantSteps_released();
        take(StepKind.CertifyDisposal, REQUESTER, _grantId);
        take(StepKind.AcceptDisposal, PROVIDER, _grantId);
        expectMatrix(GrantStatus.Closed, 0);
    }

    /// @dev Whatever it was, a grant whose window is over waits for its disposal (R31).
    function test_grantSteps_expired() public {
        GrantStatus[4] memory live = [
            GrantStatus.Issued,
            GrantStatus.Delivered,
            GrantStatus.Active,
            GrantStatus.Suspended
        ];
        _grantId = GrantId.unwrap(issuedGrant());
        for (uint256 i = 0; i < 4; ++i) {
            if (i == 1) take(StepKind.Deliver, PROVIDER, _grantId);
            if (i == 2) take(StepKind.Acknowledge, REQUESTER, _grantId);
            if (i == 3) take(StepKind.Suspend, misuse(PROVIDER, GrantId.wrap(_grantId), NOW + 1 days));
            expectCertifiable(live[i], false, NOW + 200 days);
            expectCertifiable(live[i], true, NOW + 200 days + 1);
        }
    }

    function suspend() private {
        _grantId = GrantId.unwrap(activeGrant());
        take(StepKind.Suspend, misuse(PROVIDER, GrantId.wrap(_grantId), NOW + 1 days));
    }

    function expectCertifiable(GrantStatus status, bool expired, uint64 time) private {
        vm.warp(time);
        Step memory act = step(REQUESTER, _grantId, REASON);
        tryStep(StepKind.CertifyDisposal, act, expired ? bytes("") : unexpectedStatus(status));
        act = step(PROVIDER, _grantId, REASON);
        tryStep(StepKind.CertifyDisposal, act, expired ? notEntitled(PROVIDER) : unexpectedStatus(status));
        vm.warp(NOW);
    }

    function expectMatrix(GrantStatus status, uint256 allowed) private {
        Check.isTrue(shares.grantOf(GrantId.wrap(_grantId)).status == status, "status");
        (allowedSteps, refusedSteps) = (0, 0);
        DepartmentId[8] memory actors = actorsOfAllKinds();
        for (uint8 kind = uint8(StepKind.Deliver); kind <= uint8(StepKind.AcceptDisposal); ++kind) {
            for (uint256 i = 0; i < actors.length; ++i) {
                tryStep(StepKind(kind), actOf(StepKind(kind), actors[i]), refusalOf(StepKind(kind), status, actors[i]));
            }
        }
        Check.equal(allowedSteps, allowed, "allowed steps");
        Check.equal(refusedSteps, 72 - allowed, "refused steps");
    }

    function actOf(StepKind kind, DepartmentId actor) private returns (Step memory act) {
        act = step(actor, _grantId, REASON);
        if (kind == StepKind.Suspend) act = misuse(actor, GrantId.wrap(_grantId), NOW + 2 days);
        if (kind == StepKind.Forfeit) act.reasonCode = ReasonCodes.RECTIFICATION_INSUFFICIENT;
    }

    function refusalOf(StepKind kind, GrantStatus status, DepartmentId actor) private view returns (bytes memory) {
        if (!fits(kind, status)) return unexpectedStatus(status);
        if (!mayTake(kind, actor)) return notEntitled(actor);
        if (kind != StepKind.FollowUp) return "";
        // The suspension is for a misuse.
        return abi.encodeWithSelector(IShareLedger.ShareLedgerFollowUpNotOpen.selector, _grantId, uint64(NOW + 1 days));
    }

    function fits(StepKind kind, GrantStatus status) private pure returns (bool) {
        if (kind == StepKind.Deliver) return status == GrantStatus.Issued;
        if (kind == StepKind.Acknowledge) return status == GrantStatus.Delivered;
        if (kind == StepKind.Suspend) return status == GrantStatus.Active;
        if (kind == StepKind.Release) {
            return status == GrantStatus.Issued || status == GrantStatus.Delivered || status == GrantStatus.Active;
        }
        if (kind == StepKind.CertifyDisposal) {
            return status == GrantStatus.Terminated || status == GrantStatus.Released;
        }
        if (kind == StepKind.AcceptDisposal) return status == GrantStatus.DisposalCertified;
        return status == GrantStatus.Suspended;
    }

    function mayTake(StepKind kind, DepartmentId actor) private pure returns (bool) {
        bool isRequesters =
            kind == StepKind.Acknowledge || kind == StepKind.Release || kind == StepKind.CertifyDisposal;
        if (isRequesters) return actor == REQUESTER;
        if (kind == StepKind.Forfeit) return actor == AUTHORITY;
        bool isAuthorities = kind == StepKind.Suspend || kind == StepKind.Resume;
        return actor == PROVIDER || (isAuthorities && actor == AUTHORITY);
    }

    function unexpectedStatus(GrantStatus status) private view returns (bytes memory) {
        return abi.encodeWithSelector(IShareLedger.ShareLedgerUnexpectedGrantStatus.selector, _grantId, status);
    }

    function notEntitled(DepartmentId actor) private view returns (bytes memory) {
        return abi.encodeWithSelector(IShareLedger.ShareLedgerNotEntitled.selector, _grantId, actor);
    }
}
