// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CaseStatus, DisputeOpening, DisputeSubject, ICaseBook} from "../../contracts/interfaces/ICaseBook.sol";
import {DepartmentKind} from "../../contracts/interfaces/IDepartmentRegistry.sol";
import {ResourceSubmission, ShareClass} from "../../contracts/interfaces/IResourceCatalog.sol";
import {GrantChange, GrantStatus, IShareLedger, ShareAgreement} from "../../contracts/interfaces/IShareLedger.sol";
import {ShareRequest} from "../../contracts/interfaces/IShareRequests.sol";
import {ISignedActs} from "../../contracts/interfaces/ISignedActs.sol";
import {CaseId, DepartmentId, GrantId, RequestId, ResourceId} from "../../contracts/types/Ids.sol";
import {ReasonCodes} from "../../contracts/types/ReasonCodes.sol";
import {Step} from "../../contracts/types/Step.sol";
import {Check} from "./support/Check.sol";
import {LedgerTest} from "./support/LedgerTest.sol";
import {JointKind, StepKind} from "./support/Steps.sol";
import {vm} from "./support/Vm.sol";

/// @dev An authority that provides or requests data itself is a side, and never its own judge (I7).
contract OwnCaseTest is LedgerTest {
    function setUp() public override {
        super.setUp();
        register(STRANGER, DepartmentKind.Authority);
    }

    function test_resumeBySig_revertsForARequesterThatIsAnAuthority() public {
        GrantId grantId = grantBetween(PROVIDER, AUTHORITY);
        take(StepKind.Suspend, misuse(PROVIDER, grantId, NOW + 1 days));
        expectNotEntitled(StepKind.Resume, AUTHORITY, grantId);
        take(StepKind.Resume, STRANGER, GrantId.unwrap(grantId));
        expectRefused(
            StepKind.Suspend,
            misuse(AUTHORITY, grantId, NOW + 1 days),
            abi.encodeWithSelector(IShareLedger.ShareLedgerNotEntitled.selector, grantId, AUTHORITY)
        );
    }

    function test_forfeitBySig_revertsForAProviderThatIsAnAuthority() public {
        GrantId grantId = grantBetween(AUTHORITY, REQUESTER);
        take(StepKind.Suspend, misuse(AUTHORITY, grantId, NOW + 1 days));
        vm.warp(NOW + 2 days);
        expectNotEntitled(StepKind.Forfeit, AUTHORITY, grantId);
        take(StepKind.Forfeit, STRANGER, GrantId.unwrap(grantId));
        Check.isTrue(shares.grantOf(grantId).status == GrantStatus.Terminated, "terminated");
    }

    function test_terminateBySig_revertsForAProviderThatFilesWithItself() public {
        GrantId grantId = grantBetween(AUTHORITY, REQUESTER);
        bytes memory refusal = abi.encodeWithSelector(
            ISignedActs.SignedActsNotSameLevel.selector,
            AUTHORITY,
            AUTHORITY
        );
        expectRefused(JointKind.Terminate, jointStep(AUTHORITY, AUTHORITY, GrantId.unwrap(grantId), 0), refusal);
        GrantChange memory act = change(grantId);
        act.provider = AUTHORITY;
        expectRefused(address(shares), callOf(act), refusal);
        take(JointKind.Terminate, jointStep(AUTHORITY, STRANGER, GrantId.unwrap(grantId), 0));
    }

    function test_extendAnswerBySig_revertsForAProviderThatConsentsToItself() public {
        bytes32 requestId = RequestId.unwrap(requestBetween(AUTHORITY, REQUESTER));
        expectRefused(
            JointKind.ExtendAnswer,
            jointStep(AUTHORITY, AUTHORITY, requestId, NOW + 5 days),
            abi.encodeWithSelector(ISignedActs.SignedActsNotSameLevel.selector, AUTHORITY, AUTHORITY)
        );
        take(JointKind.ExtendAnswer, jointStep(AUTHORITY, STRANGER, requestId, NOW + 5 days));
    }

    function test_allOfTheCatalogue_revertForAProviderThatConsentsToItself() public {
        bytes32 id = ResourceId.unwrap(publishedBy(AUTHORITY));
        bytes memory refusal = abi.encodeWithSelector(
            ISignedActs.SignedActsNotSameLevel.selector,
            AUTHORITY,
            AUTHORITY
        );
        take(StepKind.Freeze, STRANGER, id);
        expectRefused(StepKind.Unfreeze, step(AUTHORITY, id, REASON), refusal);
        take(StepKind.Unfreeze, STRANGER, id);
        take(StepKind.RequireUpdate, STRANGER, id);
        Step memory extension = step(AUTHORITY, id, REASON);
        extension.dueAt = catalog.resourceOf(ResourceId.wrap(id)).updateDueAt + 1 days;
        expectRefused(StepKind.ExtendUpdate, extension, refusal);
        expectRefused(JointKind.Retire, jointStep(AUTHORITY, AUTHORITY, id, 0), refusal);
        take(JointKind.Retire, jointStep(AUTHORITY, STRANGER, id, 0));
    }

    /// @dev Another authority of the level coordinates, or the dispute goes up at once.
    function test_coordinateBySig_revertsForASideThatIsAnAuthority() public {
        GrantId grantId = grantBetween(AUTHORITY, REQUESTER);
        DisputeOpening memory act = opening(DisputeSubject.Grant, GrantId.unwrap(grantId));
        act.respondent = AUTHORITY;
        bytes32 caseId = CaseId.unwrap(openDispute(act));
        take(StepKind.ApplyForCoordination, REQUESTER, caseId);
        expectRefused(
            StepKind.Coordinate,
            step(AUTHORITY, caseId, REASON),
            abi.encodeWithSelector(ICaseBook.CaseBookNotEntitled.selector, caseId, AUTHORITY)
        );
        uint256 id = vm.snapshotState();
        take(StepKind.Coordinate, STRANGER, caseId);
        vm.revertToState(id);
        expectRefused(
            StepKind.Escalate,
            step(STRANGER, caseId, REASON),
            abi.encodeWithSelector(ICaseBook.CaseBookNotEntitled.selector, caseId, STRANGER)
        );
        take(StepKind.Escalate, REQUESTER, caseId);
        take(StepKind.Decide, GOVERNMENT, caseId);
        Check.isTrue(cases.caseOf(CaseId.wrap(caseId)).status == CaseStatus.Decided, "decided");
    }

    /// @dev The authority of the county is a side, but not the one that would coordinate with the level above.
    function test_escalateDisputeBySig_revertsWhileAnotherAuthorityCoordinates() public {
        GrantId grantId = grantBetween(PROVIDER, COUNTY_AUTHORITY);
        DisputeOpening memory act = opening(DisputeSubject.Grant, GrantId.unwrap(grantId));
        act.claimant = COUNTY_AUTHORITY;
        bytes32 caseId = CaseId.unwrap(openDispute(act));
        take(StepKind.ApplyForCoordination, PROVIDER, caseId);
        expectRefused(
            StepKind.Escalate,
            step(PROVIDER, caseId, REASON),
            abi.encodeWithSelector(ICaseBook.CaseBookUnexpectedStatus.selector, caseId, CaseStatus.Applied)
        );
        take(StepKind.Coordinate, AUTHORITY, caseId);
    }

    function publishedBy(DepartmentId provider) private returns (ResourceId id) {
        ResourceSubmission memory entry = submission(ShareClass.Unconditional);
        entry.provider = provider;
        id = submit(entry);
        publish(id);
    }

    function requestBetween(DepartmentId provider, DepartmentId requester) private returns (RequestId) {
        ResourceId id = publishedBy(provider);
        ShareRequest memory act = request(id);
        act.requester = requester;
        return submitRequest(act);
    }

    function grantBetween(DepartmentId provider, DepartmentId requester) private returns (GrantId grantId) {
        ShareAgreement memory act = agreement(requestBetween(provider, requester));
        act.provider = provider;
        grantId = agree(act);
        take(StepKind.Deliver, provider, GrantId.unwrap(grantId));
        take(StepKind.Acknowledge, requester, GrantId.unwrap(grantId));
    }

    function expectNotEntitled(StepKind kind, DepartmentId department, GrantId grantId) private {
        expectRefused(
            kind,
            step(department, GrantId.unwrap(grantId), ReasonCodes.RECTIFICATION_INSUFFICIENT),
            abi.encodeWithSelector(IShareLedger.ShareLedgerNotEntitled.selector, grantId, department)
        );
    }
}
