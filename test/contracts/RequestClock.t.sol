// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IShareRequests, RequestStatus} from "../../contracts/interfaces/IShareRequests.sol";
import {ISignedActs} from "../../contracts/interfaces/ISignedActs.sol";
import {CaseBook} from "../../contracts/CaseBook.sol";
import {CaseId, DepartmentId, RequestId} from "../../contracts/types/Ids.sol";
import {JointStep} from "../../contracts/types/Step.sol";
import {Check} from "./support/Check.sol";
import {LedgerTest} from "./support/LedgerTest.sol";
import {JointKind, StepKind} from "./support/Steps.sol";
import {vm} from "./support/Vm.sol";

/// @dev What stops the clock of an answer, makes it longer and starts it anew.
contract RequestClockTest is LedgerTest {
    /// @dev The ends of 12 and of 26 October 2026.
    uint64 private constant DUE_AT = 1_791_820_800;
    uint64 private constant LATEST = DUE_AT + 14 days;

    RequestId private _requestId;
    bytes32 private _subject;

    function setUp() public override {
        super.setUp();
        _requestId = openRequest();
        _subject = RequestId.unwrap(_requestId);
    }

    function test_askSupplementBySig_isInTimeUntilTheLastSecond() public {
        vm.warp(DUE_AT);
        expectRefused(StepKind.AskSupplement, step(PROVIDER, _subject, REASON), supplementNotOpen(DUE_AT));
        vm.warp(DUE_AT - 1);
        take(StepKind.AskSupplement, PROVIDER, _subject);
        Check.isTrue(request().status == RequestStatus.Supplementing && request().supplementAsked, "asked");
    }

    /// @dev R17 and I5: once.
    function test_askSupplementBySig_revertsForASecondTime() public {
        take(StepKind.AskSupplement, PROVIDER, _subject);
        take(StepKind.Supplement, REQUESTER, _subject);
        expectRefused(StepKind.AskSupplement, step(PROVIDER, _subject, REASON), supplementNotOpen(request().dueAt));
    }

    /// @dev R23: the clock starts anew when the request is complete.
    function test_supplementBySig_startsTheClockAnew() public {
        take(StepKind.AskSupplement, PROVIDER, _subject);
        vm.warp(LATEST);
        take(StepKind.Supplement, REQUESTER, _subject);
        Check.isTrue(request().status == RequestStatus.Submitted, "status");
        Check.equal(request().dueAt, LATEST + 15 days, "ten working days, without a holiday");
        Check.equal(request().extendableTo, LATEST + 29 days, "extendable to");
    }

    function test_extendAnswerBySig_setsALaterDeadline() public {
        vm.warp(DUE_AT - 1);
        take(JointKind.ExtendAnswer, extension(AUTHORITY, DUE_AT + 1));
        Check.equal(request().dueAt, DUE_AT + 1, "due at");
        vm.warp(DUE_AT);
        take(JointKind.ExtendAnswer, extension(AUTHORITY, LATEST));
        Check.equal(request().dueAt, LATEST, "due at");
        Check.equal(request().extendableTo, LATEST, "the limit stays");
        expectDueRefused(LATEST + 1);
    }

    /// @dev R15 and I6: ten working days in all.
    function test_extendAnswerBySig_revertsForOtherDeadlines() public {
        expectDueRefused(0);
        expectDueRefused(DUE_AT - 1);
        expectDueRefused(DUE_AT);
        expectDueRefused(LATEST + 1);
        expectDueRefused(type(uint64).max);
        vm.warp(DUE_AT);
        expectDueRefused(LATEST);
    }

    function test_extendAnswerBySig_revertsUnlessAnAuthorityOfTheLevelConsents() public {
        DepartmentId[6] memory others = [REQUESTER, REGULATOR, GOVERNMENT, OPERATOR, COUNTY_AUTHORITY, PROVIDER];
        for (uint256 i = 0; i < others.length; ++i) {
            expectRefused(
                JointKind.ExtendAnswer,
                extension(others[i], LATEST),
                abi.encodeWithSelector(ISignedActs.SignedActsNotSameLevel.selector, others[i], PROVIDER)
            );
        }
    }

    function test_withdrawRequestBySig_worksWhileItIsSupplemented() public {
        take(StepKind.AskSupplement, PROVIDER, _subject);
        take(StepKind.Withdraw, REQUESTER, _subject);
        Check.isTrue(request().status == RequestStatus.Withdrawn, "status");
    }

    function test_reopenRequestBySig_startsTheClockAnew() public {
        refuse(refusal(_requestId));
        CaseId caseId = dispute(_requestId);
        settleToReopen(caseId);
        Check.equal(CaseId.unwrap(cases.reopeningOf(_subject)), CaseId.unwrap(caseId), "reopening");
        vm.warp(LATEST);
        take(StepKind.Reopen, REQUESTER, _subject);
        Check.isTrue(request().status == RequestStatus.Submitted, "status");
        Check.equal(request().dueAt, LATEST + 15 days, "due at");
        Check.equal(CaseId.unwrap(request().reopenedBy), CaseId.unwrap(caseId), "reopened by");
        agree(agreement(_requestId));
    }

    function test_reopenRequestBySig_takesADisputeOnce() public {
        refuse(refusal(_requestId));
        settleToReopen(dispute(_requestId));
        take(StepKind.Reopen, REQUESTER, _subject);
        refuse(refusal(_requestId));
        expectNotReopened();
        settleToReopen(dispute(_requestId));
        take(StepKind.Reopen, REQUESTER, _subject);
    }

    function test_reopenRequestBySig_revertsForAnotherOutcome() public {
        refuse(refusal(_requestId));
        CaseId caseId = dispute(_requestId);
        coordinated(caseId);
        expectNotReopened();
        take(StepKind.Settle, AUTHORITY, CaseId.unwrap(caseId));
        expectNotReopened();
    }

    /// @dev A dispute over lateness says nothing about a refusal that comes after it.
    function test_reopenRequestBySig_revertsForADisputeFromBeforeTheRefusal() public {
        vm.warp(DUE_AT);
        CaseId caseId = dispute(_requestId);
        settleToReopen(caseId);
        Check.equal(CaseId.unwrap(cases.reopeningOf(_subject)), 0, "no refusal to reopen");
        refuse(refusal(_requestId));
        expectNotReopened();
    }

    /// @dev Two books know a dispute each: of these only the newer counts, and once.
    function test_reopenRequestBySig_asksTheNewestCaseBookThatKnowsADispute() public {
        refuse(refusal(_requestId));
        CaseId first = dispute(_requestId);
        settleToReopen(first);
        cases = new CaseBook(registry, catalog, calendar, directory);
        directory.list("CaseBook", address(cases));
        take(StepKind.Reopen, REQUESTER, _subject);
        Check.equal(CaseId.unwrap(request().reopenedBy), CaseId.unwrap(first), "of the old book");
        refuse(refusal(_requestId));
        expectNotReopened();
        settleToReopen(dispute(_requestId));
        take(StepKind.Reopen, REQUESTER, _subject);
        refuse(refusal(_requestId));
        expectNotReopened();
    }

    function request() private view returns (IShareRequests.Request memory) {
        return shares.requestOf(_requestId);
    }

    function extension(DepartmentId authority, uint64 dueAt) private returns (JointStep memory) {
        return jointStep(PROVIDER, authority, _subject, dueAt);
    }

    function expectDueRefused(uint64 dueAt) private {
        expectRefused(
            JointKind.ExtendAnswer,
            extension(AUTHORITY, dueAt),
            abi.encodeWithSelector(IShareRequests.ShareLedgerInvalidDue.selector, dueAt, LATEST)
        );
    }

    function expectNotReopened() private {
        expectRefused(
            StepKind.Reopen,
            step(REQUESTER, _subject, REASON),
            abi.encodeWithSelector(IShareRequests.ShareLedgerNotReopened.selector, _requestId)
        );
    }

    function supplementNotOpen(uint64 dueAt) private view returns (bytes memory) {
        return abi.encodeWithSelector(IShareRequests.ShareLedgerSupplementNotOpen.selector, _requestId, dueAt);
    }
}
