// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CaseStatus, DisputeSubject, ICaseBook} from "../../contracts/interfaces/ICaseBook.sol";
import {ShareClass} from "../../contracts/interfaces/IResourceCatalog.sol";
import {CaseId, DepartmentId, ResourceId} from "../../contracts/types/Ids.sol";
import {Check} from "./support/Check.sol";
import {StepMatrix} from "./support/StepMatrix.sol";
import {StepKind} from "./support/Steps.sol";

/// @dev The states of 7.4 and 7.5, each reached by the acts that lead there.
contract CaseMatrixTest is StepMatrix {
    bytes32 private _caseId;

    function test_caseSteps_unknown() public {
        _caseId = keccak256("unknown");
        expectMatrix(CaseStatus.None, 0);
    }

    function test_caseSteps_corrections() public {
        _caseId = CaseId.unwrap(fileCorrection(filing(publishedResource(ShareClass.Conditional))));
        expectMatrix(CaseStatus.Filed, 1);
        take(StepKind.Verify, PROVIDER, _caseId);
        expectMatrix(CaseStatus.Verifying, 2);
        take(StepKind.Correct, PROVIDER, _caseId);
        expectMatrix(CaseStatus.Corrected, 1);
        take(StepKind.FeedBack, PROVIDER, _caseId);
        expectMatrix(CaseStatus.FedBack, 1);
        take(StepKind.CloseCorrection, REQUESTER, _caseId);
        expectMatrix(CaseStatus.Closed, 0);
    }

    function test_caseSteps_upheldCorrections() public {
        _caseId = CaseId.unwrap(fileCorrection(filing(publishedResource(ShareClass.Conditional))));
        take(StepKind.Verify, PROVIDER, _caseId);
        take(StepKind.Uphold, PROVIDER, _caseId);
        expectMatrix(CaseStatus.Upheld, 1);
        take(StepKind.FeedBack, PROVIDER, _caseId);
        expectMatrix(CaseStatus.FedBack, 1);
    }

    function test_caseSteps_settledDisputes() public {
        openCase();
        expectMatrix(CaseStatus.Negotiating, 2);
        take(StepKind.ApplyForCoordination, PROVIDER, _caseId);
        expectMatrix(CaseStatus.Applied, 1);
        take(StepKind.Coordinate, AUTHORITY, _caseId);
        Check.isTrue(cases.caseOf(CaseId.wrap(_caseId)).coordinator == AUTHORITY, "coordinator");
        expectMatrix(CaseStatus.Coordinating, 3);
        take(StepKind.Settle, AUTHORITY, _caseId);
        Check.equal(cases.caseOf(CaseId.wrap(_caseId)).outcome, REASON, "outcome");
        expectMatrix(CaseStatus.Settled, 2);
        take(StepKind.ExecuteDispute, REQUESTER, _caseId);
        expectMatrix(CaseStatus.Executed, 0);
    }

    function test_caseSteps_decidedDisputes() public {
        openCase();
        coordinated(CaseId.wrap(_caseId));
        take(StepKind.Escalate, PROVIDER, _caseId);
        expectMatrix(CaseStatus.Escalated, 1);
        take(StepKind.Decide, GOVERNMENT, _caseId);
        Check.equal(cases.caseOf(CaseId.wrap(_caseId)).outcome, REASON, "outcome");
        expectMatrix(CaseStatus.Decided, 2);
    }

    function openCase() private {
        bytes32 subject = ResourceId.unwrap(publishedResource(ShareClass.Denied));
        _caseId = CaseId.unwrap(openDispute(opening(DisputeSubject.Resource, subject)));
    }

    function expectMatrix(CaseStatus status, uint256 allowed) private {
        Check.isTrue(cases.caseOf(CaseId.wrap(_caseId)).status == status, "status");
        (allowedSteps, refusedSteps) = (0, 0);
        DepartmentId[8] memory actors = actorsOfAllKinds();
        for (uint8 kind = uint8(StepKind.Verify); kind <= uint8(StepKind.ExecuteDispute); ++kind) {
            for (uint256 i = 0; i < actors.length; ++i) {
                bytes memory refusal = refusalOf(StepKind(kind), status, actors[i]);
                tryStep(StepKind(kind), step(actors[i], _caseId, REASON), refusal);
            }
        }
        Check.equal(allowedSteps, allowed, "allowed steps");
        Check.equal(refusedSteps, 88 - allowed, "refused steps");
    }

    function refusalOf(StepKind kind, CaseStatus status, DepartmentId actor) private view returns (bytes memory) {
        if (!fits(kind, status)) {
            return abi.encodeWithSelector(ICaseBook.CaseBookUnexpectedStatus.selector, _caseId, status);
        }
        if (mayTake(kind, actor)) return "";
        return abi.encodeWithSelector(ICaseBook.CaseBookNotEntitled.selector, _caseId, actor);
    }

    function fits(StepKind kind, CaseStatus status) private pure returns (bool) {
        if (kind == StepKind.Verify) return status == CaseStatus.Filed;
        if (kind == StepKind.Correct || kind == StepKind.Uphold) return status == CaseStatus.Verifying;
        if (kind == StepKind.FeedBack) return status == CaseStatus.Corrected || status == CaseStatus.Upheld;
        if (kind == StepKind.CloseCorrection) return status == CaseStatus.FedBack;
        if (kind == StepKind.ApplyForCoordination) return status == CaseStatus.Negotiating;
        if (kind == StepKind.Coordinate) return status == CaseStatus.Applied;
        if (kind == StepKind.Settle || kind == StepKind.Escalate) return status == CaseStatus.Coordinating;
        if (kind == StepKind.Decide) return status == CaseStatus.Escalated;
        return status == CaseStatus.Settled || status == CaseStatus.Decided;
    }

    function mayTake(StepKind kind, DepartmentId actor) private pure returns (bool) {
        if (kind < StepKind.CloseCorrection) return actor == PROVIDER;
        if (kind == StepKind.CloseCorrection) return actor == REQUESTER;
        if (kind == StepKind.Coordinate || kind == StepKind.Settle) return actor == AUTHORITY;
        if (kind == StepKind.Decide) return actor == GOVERNMENT;
        return actor == REQUESTER || actor == PROVIDER;
    }
}
