// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    CaseStatus,
    CorrectionFiling,
    DisputeOpening,
    DisputeSubject
} from "../../../contracts/interfaces/ICaseBook.sol";
import {TreeHead} from "../../../contracts/interfaces/IReceiptLog.sol";
import {ResourceSubmission, ShareClass, SourceDesignation} from "../../../contracts/interfaces/IResourceCatalog.sol";
import {GrantChange, ShareAgreement} from "../../../contracts/interfaces/IShareLedger.sol";
import {ShareRefusal, ShareRequest} from "../../../contracts/interfaces/IShareRequests.sol";
import {CaseId, DepartmentId, GatewayId, GrantId, RequestId, ResourceId} from "../../../contracts/types/Ids.sol";
import {ReasonCodes} from "../../../contracts/types/ReasonCodes.sol";
import {JointStep, Step} from "../../../contracts/types/Step.sol";
import {LedgerFixture} from "./LedgerFixture.sol";
import {JointKind, StepKind} from "./Steps.sol";

/// @dev One function for each act, and the way to each state that tests start from.
abstract contract LedgerActs is LedgerFixture {
    /// @dev The id of the resource that {submission} enters.
    function resourceId() internal pure returns (ResourceId) {
        return ResourceId.wrap(keccak256(abi.encode(PROVIDER, CODE_HASH)));
    }

    function take(StepKind kind, Step memory act) internal {
        carry(targetOf(kind), callOf(kind, act));
    }

    function take(StepKind kind, DepartmentId department, bytes32 subject) internal {
        take(kind, step(department, subject, REASON));
    }

    function take(JointKind kind, JointStep memory act) internal {
        carry(targetOf(kind), callOf(kind, act));
    }

    function expectRefused(StepKind kind, Step memory act, bytes memory revertData) internal {
        expectRefused(targetOf(kind), callOf(kind, act), revertData);
    }

    function expectRefused(JointKind kind, JointStep memory act, bytes memory revertData) internal {
        expectRefused(targetOf(kind), callOf(kind, act), revertData);
    }

    function enterGateway(DepartmentId operator) internal returns (GatewayId) {
        return abi.decode(carry(address(receipts), callOf(gatewayRegistration(operator))), (GatewayId));
    }

    function retireGateway(DepartmentId operator, GatewayId gateway) internal {
        carry(address(receipts), callOf(gatewayRetirement(operator, gateway)));
    }

    /// @dev Signed by the account of the gateways of {LedgerParts-OPERATOR}.
    function anchor(TreeHead memory head, bytes32[] memory proof) internal {
        carry(address(receipts), callOf(gatewayKey(OPERATOR), head, proof));
    }

    function submit(ResourceSubmission memory act) internal returns (ResourceId) {
        return abi.decode(carry(address(catalog), callOf(act)), (ResourceId));
    }

    function publish(ResourceId id) internal {
        take(StepKind.Publish, AUTHORITY, ResourceId.unwrap(id));
    }

    function publishedResource(ShareClass shareClass) internal returns (ResourceId id) {
        id = submit(submission(shareClass));
        publish(id);
    }

    function publishSecondVersion(ShareClass shareClass) internal returns (ResourceId id) {
        ResourceSubmission memory second = submission(shareClass);
        second.version = 2;
        id = submit(second);
        publish(id);
    }

    function designate(SourceDesignation memory act) internal {
        carry(address(catalog), callOf(act));
    }

    function submitRequest(ShareRequest memory act) internal returns (RequestId) {
        return abi.decode(carry(address(shares), callOf(act)), (RequestId));
    }

    function requestOfLatest(ResourceId id) internal returns (ShareRequest memory act) {
        act = request(id);
        act.resourceVersion = catalog.resourceOf(id).publishedVersion;
    }

    function openRequest() internal returns (RequestId) {
        return submitRequest(request(publishedResource(ShareClass.Conditional)));
    }

    function agree(ShareAgreement memory act) internal returns (GrantId) {
        return abi.decode(carry(address(shares), callOf(act)), (GrantId));
    }

    function refuse(ShareRefusal memory act) internal {
        carry(address(shares), callOf(act));
    }

    function changeGrant(GrantChange memory act) internal returns (GrantId) {
        return abi.decode(carry(address(shares), callOf(act)), (GrantId));
    }

    function issuedGrant() internal returns (GrantId) {
        return agree(agreement(openRequest()));
    }

    function activate(GrantId grantId) internal {
        take(StepKind.Deliver, PROVIDER, GrantId.unwrap(grantId));
        take(StepKind.Acknowledge, REQUESTER, GrantId.unwrap(grantId));
    }

    function activeGrant() internal returns (GrantId grantId) {
        grantId = issuedGrant();
        activate(grantId);
    }

    function misuse(DepartmentId department, GrantId grantId, uint64 dueAt) internal returns (Step memory act) {
        act = step(department, GrantId.unwrap(grantId), ReasonCodes.MISUSE);
        act.dueAt = dueAt;
    }

    function emergency(DepartmentId department, GrantId grantId) internal returns (Step memory) {
        return step(department, GrantId.unwrap(grantId), ReasonCodes.SECURITY);
    }

    function terminate(GrantId grantId) internal {
        take(JointKind.Terminate, jointStep(PROVIDER, AUTHORITY, GrantId.unwrap(grantId), 0));
    }

    function fileCorrection(CorrectionFiling memory act) internal returns (CaseId) {
        return abi.decode(carry(address(cases), callOf(act)), (CaseId));
    }

    function openDispute(DisputeOpening memory act) internal returns (CaseId) {
        return abi.decode(carry(address(cases), callOf(act)), (CaseId));
    }

    /// @dev Over a refusal, unless told otherwise.
    function dispute(RequestId requestId) internal returns (CaseId) {
        return openDispute(opening(DisputeSubject.Request, RequestId.unwrap(requestId)));
    }

    function coordinated(CaseId caseId) internal {
        take(StepKind.ApplyForCoordination, REQUESTER, CaseId.unwrap(caseId));
        take(StepKind.Coordinate, AUTHORITY, CaseId.unwrap(caseId));
    }

    function settleToReopen(CaseId caseId) internal {
        coordinated(caseId);
        take(StepKind.Settle, step(AUTHORITY, CaseId.unwrap(caseId), ReasonCodes.REOPEN));
    }
}
