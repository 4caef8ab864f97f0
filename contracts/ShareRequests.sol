// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICaseBook} from "./interfaces/ICaseBook.sol";
import {DepartmentKind} from "./interfaces/IDepartmentRegistry.sol";
import {IDirectory} from "./interfaces/IDirectory.sol";
import {IResourceCatalog, ShareClass} from "./interfaces/IResourceCatalog.sol";
import {GrantStatus} from "./interfaces/IShareLedger.sol";
import {IShareRequests, RequestKind, RequestStatus, ShareRefusal, ShareRequest} from "./interfaces/IShareRequests.sol";
import {DepartmentRole} from "./interfaces/ISignedActs.sol";
import {IWorkingDayCalendar} from "./interfaces/IWorkingDayCalendar.sol";
import {RegionPrefix} from "./libraries/RegionPrefix.sol";
import {ShareActHash} from "./libraries/ShareActHash.sol";
import {ShareTerms} from "./ShareTerms.sol";
import {CaseId, DepartmentId, GrantId, RequestId, ResourceId} from "./types/Ids.sol";
import {JointStep, Step} from "./types/Step.sol";

/// @dev Requests until they are agreed to, as part of {ShareLedger}.
abstract contract ShareRequests is ShareTerms {
    using ShareActHash for ShareRequest;
    using ShareActHash for ShareRefusal;

    uint256 private constant UNCONDITIONAL_DAYS = 1;
    uint256 private constant CONDITIONAL_DAYS = 10;
    uint256 private constant EXTENSION_DAYS = 10;

    IWorkingDayCalendar internal immutable _calendar;
    IDirectory private immutable _directory;

    constructor(IResourceCatalog catalog, IWorkingDayCalendar calendar, IDirectory directory) ShareTerms(catalog) {
        _calendar = calendar;
        _directory = directory;
    }

    /// @inheritdoc IShareRequests
    function submitRequestBySig(
        ShareRequest calldata act,
        bytes calldata signature,
        bytes calldata makerSignature
    ) external returns (RequestId requestId) {
        Approval memory approval = _approve(act.requester, act.structHash(), act.nonce, act.expiresAt, signature);
        _cosign(approval, act.requester, DepartmentRole.Maker, makerSignature);
        bool mayRequest = approval.kind == DepartmentKind.Department || approval.kind == DepartmentKind.Authority;
        require(mayRequest, ShareLedgerNotRequester(act.requester));
        // The digest holds the nonce that was just consumed, so no other request can have this id.
        requestId = RequestId.wrap(approval.actDigest);
        uint64 seq = _submitRequest(requestId, act);
        _emitCosigned(seq, approval, signature, makerSignature);
    }

    /// @inheritdoc IShareRequests
    function refuseBySig(ShareRefusal calldata act, bytes calldata signature, bytes calldata makerSignature) external {
        Approval memory approval = _approve(act.provider, act.structHash(), act.nonce, act.expiresAt, signature);
        _cosign(approval, act.provider, DepartmentRole.Maker, makerSignature);
        uint64 seq = _refuse(act);
        _emitCosigned(seq, approval, signature, makerSignature);
    }

    /// @inheritdoc IShareRequests
    function askSupplementBySig(Step calldata act, bytes calldata signature) external {
        Approval memory approval = _approveStep(act, "SupplementDemand", signature);
        RequestId requestId = RequestId.wrap(act.subject);
        Request storage request = _openRequest(requestId, act.department);
        bool isOpen = !request.supplementAsked && block.timestamp < request.dueAt;
        require(isOpen, ShareLedgerSupplementNotOpen(requestId, request.dueAt));
        (request.status, request.supplementAsked) = (RequestStatus.Supplementing, true);

        (uint64 recordedAt, uint64 seq, bytes32 head) = _recordStep(SupplementAsked.selector, act, 0);
        emit SupplementAsked(requestId, act.department, act.reasonCode, act, 0, recordedAt, seq, head);
        _emitSigned(seq, approval, signature);
    }

    /// @inheritdoc IShareRequests
    function supplementBySig(Step calldata act, bytes calldata signature) external {
        Approval memory approval = _approveStep(act, "RequestSupplement", signature);
        RequestId requestId = RequestId.wrap(act.subject);
        Request storage request = _ownRequest(requestId, act.department);
        _checkRequestStatus(requestId, request.status, RequestStatus.Supplementing);
        uint64 dueAt = _startClock(request);

        (uint64 recordedAt, uint64 seq, bytes32 head) = _recordStep(RequestResubmitted.selector, act, dueAt);
        emit RequestResubmitted(requestId, act.department, act.reasonCode, act, dueAt, recordedAt, seq, head);
        _emitSigned(seq, approval, signature);
    }

    /// @inheritdoc IShareRequests
    function extendAnswerBySig(
        JointStep calldata act,
        bytes calldata signature,
        bytes calldata authoritySignature
    ) external {
        Approval memory approval = _approveJointStep(
            act,
            "AnswerExtension",
            DepartmentRole.Office,
            signature,
            authoritySignature
        );
        uint64 seq = _extendAnswer(RequestId.wrap(act.subject), act);
        _emitCosigned(seq, approval, signature, authoritySignature);
    }

    /// @inheritdoc IShareRequests
    function withdrawRequestBySig(Step calldata act, bytes calldata signature) external {
        Approval memory approval = _approveStep(act, "RequestWithdrawal", signature);
        RequestId requestId = RequestId.wrap(act.subject);
        Request storage request = _ownRequest(requestId, act.department);
        RequestStatus status = request.status;
        bool isOpen = status == RequestStatus.Submitted || status == RequestStatus.Supplementing;
        require(isOpen, ShareLedgerUnexpectedRequestStatus(requestId, status));
        request.status = RequestStatus.Withdrawn;

        (uint64 recordedAt, uint64 seq, bytes32 head) = _recordStep(RequestWithdrawn.selector, act, 0);
        emit RequestWithdrawn(requestId, act.department, act.reasonCode, act, 0, recordedAt, seq, head);
        _emitSigned(seq, approval, signature);
    }

    /// @inheritdoc IShareRequests
    function reopenRequestBySig(Step calldata act, bytes calldata signature) external {
        Approval memory approval = _approveStep(act, "RequestReopening", signature);
        RequestId requestId = RequestId.wrap(act.subject);
        Request storage request = _ownRequest(requestId, act.department);
        _checkRequestStatus(requestId, request.status, RequestStatus.Refused);
        request.reopenedBy = _findReopening(requestId, request.reopenedBy);
        uint64 dueAt = _startClock(request);

        (uint64 recordedAt, uint64 seq, bytes32 head) = _recordStep(RequestReopened.selector, act, dueAt);
        emit RequestReopened(requestId, act.department, act.reasonCode, act, dueAt, recordedAt, seq, head);
        _emitSigned(seq, approval, signature);
    }

    /// @inheritdoc IShareRequests
    function requestOf(RequestId requestId) external view returns (Request memory) {
        return _requests[requestId];
    }

    /// @dev Authenticates an act that an office signs and that is no step.
    function _approve(
        DepartmentId department,
        bytes32 structHash,
        uint256 nonce,
        uint64 expiresAt,
        bytes calldata signature
    ) internal returns (Approval memory) {
        return
            _authenticate(
                Act({
                    department: department,
                    role: DepartmentRole.Office,
                    structHash: structHash,
                    nonce: nonce,
                    expiresAt: expiresAt,
                    evenIfSuspended: false
                }),
                signature
            );
    }

    function _submitRequest(RequestId requestId, ShareRequest calldata act) private returns (uint64 seq) {
        _checkRequest(act);
        Request storage request = _requests[requestId];
        request.kind = act.kind;
        request.requester = act.requester;
        request.resourceVersion = act.resourceVersion;
        request.resourceId = act.resourceId;
        (request.notBefore, request.notAfter) = (act.notBefore, act.notAfter);
        request.fields = act.fields;
        if (act.regionPrefix != 0) request.regionPrefix = act.regionPrefix;
        uint64 dueAt = _startClock(request);

        uint64 recordedAt = _now();
        bytes32 actHash = keccak256(
            abi.encode(ShareRequested.selector, requestId, act.requester, act.resourceId, act, dueAt, recordedAt)
        );
        bytes32 head;
        (seq, head) = _append(actHash);
        emit ShareRequested(requestId, act.requester, act.resourceId, act, dueAt, recordedAt, seq, head);
    }

    function _refuse(ShareRefusal calldata act) private returns (uint64 seq) {
        Request storage request = _openRequest(act.requestId, act.provider);
        bool isGrounded = _isGrounded(request, act.reasonCode, act.groundsHash);
        require(isGrounded, ShareLedgerInvalidGrounds(act.requestId, act.reasonCode, act.groundsHash));
        _checkDocument(act.documentHash, act.hashAlgorithm);
        request.status = RequestStatus.Refused;

        uint64 recordedAt = _now();
        bytes32 actHash = keccak256(
            abi.encode(ShareRefused.selector, act.requestId, act.provider, act.reasonCode, act, recordedAt)
        );
        bytes32 head;
        (seq, head) = _append(actHash);
        emit ShareRefused(act.requestId, act.provider, act.reasonCode, act, recordedAt, seq, head);
    }

    function _extendAnswer(RequestId requestId, JointStep calldata act) private returns (uint64 seq) {
        Request storage request = _openRequest(requestId, act.department);
        _checkConsent(act.authority, act.department);
        bool isLater = block.timestamp < request.dueAt && act.dueAt > request.dueAt;
        bool isWithin = isLater && act.dueAt <= request.extendableTo;
        require(isWithin, ShareLedgerInvalidDue(act.dueAt, request.extendableTo));
        request.dueAt = act.dueAt;

        uint64 recordedAt;
        bytes32 head;
        (recordedAt, seq, head) = _recordJointStep(AnswerExtended.selector, act, act.dueAt);
        emit AnswerExtended(requestId, act.department, act.reasonCode, act, act.dueAt, recordedAt, seq, head);
    }

    /// @dev The clock of the answer starts, also when it starts anew after a supplement or a dispute (R23).
    function _startClock(Request storage request) private returns (uint64 dueAt) {
        ShareClass shareClass = _catalog.versionOf(request.resourceId, request.resourceVersion).shareClass;
        bool isFree = shareClass == ShareClass.Unconditional;
        dueAt = _calendar.addWorkingDays(_now(), isFree ? UNCONDITIONAL_DAYS : CONDITIONAL_DAYS);
        request.status = RequestStatus.Submitted;
        request.dueAt = dueAt;
        request.extendableTo = _calendar.addWorkingDays(dueAt - 1, EXTENSION_DAYS);
    }

    /// @dev The request, still unanswered, if `provider` is the one to answer it.
    function _openRequest(RequestId requestId, DepartmentId provider) internal view returns (Request storage request) {
        request = _requests[requestId];
        _checkRequestStatus(requestId, request.status, RequestStatus.Submitted);
        bool isProvider = provider == _catalog.resourceOf(request.resourceId).provider;
        require(isProvider, ShareLedgerNotProvider(requestId, provider));
    }

    function _ownRequest(RequestId requestId, DepartmentId requester) private view returns (Request storage request) {
        request = _requests[requestId];
        require(requester == request.requester, ShareLedgerNotOwnRequest(requestId, requester));
    }

    function _checkRequest(ShareRequest calldata act) private view {
        (IResourceCatalog.Resource memory resource, IResourceCatalog.ResourceVersion memory version) = _sharedVersion(
            act.resourceId
        );
        // Only the latest version: an older one may predate a change of class to Denied.
        bool isLatest = act.resourceVersion == resource.publishedVersion;
        require(isLatest, ShareLedgerResourceNotPublished(act.resourceId, act.resourceVersion));
        require(act.requester != resource.provider, ShareLedgerOwnResource(act.resourceId, act.requester));
        require(_fitsPrior(act), ShareLedgerInvalidKind(act.kind, act.priorGrantId));
        _checkFields(act.fields, type(uint256).max >> (256 - version.fieldCount));
        require(RegionPrefix.isValid(act.regionPrefix), ShareLedgerInvalidRegion(act.regionPrefix, 0));
        bool isReflow = act.kind == RequestKind.Reflow;
        bool fits = !isReflow || _isReflow(resource.provider, act.requester, act.regionPrefix);
        require(fits, ShareLedgerInvalidReflow(act.resourceId, act.regionPrefix));
        _checkWindow(act.notBefore, act.notAfter);
        _checkDocument(act.documentHash, act.hashAlgorithm);
    }

    /// @dev A renewal, an extension and a passing on are about a grant of the requester's to the same resource.
    function _fitsPrior(ShareRequest calldata act) private view returns (bool) {
        if (act.kind == RequestKind.None) return false;
        bool hasPrior = act.kind != RequestKind.New && act.kind != RequestKind.Reflow;
        Grant storage prior = _grants[act.priorGrantId];
        if (!hasPrior) return GrantId.unwrap(act.priorGrantId) == 0;
        Request storage request = _requests[prior.requestId];
        return
            prior.status != GrantStatus.None &&
            request.requester == act.requester &&
            ResourceId.unwrap(request.resourceId) == ResourceId.unwrap(act.resourceId);
    }

    /// @dev Down the tree, and only the rows of the requester's own region (R27, I14).
    function _isReflow(
        DepartmentId provider,
        DepartmentId requester,
        bytes12 regionPrefix
    ) private view returns (bool) {
        DepartmentId above = _registry.governmentOf(provider);
        bool isAbove =
            above != _registry.governmentOf(requester) && above == _registry.commonGovernmentOf(provider, requester);
        bytes12 own = RegionPrefix.below(_registry.departmentOf(requester).region);
        return isAbove && DepartmentId.unwrap(above) != 0 && RegionPrefix.isWithin(regionPrefix, own);
    }

    /// @dev The newest version of the case book that knows one. A dispute opens a request once.
    function _findReopening(RequestId requestId, CaseId used) private view returns (CaseId) {
        for (uint32 version = _directory.versionsOf("CaseBook"); version != 0; --version) {
            ICaseBook cases = ICaseBook(_directory.addressOf("CaseBook", version));
            CaseId caseId = cases.reopeningOf(RequestId.unwrap(requestId));
            if (CaseId.unwrap(caseId) == 0) continue;
            // Not one of an older version: of two, each would be new after the other.
            if (CaseId.unwrap(caseId) != CaseId.unwrap(used)) return caseId;
            break;
        }
        revert ShareLedgerNotReopened(requestId);
    }

    function _checkRequestStatus(RequestId requestId, RequestStatus status, RequestStatus needed) private pure {
        require(status == needed, ShareLedgerUnexpectedRequestStatus(requestId, status));
    }
}
