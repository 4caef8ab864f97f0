// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    CaseKind,
    CaseStatus,
    DisputeOpening,
    DisputeSubject,
    ICaseBook
} from "../../contracts/interfaces/ICaseBook.sol";
import {DepartmentKind, DepartmentRegistration} from "../../contracts/interfaces/IDepartmentRegistry.sol";
import {ResourceSubmission, ShareClass} from "../../contracts/interfaces/IResourceCatalog.sol";
import {ISignedActs} from "../../contracts/interfaces/ISignedActs.sol";
import {CaseId, DepartmentId, GrantId, HashAlgorithm, RequestId, ResourceId} from "../../contracts/types/Ids.sol";
import {Check} from "./support/Check.sol";
import {LedgerTest} from "./support/LedgerTest.sol";
import {StepKind} from "./support/Steps.sol";
import {vm} from "./support/Vm.sol";

/// @dev 争议 (R33): what can be disputed, by whom, and who coordinates. The steps are in {CaseMatrixTest}.
contract DisputeTest is LedgerTest {
    uint64 private constant DUE_AT = 1_791_820_800;

    function test_openDisputeBySig_recordsTheCase() public {
        bytes32 subject = ResourceId.unwrap(publishedResource(ShareClass.Denied));
        DisputeOpening memory act = opening(DisputeSubject.Resource, subject);
        CaseId caseId = openDispute(act);
        Check.equal(CaseId.unwrap(caseId), digest(act), "the id is the digest");
        ICaseBook.Case memory entry = cases.caseOf(caseId);
        Check.isTrue(entry.kind == CaseKind.Dispute && entry.status == CaseStatus.Negotiating, "kind and status");
        Check.isTrue(entry.subjectKind == DisputeSubject.Resource, "kind of the subject");
        Check.isTrue(entry.claimant == REQUESTER && entry.respondent == PROVIDER, "sides");
        Check.equal(entry.subject, subject, "subject");
        Check.equal(entry.dueAt, 0, "no time is set");
        Check.isTrue(entry.coordinator == NOBODY && entry.outcome == 0, "nobody coordinates yet");
    }

    function test_openDisputeBySig_overARequestThatIsRefusedOrOverdue() public {
        RequestId requestId = openRequest();
        bytes32 subject = RequestId.unwrap(requestId);
        vm.warp(DUE_AT - 1);
        expectInvalid(DisputeSubject.Request, subject, REQUESTER, PROVIDER);
        vm.warp(DUE_AT);
        dispute(requestId);
        vm.warp(NOW);
        refuse(refusal(requestId));
        dispute(requestId);
        expectInvalid(DisputeSubject.Request, subject, PROVIDER, REQUESTER);
        expectInvalid(DisputeSubject.Request, subject, AUTHORITY, PROVIDER);
        expectInvalid(DisputeSubject.Request, subject, REQUESTER, AUTHORITY);
        expectInvalid(DisputeSubject.Request, keccak256("unknown"), REQUESTER, PROVIDER);
    }

    /// @dev What waits for the requester is not overdue, and what is agreed to is a grant.
    function test_openDisputeBySig_revertsForOtherRequests() public {
        RequestId requestId = openRequest();
        take(StepKind.AskSupplement, PROVIDER, RequestId.unwrap(requestId));
        RequestId agreed = submitRequest(request(resourceId()));
        agree(agreement(agreed));
        vm.warp(DUE_AT);
        expectInvalid(DisputeSubject.Request, RequestId.unwrap(requestId), REQUESTER, PROVIDER);
        expectInvalid(DisputeSubject.Request, RequestId.unwrap(agreed), REQUESTER, PROVIDER);
    }

    function test_openDisputeBySig_overAGrantByEitherSide() public {
        bytes32 subject = GrantId.unwrap(issuedGrant());
        openDispute(between(DisputeSubject.Grant, subject, REQUESTER, PROVIDER));
        openDispute(between(DisputeSubject.Grant, subject, PROVIDER, REQUESTER));
        expectInvalid(DisputeSubject.Grant, subject, AUTHORITY, PROVIDER);
        expectInvalid(DisputeSubject.Grant, subject, PROVIDER, AUTHORITY);
        expectInvalid(DisputeSubject.Grant, subject, REQUESTER, AUTHORITY);
        expectInvalid(DisputeSubject.Grant, subject, REQUESTER, REQUESTER);
        expectInvalid(DisputeSubject.Grant, keccak256("unknown"), REQUESTER, PROVIDER);
    }

    /// @dev Grants and requests of an old version of the share ledger can be disputed too.
    function test_openDisputeBySig_asksEveryVersionOfTheShareLedger() public {
        bytes32 grant = GrantId.unwrap(issuedGrant());
        RequestId requestId = submitRequest(request(resourceId()));
        refuse(refusal(requestId));
        shares = deployShares();
        directory.list("ShareLedger", address(shares));
        openDispute(between(DisputeSubject.Grant, grant, REQUESTER, PROVIDER));
        dispute(requestId);
        expectInvalid(DisputeSubject.Grant, keccak256("unknown"), REQUESTER, PROVIDER);
    }

    function test_openDisputeBySig_overACorrectionThatIsFedBackOrOverdue() public {
        bytes32 subject = CaseId.unwrap(fileCorrection(filing(publishedResource(ShareClass.Conditional))));
        for (uint256 state = 0; state < 3; ++state) {
            if (state == 1) take(StepKind.Verify, PROVIDER, subject);
            if (state == 2) take(StepKind.Uphold, PROVIDER, subject);
            vm.warp(DUE_AT - 1);
            expectInvalid(DisputeSubject.Correction, subject, REQUESTER, PROVIDER);
            vm.warp(DUE_AT);
            openDispute(between(DisputeSubject.Correction, subject, REQUESTER, PROVIDER));
            vm.warp(NOW);
        }
        take(StepKind.FeedBack, PROVIDER, subject);
        CaseId caseId = openDispute(between(DisputeSubject.Correction, subject, REQUESTER, PROVIDER));
        expectInvalid(DisputeSubject.Correction, subject, PROVIDER, REQUESTER);
        expectInvalid(DisputeSubject.Correction, subject, REQUESTER, AUTHORITY);
        expectInvalid(DisputeSubject.Correction, CaseId.unwrap(caseId), REQUESTER, PROVIDER);
        expectInvalid(DisputeSubject.Correction, keccak256("unknown"), BRANCH, PROVIDER);
        take(StepKind.CloseCorrection, REQUESTER, subject);
        vm.warp(DUE_AT);
        expectInvalid(DisputeSubject.Correction, subject, REQUESTER, PROVIDER);
    }

    function test_openDisputeBySig_overTheClassOfAPublishedResource() public {
        bytes32 subject = ResourceId.unwrap(submit(submission(ShareClass.Denied)));
        expectInvalid(DisputeSubject.Resource, subject, REQUESTER, PROVIDER);
        publish(ResourceId.wrap(subject));
        openDispute(between(DisputeSubject.Resource, subject, REQUESTER, PROVIDER));
        openDispute(between(DisputeSubject.Resource, subject, BRANCH, PROVIDER));
        expectInvalid(DisputeSubject.Resource, subject, PROVIDER, PROVIDER);
        expectInvalid(DisputeSubject.Resource, subject, REQUESTER, AUTHORITY);
        DepartmentId[3] memory others = [REGULATOR, GOVERNMENT, OPERATOR];
        for (uint256 i = 0; i < others.length; ++i) {
            expectInvalid(DisputeSubject.Resource, subject, others[i], PROVIDER);
        }
        expectInvalid(DisputeSubject.None, subject, REQUESTER, PROVIDER);
    }

    function test_openDisputeBySig_revertsWithoutReasonOrDocument() public {
        DisputeOpening memory act = opening(DisputeSubject.Resource, CODE_HASH);
        act.reasonCode = 0;
        expectRefusal(act, abi.encodeWithSelector(ISignedActs.SignedActsReasonMissing.selector));
        act = opening(DisputeSubject.Resource, CODE_HASH);
        act.documentHash = 0;
        expectRefusal(act, abi.encodeWithSelector(ISignedActs.SignedActsDocumentMissing.selector));
        act.hashAlgorithm = HashAlgorithm.None;
        expectRefusal(
            act,
            abi.encodeWithSelector(ISignedActs.SignedActsHashAlgorithmUnsupported.selector, HashAlgorithm.None)
        );
    }

    /// @dev Across levels: the lowest government above both, and its authority.
    function test_coordinateBySig_acrossLevels() public {
        bytes32 caseId = CaseId.unwrap(disputeBy(BRANCH, PROVIDER));
        take(StepKind.ApplyForCoordination, BRANCH, caseId);
        expectNotEntitled(StepKind.Coordinate, COUNTY_AUTHORITY, caseId);
        take(StepKind.Coordinate, AUTHORITY, caseId);
        take(StepKind.Escalate, BRANCH, caseId);
        expectNotEntitled(StepKind.Decide, COUNTY, caseId);
        take(StepKind.Decide, GOVERNMENT, caseId);
    }

    /// @dev Two trees have nothing in common, so nobody coordinates, and no authority without a government either.
    function test_coordinateBySig_revertsAcrossTrees() public {
        DepartmentId government = DepartmentId.wrap("11990100MB0000027F");
        DepartmentRegistration memory act = registration(government, DepartmentKind.Government);
        act.superior = NOBODY;
        registry.admitSupervisor(act);
        enterOutside(STRANGER, government);
        DepartmentId loner = DepartmentId.wrap("11990100MB00000X42");
        act = registration(loner, DepartmentKind.Authority);
        act.superior = NOBODY;
        registry.admitSupervisor(act);

        bytes32 caseId = CaseId.unwrap(disputeBy(STRANGER, PROVIDER));
        take(StepKind.ApplyForCoordination, STRANGER, caseId);
        expectNotEntitled(StepKind.Coordinate, loner, caseId);
        expectNotEntitled(StepKind.Coordinate, AUTHORITY, caseId);
    }

    /// @dev Where there is no government, the whole ledger is one level; nobody decides there, so settling stays open.
    function test_coordinateBySig_withoutGovernment() public {
        (DepartmentId provider, DepartmentId claimant) = (STRANGER, DepartmentId.wrap("11990100MB0000027F"));
        enterOutside(provider, NOBODY);
        enterOutside(claimant, NOBODY);
        ResourceSubmission memory entry = submission(ShareClass.Denied);
        entry.provider = provider;
        bytes32 subject = ResourceId.unwrap(submit(entry));
        take(StepKind.Publish, OUTSIDER, subject);
        bytes32 caseId = CaseId.unwrap(openDispute(between(DisputeSubject.Resource, subject, claimant, provider)));
        take(StepKind.ApplyForCoordination, claimant, caseId);
        expectNotEntitled(StepKind.Coordinate, AUTHORITY, caseId);
        take(StepKind.Coordinate, OUTSIDER, caseId);
        expectRefused(
            StepKind.Escalate,
            step(provider, caseId, REASON),
            abi.encodeWithSelector(ICaseBook.CaseBookNoGovernment.selector, caseId)
        );
        take(StepKind.Settle, OUTSIDER, caseId);
    }

    function disputeBy(DepartmentId claimant, DepartmentId respondent) private returns (CaseId) {
        bytes32 subject = ResourceId.unwrap(publishedResource(ShareClass.Denied));
        return openDispute(between(DisputeSubject.Resource, subject, claimant, respondent));
    }

    function between(
        DisputeSubject kind,
        bytes32 subject,
        DepartmentId claimant,
        DepartmentId respondent
    ) private returns (DisputeOpening memory act) {
        act = opening(kind, subject);
        (act.claimant, act.respondent) = (claimant, respondent);
    }

    function expectNotEntitled(StepKind kind, DepartmentId department, bytes32 caseId) private {
        expectRefused(
            kind,
            step(department, caseId, REASON),
            abi.encodeWithSelector(ICaseBook.CaseBookNotEntitled.selector, caseId, department)
        );
    }

    function expectInvalid(
        DisputeSubject kind,
        bytes32 subject,
        DepartmentId claimant,
        DepartmentId respondent
    ) private {
        expectRefusal(
            between(kind, subject, claimant, respondent),
            abi.encodeWithSelector(ICaseBook.CaseBookInvalidDispute.selector, kind, subject)
        );
    }

    function expectRefusal(DisputeOpening memory act, bytes memory revertData) private {
        expectRefused(address(cases), callOf(act), revertData);
    }
}
