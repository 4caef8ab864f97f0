// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IDepartmentRegistry} from "./interfaces/IDepartmentRegistry.sol";
import {IDirectory} from "./interfaces/IDirectory.sol";
import {IResourceCatalog} from "./interfaces/IResourceCatalog.sol";
import {GrantChange, GrantStatus, IShareLedger, ShareAgreement, SuspensionReason} from "./interfaces/IShareLedger.sol";
import {RequestStatus} from "./interfaces/IShareRequests.sol";
import {DepartmentRole} from "./interfaces/ISignedActs.sol";
import {IWorkingDayCalendar} from "./interfaces/IWorkingDayCalendar.sol";
import {ShareActHash} from "./libraries/ShareActHash.sol";
import {GrantSuspensions} from "./GrantSuspensions.sol";
import {ShareRequests} from "./ShareRequests.sol";
import {SignedSteps} from "./SignedSteps.sol";
import {GrantTerms, GrantTermsLib} from "./types/GrantTerms.sol";
import {DepartmentId, GrantId, RequestId, ResourceId} from "./types/Ids.sol";
import {ReasonCodes} from "./types/ReasonCodes.sol";
import {JointStep, Step} from "./types/Step.sol";

/**
 * @title ShareLedger
 * @dev See {IShareLedger}. Requests are in {ShareRequests}, suspensions in {GrantSuspensions}, grants are here.
 */
