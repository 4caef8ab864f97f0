// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ShareAgreement} from "../../contracts/interfaces/IShareLedger.sol";
import {IShareRequests, RequestStatus, ShareRefusal} from "../../contracts/interfaces/IShareRequests.sol";
import {DepartmentId, RequestId} from "../../contracts/types/Ids.sol";
import {JointStep} from "../../contracts/types/Step.sol";
import {Check} from "./support/Check.sol";
import {StepMatrix} from "./support/StepMatrix.sol";
import {JointKind, StepKind} from "./support/Steps.sol";

/// @dev The states of 7.2, each reached by the acts that lead there.
contract RequestMatrixTest is StepMatrix {
    RequestId private _requestId;

    function test_requestSteps_unknown() public {
        _requestId = RequestId.wrap(keccak256("unknown"));
        expectMatrix(RequestStatus.None, 0);
        expectUnanswerable(RequestStatus.None);
    }

    function test_requestSteps_submitted() public {
        _requestId = openRequest();
        expectMatrix(RequestStatus.Submitted, 2);
        expectOnlyTheProvider();
    }

    function test_requestSteps_supplementing() public {
        _requestId = openRequest();
        take(StepKind.AskSupplement, PROVIDER, RequestId.unwrap(_requestId));
        expectMatrix(RequestStatus.Supplementing, 2);
        expectUnanswerable(RequestStatus.Supplementing);
    }

    function test_requestSteps_agreed() public {
        _requestId = openRequest();
        agree(agreement(_requestId));
        expectMatrix(RequestStatus.Agreed, 0);
        expectUnanswerable(RequestStatus.Agreed);
    }

    function test_requestSteps_refused() public {
        _requestId = openRequest();
        refuse(refusal(_requestId));
        expectMatrix(RequestStatus.Refused, 0);
        expectUnanswerable(RequestStatus.Refused);
    }

    function test_requestSteps_withdrawn() public {
        _requestId = openRequest();
        take(StepKind.Withdraw, REQUESTER, RequestId.unwrap(_requestId));
        expectMatrix(RequestStatus.Withdrawn, 0);
        expectUnanswerable(RequestStatus.Withdrawn);
    }

    function expectMatrix(RequestStatus status, uint256 allowed) private {
        Check.isTrue(shares.requestOf(_requestId).status == status, "status");
        (allowedSteps, refusedSteps) = (0, 0);
        DepartmentId[8] memory actors = actorsOfAllKinds();
        for (uint8 kind = uint8(StepKind.AskSupplement); kind <= uint8(StepKind.Reopen); ++kind) {
            for (uint256 i = 0; i < actors.length; ++i) {
                bytes memory refusal = refusalOf(StepKind(kind), status, actors[i]);
                tryStep(StepKind(kind), step(actors[i], RequestId.unwrap(_requestId), REASON), refusal);
            }
        }
        Check.equal(allowedSteps, allowed, "allowed steps");
        Check.equal(refusedSteps, 32 - allowed, "refused steps");
    }

    /// @dev Agreement, refusal and extension.
    function expectUnanswerable(RequestStatus status) private {
        expectRefused(address(shares), callOf(agreement(_requestId)), unexpectedStatus(status));
        expectRefused(address(shares), callOf(refusal(_requestId)), unexpectedStatus(status));
        JointStep memory extension = jointStep(PROVIDER, AUTHORITY, RequestId.unwrap(_requestId), NOW + 30 days);
        expectRefused(JointKind.ExtendAnswer, extension, unexpectedStatus(status));
    }

    function expectOnlyTheProvider() private {
        DepartmentId[8] memory actors = actorsOfAllKinds();
        for (uint256 i = 1; i < actors.length; ++i) {
            bytes memory refusal = abi.encodeWithSelector(
                IShareRequests.ShareLedgerNotProvider.selector,
                _requestId,
                actors[i]
            );
            ShareAgreement memory yes = agreement(_requestId);
            ShareRefusal memory no = refusalBy(actors[i]);
            yes.provider = actors[i];
            expectRefused(address(shares), callOf(yes), refusal);
            expectRefused(address(shares), callOf(no), refusal);
            JointStep memory extension = jointStep(actors[i], AUTHORITY, RequestId.unwrap(_requestId), NOW + 30 days);
            expectRefused(JointKind.ExtendAnswer, extension, refusal);
        }
    }

    function refusalBy(DepartmentId provider) private returns (ShareRefusal memory act) {
        act = refusal(_requestId);
        act.provider = provider;
    }

    function refusalOf(StepKind kind, RequestStatus status, DepartmentId actor) private view returns (bytes memory) {
        if (kind == StepKind.AskSupplement) {
            if (status != RequestStatus.Submitted) return unexpectedStatus(status);
            if (actor == PROVIDER) return "";
            return abi.encodeWithSelector(IShareRequests.ShareLedgerNotProvider.selector, _requestId, actor);
        }
        bool isOwn = status != RequestStatus.None && actor == REQUESTER;
        if (!isOwn) return abi.encodeWithSelector(IShareRequests.ShareLedgerNotOwnRequest.selector, _requestId, actor);
        if (kind == StepKind.Supplement) {
            return status == RequestStatus.Supplementing ? bytes("") : unexpectedStatus(status);
        }
        if (kind == StepKind.Withdraw) {
            bool isOpen = status == RequestStatus.Submitted || status == RequestStatus.Supplementing;
            return isOpen ? bytes("") : unexpectedStatus(status);
        }
        if (status != RequestStatus.Refused) return unexpectedStatus(status);
        return abi.encodeWithSelector(IShareRequests.ShareLedgerNotReopened.selector, _requestId);
    }

    function unexpectedStatus(RequestStatus status) private view returns (bytes memory) {
        return abi.encodeWithSelector(IShareRequests.ShareLedgerUnexpectedRequestStatus.selector, _requestId, status);
    }
}
