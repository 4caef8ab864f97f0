// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CorrectionFiling, DisputeOpening, DisputeSubject} from "../../../contracts/interfaces/ICaseBook.sol";
import {
    AccessKeyRegistration,
    AccessKeyRevocation,
    DepartmentAccountsChange,
    DepartmentKind,
    DepartmentRegistration,
    DepartmentStatus,
    DepartmentStatusChange
} from "../../../contracts/interfaces/IDepartmentRegistry.sol";
import {TreeHead} from "../../../contracts/interfaces/IReceiptLog.sol";
import {ResourceSubmission, ShareClass} from "../../../contracts/interfaces/IResourceCatalog.sol";
import {ShareAgreement} from "../../../contracts/interfaces/IShareLedger.sol";
import {CalendarYear} from "../../../contracts/interfaces/IWorkingDayCalendar.sol";
import {
    AccessKeyId,
    CaseId,
    DepartmentId,
    GatewayId,
    GrantId,
    RequestId,
    ResourceId
} from "../../../contracts/types/Ids.sol";
import {ReasonCodes} from "../../../contracts/types/ReasonCodes.sol";
import {Step} from "../../../contracts/types/Step.sol";
import {LedgerTest} from "./LedgerTest.sol";
import {JointKind, StepKind} from "./Steps.sol";
import {vm} from "./Vm.sol";