contract ShareLedger is GrantSuspensions {
    using GrantTermsLib for GrantTerms;
    using ShareActHash for ShareAgreement;
    using ShareActHash for GrantChange;

    /// @dev Grants of one resource.
    struct OpenGrants {
        uint64 open;
        uint64 latestEnd;
    }

    uint256 private constant DELIVERY_DAYS = 20;

    mapping(ResourceId resourceId => OpenGrants) private _openGrants;

    constructor(
        IDepartmentRegistry registry,
        IResourceCatalog catalog,
        IWorkingDayCalendar calendar,
        IDirectory directory
    ) EIP712("ShareLedger", "1") SignedSteps(registry) ShareRequests(catalog, calendar, directory) {}

    /// @inheritdoc IShareLedger
    function agreeBySig(
        ShareAgreement calldata act,
        bytes calldata signature,
        bytes calldata makerSignature
    ) external returns (GrantId grantId) {
        Approval memory approval = _approve(act.provider, act.structHash(), act.nonce, act.expiresAt, signature);
        _cosign(approval, act.provider, DepartmentRole.Maker, makerSignature);
        uint64 seq;
        (grantId, seq) = _agree(act);
        _emitCosigned(seq, approval, signature, makerSignature);
    }

    /// @inheritdoc IShareLedger
    function deliverBySig(Step calldata act, bytes calldata signature) external {
        Approval memory approval = _approveStep(act, "GrantDelivery", signature);
        GrantId grantId = GrantId.wrap(act.subject);
        Grant storage grant = _grantIn(grantId, GrantStatus.Issued);
        _checkEntitled(grantId, act.department, act.department == grant.provider);
        grant.status = GrantStatus.Delivered;

        (uint64 recordedAt, uint64 seq, bytes32 head) = _recordStep(GrantDelivered.selector, act, 0);
        emit GrantDelivered(grantId, act.department, act.reasonCode, act, 0, recordedAt, seq, head);
        _emitSigned(seq, approval, signature);
    }

    /// @inheritdoc IShareLedger
    function acknowledgeBySig(Step calldata act, bytes calldata signature) external {
        Approval memory approval = _approveStep(act, "GrantAcknowledgement", signature);
        GrantId grantId = GrantId.wrap(act.subject);
        Grant storage grant = _grantIn(grantId, GrantStatus.Delivered);
        _checkEntitled(grantId, act.department, _isRequester(grant, act.department));
        grant.status = GrantStatus.Active;

        (uint64 recordedAt, uint64 seq, bytes32 head) = _recordStep(GrantActivated.selector, act, 0);
        emit GrantActivated(grantId, act.department, act.reasonCode, act, 0, recordedAt, seq, head);
        _emitSigned(seq, approval, signature);
    }

    /// @inheritdoc IShareLedger
    function terminateBySig(
        JointStep calldata act,
        bytes calldata signature,
        bytes calldata authoritySignature
    ) external {
        Approval memory approval = _approveJointStep(
            act,
            "GrantTermination",
            DepartmentRole.Office,
            signature,
            authoritySignature
        );
        require(act.dueAt == 0, SignedActsDueMisplaced(act.dueAt));
        GrantId grantId = GrantId.wrap(act.subject);
        Grant storage grant = _liveGrant(grantId);
        _checkEntitled(grantId, act.department, act.department == grant.provider);
        _checkConsent(act.authority, grant.provider);
        uint64 dueAt = _end(grant, GrantStatus.Terminated);

        (uint64 recordedAt, uint64 seq, bytes32 head) = _recordJointStep(GrantTerminated.selector, act, dueAt);
        emit GrantTerminated(grantId, act.department, act.reasonCode, act, dueAt, recordedAt, seq, head);
        _emitCosigned(seq, approval, signature, authoritySignature);
    }

    /// @inheritdoc IShareLedger
    function forfeitBySig(Step calldata act, bytes calldata signature) external {
        Approval memory approval = _approveRestraint(act, "GrantForfeiture", signature);
        GrantId grantId = GrantId.wrap(act.subject);
        Grant storage grant = _grantIn(grantId, GrantStatus.Suspended);
        _checkEntitled(grantId, act.department, _isAuthorityOver(grant, act.department));
        bool isUnmended = block.timestamp >= grant.dueAt || act.reasonCode == ReasonCodes.RECTIFICATION_INSUFFICIENT;
        bool isForfeited = grant.suspension == SuspensionReason.Misuse && isUnmended;
        require(isForfeited, ShareLedgerNotForfeited(grantId, grant.dueAt));
        uint64 dueAt = _end(grant, GrantStatus.Terminated);

        (uint64 recordedAt, uint64 seq, bytes32 head) = _recordStep(GrantForfeited.selector, act, dueAt);
        emit GrantForfeited(grantId, act.department, act.reasonCode, act, dueAt, recordedAt, seq, head);
        _emitSigned(seq, approval, signature);
    }

    /// @inheritdoc IShareLedger
    function changeGrantBySig(
        GrantChange calldata act,
        bytes calldata signature,
        bytes calldata authoritySignature
    ) external returns (GrantId grantId) {
        Approval memory approval = _approve(act.provider, act.structHash(), act.nonce, act.expiresAt, signature);
        _cosign(approval, act.authority, DepartmentRole.Office, authoritySignature);
        uint64 seq;
        (grantId, seq) = _change(act);
        _emitCosigned(seq, approval, signature, authoritySignature);
    }

    /// @inheritdoc IShareLedger
    function releaseBySig(Step calldata act, bytes calldata signature) external {
        Approval memory approval = _approveRestraint(act, "GrantRelease", signature);
        GrantId grantId = GrantId.wrap(act.subject);
        Grant storage grant = _grants[grantId];
        bool isReleasable =
            grant.status == GrantStatus.Issued ||
                grant.status == GrantStatus.Delivered ||
                grant.status == GrantStatus.Active;
        require(isReleasable, ShareLedgerUnexpectedGrantStatus(grantId, grant.status));
        _checkEntitled(grantId, act.department, _isRequester(grant, act.department));
        uint64 dueAt = _end(grant, GrantStatus.Released);

        (uint64 recordedAt, uint64 seq, bytes32 head) = _recordStep(GrantReleased.selector, act, dueAt);
        emit GrantReleased(grantId, act.department, act.reasonCode, act, dueAt, recordedAt, seq, head);
        _emitSigned(seq, approval, signature);
    }

    /// @inheritdoc IShareLedger
    function certifyDisposalBySig(Step calldata act, bytes calldata signature) external {
        Approval memory approval = _approveStep(act, "DisposalCertification", signature);
        GrantId grantId = GrantId.wrap(act.subject);
        Grant storage grant = _grants[grantId];
        bool hasEnded = grant.status == GrantStatus.Terminated || grant.status == GrantStatus.Released;
        bool hasExpired = _isLive(grant) && block.timestamp > grant.notAfter;
        require(hasEnded || hasExpired, ShareLedgerUnexpectedGrantStatus(grantId, grant.status));
        _checkEntitled(grantId, act.department, _isRequester(grant, act.department));
        if (hasExpired) --_openGrants[_requests[grant.requestId].resourceId].open;
        grant.status = GrantStatus.DisposalCertified;

        (uint64 recordedAt, uint64 seq, bytes32 head) = _recordStep(DisposalCertified.selector, act, 0);
        emit DisposalCertified(grantId, act.department, act.reasonCode, act, 0, recordedAt, seq, head);
        _emitSigned(seq, approval, signature);
    }

    /// @inheritdoc IShareLedger
    function acceptDisposalBySig(Step calldata act, bytes calldata signature) external {
        Approval memory approval = _approveStep(act, "DisposalAcceptance", signature);
        GrantId grantId = GrantId.wrap(act.subject);
        Grant storage grant = _grantIn(grantId, GrantStatus.DisposalCertified);
        _checkEntitled(grantId, act.department, act.department == grant.provider);
        grant.status = GrantStatus.Closed;

        (uint64 recordedAt, uint64 seq, bytes32 head) = _recordStep(GrantClosed.selector, act, 0);
        emit GrantClosed(grantId, act.department, act.reasonCode, act, 0, recordedAt, seq, head);
        _emitSigned(seq, approval, signature);
    }

    /// @inheritdoc IShareLedger
    function grantOf(GrantId grantId) external view returns (Grant memory) {
        return _grants[grantId];
    }

    /// @inheritdoc IShareLedger
    function openGrantsOf(ResourceId resourceId) external view returns (uint64 open, uint64 latestEnd) {
        OpenGrants storage grants = _openGrants[resourceId];
        return (grants.open, grants.latestEnd);
    }

    function _agree(ShareAgreement calldata act) private returns (GrantId grantId, uint64 seq) {
        Request storage request = _openRequest(act.requestId, act.provider);
        _checkAgreement(request, act);
        grantId = GrantTerms({
            requestId: act.requestId,
            fields: act.fields,
            notBefore: act.notBefore,
            notAfter: act.notAfter,
            documentHash: act.documentHash,
            hashAlgorithm: act.hashAlgorithm
        }).toId();
        request.status = RequestStatus.Agreed;
        Grant storage grant = _grants[grantId];
        (grant.status, grant.provider, grant.disposalDays) = (GrantStatus.Issued, act.provider, act.disposalDays);
        grant.requestId = act.requestId;
        grant.notAfter = act.notAfter;
        grant.dueAt = _calendar.addWorkingDays(_now(), DELIVERY_DAYS);
        _countGrant(request.resourceId, act.notAfter, 1);
        seq = _recordGrant(grantId, request, act, grant.dueAt);
    }

    function _recordGrant(
        GrantId grantId,
        Request storage request,
        ShareAgreement calldata act,
        uint64 dueAt
    ) private returns (uint64 seq) {
        DepartmentId requester = request.requester;
        ResourceId resourceId = request.resourceId;
        uint32 version = request.resourceVersion;
        uint64 recordedAt = _now();
        bytes32 actHash = keccak256(
            abi.encode(GrantIssued.selector, grantId, requester, resourceId, version, act, dueAt, recordedAt)
        );
        bytes32 head;
        (seq, head) = _append(actHash);
        emit GrantIssued(grantId, requester, resourceId, version, act, dueAt, recordedAt, seq, head);
    }

    function _change(GrantChange calldata act) private returns (GrantId grantId, uint64 seq) {
        Grant storage prior = _grantIn(act.grantId, GrantStatus.Active);
        require(block.timestamp <= prior.notAfter, ShareLedgerUnexpectedGrantStatus(act.grantId, prior.status));
        _checkEntitled(act.grantId, act.provider, act.provider == prior.provider);
        _checkConsent(act.authority, act.provider);
        RequestId requestId = prior.requestId;
        Request storage request = _requests[requestId];
        _checkTerms(requestId, request, act.fields, act.notBefore, act.notAfter);
        require(act.negotiationHash != 0, ShareLedgerNegotiationMissing());
        _checkDocument(act.documentHash, act.hashAlgorithm);
        grantId = GrantTerms({
            requestId: requestId,
            fields: act.fields,
            notBefore: act.notBefore,
            notAfter: act.notAfter,
            documentHash: act.documentHash,
            hashAlgorithm: act.hashAlgorithm
        }).toId();
        Grant storage grant = _grants[grantId];
        require(grant.status == GrantStatus.None, ShareLedgerGrantKnown(grantId));
        prior.status = GrantStatus.Changed;
        (grant.status, grant.provider, grant.disposalDays) = (GrantStatus.Active, act.provider, prior.disposalDays);
        (grant.requestId, grant.notAfter) = (requestId, act.notAfter);
        _countGrant(request.resourceId, act.notAfter, 0);

        uint64 recordedAt = _now();
        bytes32 actHash = keccak256(
            abi.encode(GrantChanged.selector, grantId, act.grantId, act.provider, requestId, act, recordedAt)
        );
        bytes32 head;
        (seq, head) = _append(actHash);
        emit GrantChanged(grantId, act.grantId, act.provider, requestId, act, recordedAt, seq, head);
    }

    /// @dev The grant ends now; disposal is due when the days that the provider set are over (R31).
    function _end(Grant storage grant, GrantStatus status) private returns (uint64 dueAt) {
        dueAt = _now() + uint64(grant.disposalDays) * 1 days;
        (grant.status, grant.dueAt) = (status, dueAt);
        --_openGrants[_requests[grant.requestId].resourceId].open;
    }

    function _countGrant(ResourceId resourceId, uint64 notAfter, uint64 added) private {
        OpenGrants storage grants = _openGrants[resourceId];
        grants.open += added;
        if (notAfter > grants.latestEnd) grants.latestEnd = notAfter;
    }

    function _liveGrant(GrantId grantId) private view returns (Grant storage grant) {
        grant = _grants[grantId];
        require(_isLive(grant), ShareLedgerUnexpectedGrantStatus(grantId, grant.status));
    }

    /// @dev Issued, delivered, active or suspended; whether its window is over is another question.
    function _isLive(Grant storage grant) private view returns (bool) {
        return grant.status >= GrantStatus.Issued && grant.status <= GrantStatus.Suspended;
    }
}