/// @dev A story in which every act is performed at least once.
abstract contract EveryAct is LedgerTest {
    uint64 private constant EXTENDED = NOW + 25 days;

    function perform(string memory name, address target, bytes memory data) internal virtual returns (bytes memory);

    /// @dev Called once the resource of the story is published.
    function prepare(ResourceId id) internal virtual {}

    function performEveryAct() internal {
        performRegistry();
        performGateways();
        ResourceId id = performCatalog();
        prepare(id);
        performGrant(performRequest(id));
        performEnds(id);
        performCorrection(id);
        performUpheldCorrection(id);
        // The last grant has ended by now.
        perform(JointKind.Retire, ResourceId.unwrap(id), 0);
    }

    function perform(StepKind kind, Step memory act) private {
        perform(infoOf(kind).typeName, targetOf(kind), callOf(kind, act));
    }

    function perform(StepKind kind, DepartmentId department, bytes32 subject) private {
        perform(kind, step(department, subject, REASON));
    }

    function perform(JointKind kind, bytes32 subject, uint64 dueAt) private {
        perform(infoOf(kind).typeName, targetOf(kind), callOf(kind, jointStep(PROVIDER, AUTHORITY, subject, dueAt)));
    }

    function performRegistry() private {
        address target = address(registry);
        DepartmentRegistration memory newcomer = registration(STRANGER, DepartmentKind.Department);
        bytes memory signature = byOffice(AUTHORITY, digest(newcomer));
        perform(
            "DepartmentRegistration",
            target,
            abi.encodeCall(registry.registerDepartmentBySig, (newcomer, signature))
        );
        DepartmentAccountsChange memory accounts = accountsChange(STRANGER);
        signature = byHead(STRANGER, digest(accounts));
        perform(
            "DepartmentAccountsChange",
            target,
            abi.encodeCall(registry.changeDepartmentAccountsBySig, (accounts, signature))
        );
        DepartmentStatusChange memory status = statusChange(STRANGER, DepartmentStatus.Suspended);
        signature = byOffice(AUTHORITY, digest(status));
        perform(
            "DepartmentStatusChange",
            target,
            abi.encodeCall(registry.changeDepartmentStatusBySig, (status, signature))
        );
        perform("AccountsRestoration", target, abi.encodeCall(registry.restoreAccounts, (restoration(STRANGER))));
        perform(
            "StatusOrder",
            target,
            abi.encodeCall(registry.governStatus, (statusOrder(STRANGER, DepartmentStatus.Active)))
        );
        AccessKeyRegistration memory key = keyRegistration(REQUESTER);
        signature = byOffice(REQUESTER, digest(key));
        bytes memory answer = perform(
            "AccessKeyRegistration",
            target,
            abi.encodeCall(registry.registerAccessKeyBySig, (key, signature))
        );
        AccessKeyRevocation memory end = keyRevocation(REQUESTER, abi.decode(answer, (AccessKeyId)));
        signature = byOffice(REQUESTER, digest(end));
        perform("AccessKeyRevocation", target, abi.encodeCall(registry.revokeAccessKeyBySig, (end, signature)));
        CalendarYear memory year = calendarYear(2025);
        signature = byOffice(AUTHORITY, digest(year));
        perform("CalendarYear", address(calendar), abi.encodeCall(calendar.setYearBySig, (year, signature)));
    }

    function performGateways() private {
        GatewayId gateway = performGateway();
        perform("GatewayRetirement", address(receipts), callOf(gatewayRetirement(OPERATOR, gateway)));
        gateway = performGateway();
        TreeHead memory head = TreeHead({gateway: gateway, size: 1, root: "root"});
        perform("TreeHead", address(receipts), callOf(gatewayKey(OPERATOR), head, new bytes32[](0)));
        perform("equivocation", address(receipts), callOf(gatewayKey(OPERATOR), head, bytes32("other")));
    }

    function performGateway() private returns (GatewayId) {
        bytes memory answer = perform(
            "GatewayRegistration",
            address(receipts),
            callOf(gatewayRegistration(OPERATOR))
        );
        return abi.decode(answer, (GatewayId));
    }

    function performCatalog() private returns (ResourceId id) {
        ResourceSubmission memory act = submission(ShareClass.Conditional);
        bytes memory answer = perform("ResourceSubmission", address(catalog), callOf(act));
        id = abi.decode(answer, (ResourceId));
        bytes32 subject = ResourceId.unwrap(id);
        perform(StepKind.Publish, AUTHORITY, subject);
        perform(StepKind.RequireUpdate, PROVIDER, subject);
        Step memory extension = step(AUTHORITY, subject, REASON);
        extension.dueAt = NOW + 23 days;
        perform(StepKind.ExtendUpdate, extension);
        for (uint256 i = 0; i < 2; ++i) {
            act = submission(ShareClass.Conditional);
            (act.version, act.documentHash) = (2, i == 0 ? sha256("faulty") : DOCUMENT);
            perform("ResourceSubmission (update)", address(catalog), callOf(act));
            perform(i == 0 ? StepKind.Return : StepKind.Publish, AUTHORITY, subject);
        }
        perform(StepKind.Freeze, AUTHORITY, subject);
        perform(StepKind.Unfreeze, AUTHORITY, subject);
        perform("SourceDesignation", address(catalog), callOf(designation("element", id)));
    }

    function performRequest(ResourceId id) private returns (RequestId requestId) {
        requestId = performSubmission(id);
        bytes32 subject = RequestId.unwrap(requestId);
        perform(StepKind.AskSupplement, PROVIDER, subject);
        perform(StepKind.Supplement, REQUESTER, subject);
        perform(JointKind.ExtendAnswer, subject, EXTENDED);
        perform("ShareRefusal", address(shares), callOf(refusal(requestId)));
        bytes32 caseId = performOpening(opening(DisputeSubject.Request, subject));
        perform(StepKind.ApplyForCoordination, REQUESTER, caseId);
        perform(StepKind.Coordinate, AUTHORITY, caseId);
        perform(StepKind.Settle, step(AUTHORITY, caseId, ReasonCodes.REOPEN));
        perform(StepKind.Reopen, REQUESTER, subject);
    }

    function performGrant(RequestId requestId) private {
        ShareAgreement memory act = agreement(requestId);
        act.conditionsHash = CONDITIONS;
        bytes32 grantId = performAgreement(act);
        perform(StepKind.Deliver, PROVIDER, grantId);
        perform(StepKind.Acknowledge, REQUESTER, grantId);
        perform(StepKind.Suspend, step(REGULATOR, grantId, ReasonCodes.SECURITY));
        perform(StepKind.FollowUp, REGULATOR, grantId);
        perform(StepKind.Resume, REGULATOR, grantId);
        bytes memory answer = perform("GrantChange", address(shares), callOf(change(GrantId.wrap(grantId))));
        grantId = abi.decode(answer, (bytes32));
        perform(StepKind.Suspend, misuse(AUTHORITY, GrantId.wrap(grantId), NOW + 5 days));
        perform(StepKind.Forfeit, step(AUTHORITY, grantId, ReasonCodes.RECTIFICATION_INSUFFICIENT));
        perform(StepKind.CertifyDisposal, REQUESTER, grantId);
        perform(StepKind.AcceptDisposal, PROVIDER, grantId);
    }

    function performEnds(ResourceId id) private {
        perform(StepKind.Withdraw, REQUESTER, RequestId.unwrap(performSubmission(id)));
        bytes32 grantId = performAgreement(agreement(performSubmission(id)));
        perform(JointKind.Terminate, grantId, 0);
        grantId = performAgreement(agreement(performSubmission(id)));
        perform(StepKind.Release, REQUESTER, grantId);
    }

    function performCorrection(ResourceId id) private {
        bytes32 caseId = performFiling(id);
        perform(StepKind.Verify, PROVIDER, caseId);
        perform(StepKind.Correct, PROVIDER, caseId);
        perform(StepKind.FeedBack, PROVIDER, caseId);
        perform(StepKind.CloseCorrection, REQUESTER, caseId);
    }

    function performUpheldCorrection(ResourceId id) private {
        bytes32 caseId = performFiling(id);
        perform(StepKind.Verify, PROVIDER, caseId);
        perform(StepKind.Uphold, PROVIDER, caseId);
        perform(StepKind.FeedBack, PROVIDER, caseId);
        caseId = performOpening(opening(DisputeSubject.Correction, caseId));
        perform(StepKind.ApplyForCoordination, PROVIDER, caseId);
        perform(StepKind.Coordinate, AUTHORITY, caseId);
        perform(StepKind.Escalate, PROVIDER, caseId);
        perform(StepKind.Decide, GOVERNMENT, caseId);
        perform(StepKind.ExecuteDispute, PROVIDER, caseId);
    }

    function performSubmission(ResourceId id) private returns (RequestId) {
        return abi.decode(perform("ShareRequest", address(shares), callOf(requestOfLatest(id))), (RequestId));
    }

    function performAgreement(ShareAgreement memory act) private returns (bytes32) {
        return abi.decode(perform("ShareAgreement", address(shares), callOf(act)), (bytes32));
    }

    function performFiling(ResourceId id) private returns (bytes32) {
        CorrectionFiling memory act = filing(id);
        return abi.decode(perform("CorrectionFiling", address(cases), callOf(act)), (bytes32));
    }

    function performOpening(DisputeOpening memory act) private returns (bytes32) {
        return abi.decode(perform("DisputeOpening", address(cases), callOf(act)), (bytes32));
    }
}
