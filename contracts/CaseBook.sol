// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {CaseKind, CaseStatus, DisputeOpening, DisputeSubject, ICaseBook} from "./interfaces/ICaseBook.sol";
import {DepartmentKind, IDepartmentRegistry} from "./interfaces/IDepartmentRegistry.sol";
import {IDirectory} from "./interfaces/IDirectory.sol";
import {IResourceCatalog} from "./interfaces/IResourceCatalog.sol";
import {GrantStatus, IShareLedger} from "./interfaces/IShareLedger.sol";
import {IShareRequests, RequestStatus} from "./interfaces/IShareRequests.sol";
import {DepartmentRole} from "./interfaces/ISignedActs.sol";
import {IWorkingDayCalendar} from "./interfaces/IWorkingDayCalendar.sol";
import {Corrections} from "./Corrections.sol";
import {CaseActHash} from "./libraries/CaseActHash.sol";
import {SignedSteps} from "./SignedSteps.sol";
import {CaseId, DepartmentId, GrantId, RequestId, ResourceId} from "./types/Ids.sol";
import {ReasonCodes} from "./types/ReasonCodes.sol";
import {Step} from "./types/Step.sol";

/**
 * @title CaseBook
 * @dev See {ICaseBook}. Corrections are in {Corrections}, disputes are here.
 */
contract CaseBook is Corrections {
    using CaseActHash for DisputeOpening;

    IDirectory private immutable _directory;

    mapping(bytes32 subject => CaseId) private _reopenings;

    constructor(
        IDepartmentRegistry registry,
        IResourceCatalog catalog,
        IWorkingDayCalendar calendar,
        IDirectory directory
    ) EIP712("CaseBook", "1") SignedSteps(registry) Corrections(catalog, calendar) {
        _directory = directory;
    }

    /// @inheritdoc ICaseBook
    function openDisputeBySig(DisputeOpening calldata act, bytes calldata signature) external returns (CaseId caseId) {
        _checkReason(act.reasonCode);
        _checkDocument(act.documentHash, act.hashAlgorithm);
        Approval memory approval = _authenticate(
            Act({
                department: act.claimant,
                role: DepartmentRole.Office,
                structHash: act.structHash(),
                nonce: act.nonce,
                expiresAt: act.expiresAt,
                evenIfSuspended: false
            }),
            signature
        );
        caseId = CaseId.wrap(approval.actDigest);
        uint64 seq = _openDispute(caseId, act, approval.kind);
        _emitSigned(seq, approval, signature);
    }

    /// @inheritdoc ICaseBook
    function applyForCoordinationBySig(Step calldata act, bytes calldata signature) external {
        Approval memory approval = _approveStep(act, "CoordinationApplication", signature);
        CaseId caseId = CaseId.wrap(act.subject);
        Case storage entry = _caseIn(caseId, CaseStatus.Negotiating);
        _checkEntitled(caseId, act.department, _isSide(entry, act.department));
        entry.status = CaseStatus.Applied;

        (uint64 recordedAt, uint64 seq, bytes32 head) = _recordStep(CoordinationApplied.selector, act, 0);
        emit CoordinationApplied(caseId, act.department, act.reasonCode, act, 0, recordedAt, seq, head);
        _emitSigned(seq, approval, signature);
    }

    /// @inheritdoc ICaseBook
    function coordinateBySig(Step calldata act, bytes calldata signature) external {
        Approval memory approval = _approveStep(act, "DisputeCoordination", signature);
        CaseId caseId = CaseId.wrap(act.subject);
        Case storage entry = _caseIn(caseId, CaseStatus.Applied);
        bool isCoordinator = !_isSide(entry, act.department) && _mayCoordinate(entry, act.department);
        _checkEntitled(caseId, act.department, isCoordinator);
        (entry.status, entry.coordinator) = (CaseStatus.Coordinating, act.department);

        (uint64 recordedAt, uint64 seq, bytes32 head) = _recordStep(DisputeCoordinated.selector, act, 0);
        emit DisputeCoordinated(caseId, act.department, act.reasonCode, act, 0, recordedAt, seq, head);
        _emitSigned(seq, approval, signature);
    }

    /// @inheritdoc ICaseBook
    function settleDisputeBySig(Step calldata act, bytes calldata signature) external {
        Approval memory approval = _approveStep(act, "DisputeSettlement", signature);
        CaseId caseId = CaseId.wrap(act.subject);
        Case storage entry = _caseIn(caseId, CaseStatus.Coordinating);
        _checkEntitled(caseId, act.department, act.department == entry.coordinator);
        _conclude(caseId, entry, CaseStatus.Settled, act.reasonCode);

        (uint64 recordedAt, uint64 seq, bytes32 head) = _recordStep(DisputeSettled.selector, act, 0);
        emit DisputeSettled(caseId, act.department, act.reasonCode, act, 0, recordedAt, seq, head);
        _emitSigned(seq, approval, signature);
    }

    /// @inheritdoc ICaseBook
    function escalateDisputeBySig(Step calldata act, bytes calldata signature) external {
        Approval memory approval = _approveStep(act, "DisputeEscalation", signature);
        CaseId caseId = CaseId.wrap(act.subject);
        Case storage entry = _cases[caseId];
        bool isOpen =
            entry.status == CaseStatus.Coordinating || (entry.status == CaseStatus.Applied && _isWithAuthority(entry));
        require(isOpen, CaseBookUnexpectedStatus(caseId, entry.status));
        _checkEntitled(caseId, act.department, _isSide(entry, act.department));
        // Nobody could decide it, and it could not be settled any more.
        require(_hasGovernment(entry), CaseBookNoGovernment(caseId));
        entry.status = CaseStatus.Escalated;

        (uint64 recordedAt, uint64 seq, bytes32 head) = _recordStep(DisputeEscalated.selector, act, 0);
        emit DisputeEscalated(caseId, act.department, act.reasonCode, act, 0, recordedAt, seq, head);
        _emitSigned(seq, approval, signature);
    }

    /// @inheritdoc ICaseBook
    function decideDisputeBySig(Step calldata act, bytes calldata signature) external {
        Approval memory approval = _approveStep(act, "DisputeDecision", signature);
        CaseId caseId = CaseId.wrap(act.subject);
        Case storage entry = _caseIn(caseId, CaseStatus.Escalated);
        _checkEntitled(caseId, act.department, act.department == _commonGovernment(entry));
        _conclude(caseId, entry, CaseStatus.Decided, act.reasonCode);

        (uint64 recordedAt, uint64 seq, bytes32 head) = _recordStep(DisputeDecided.selector, act, 0);
        emit DisputeDecided(caseId, act.department, act.reasonCode, act, 0, recordedAt, seq, head);
        _emitSigned(seq, approval, signature);
    }

    /// @inheritdoc ICaseBook
    function executeDisputeBySig(Step calldata act, bytes calldata signature) external {
        Approval memory approval = _approveStep(act, "DisputeExecution", signature);
        CaseId caseId = CaseId.wrap(act.subject);
        Case storage entry = _cases[caseId];
        bool isConcluded = entry.status == CaseStatus.Settled || entry.status == CaseStatus.Decided;
        require(isConcluded, CaseBookUnexpectedStatus(caseId, entry.status));
        _checkEntitled(caseId, act.department, _isSide(entry, act.department));
        entry.status = CaseStatus.Executed;

        (uint64 recordedAt, uint64 seq, bytes32 head) = _recordStep(DisputeExecuted.selector, act, 0);
        emit DisputeExecuted(caseId, act.department, act.reasonCode, act, 0, recordedAt, seq, head);
        _emitSigned(seq, approval, signature);
    }

    /// @inheritdoc ICaseBook
    function caseOf(CaseId caseId) external view returns (Case memory) {
        return _cases[caseId];
    }

    /// @inheritdoc ICaseBook
    function reopeningOf(bytes32 subject) external view returns (CaseId) {
        return _reopenings[subject];
    }

    function _openDispute(
        CaseId caseId,
        DisputeOpening calldata act,
        DepartmentKind kind
    ) private returns (uint64 seq) {
        require(_isDisputable(act, kind), CaseBookInvalidDispute(act.subjectKind, act.subject));
        Case storage entry = _cases[caseId];
        (entry.kind, entry.status) = (CaseKind.Dispute, CaseStatus.Negotiating);
        (entry.subjectKind, entry.subject) = (act.subjectKind, act.subject);
        (entry.claimant, entry.respondent) = (act.claimant, act.respondent);

        uint64 recordedAt = _now();
        bytes32 actHash = keccak256(
            abi.encode(DisputeOpened.selector, caseId, act.claimant, act.subject, act, recordedAt)
        );
        bytes32 head;
        (seq, head) = _append(actHash);
        emit DisputeOpened(caseId, act.claimant, act.subject, act, recordedAt, seq, head);
    }

    function _conclude(CaseId caseId, Case storage entry, CaseStatus status, bytes32 outcome) private {
        (entry.status, entry.outcome) = (status, outcome);
        // Only a refusal that is there: one that comes later is another matter.
        bool reopens =
            entry.subjectKind == DisputeSubject.Request &&
                outcome == ReasonCodes.REOPEN &&
                _requestOf(entry.subject).status == RequestStatus.Refused;
        if (reopens) _reopenings[entry.subject] = caseId;
    }

    function _isDisputable(DisputeOpening calldata act, DepartmentKind kind) private view returns (bool) {
        if (act.subjectKind == DisputeSubject.Request) return _isRequestDisputable(act);
        if (act.subjectKind == DisputeSubject.Grant) return _isGrantDisputable(act);
        if (act.subjectKind == DisputeSubject.Correction) return _isCorrectionDisputable(act);
        if (act.subjectKind != DisputeSubject.Resource || !_mayRequest(kind)) return false;
        IResourceCatalog.Resource memory resource = _catalog.resourceOf(ResourceId.wrap(act.subject));
        bool isOther = act.claimant != act.respondent;
        return isOther && resource.publishedVersion != 0 && act.respondent == resource.provider;
    }

    /// @dev Refused, or still without an answer when it is due.
    function _isRequestDisputable(DisputeOpening calldata act) private view returns (bool) {
        IShareRequests.Request memory request = _requestOf(act.subject);
        bool isOverdue = request.status == RequestStatus.Submitted && block.timestamp >= request.dueAt;
        return
            (request.status == RequestStatus.Refused || isOverdue) &&
            act.claimant == request.requester &&
            act.respondent == _catalog.resourceOf(request.resourceId).provider;
    }

    function _isGrantDisputable(DisputeOpening calldata act) private view returns (bool) {
        uint32 versions = _directory.versionsOf("ShareLedger");
        for (uint32 version = 1; version <= versions; ++version) {
            IShareLedger shares = IShareLedger(_directory.addressOf("ShareLedger", version));
            IShareLedger.Grant memory grant = shares.grantOf(GrantId.wrap(act.subject));
            if (grant.status == GrantStatus.None) continue;
            DepartmentId requester = shares.requestOf(grant.requestId).requester;
            return
                (act.claimant == requester && act.respondent == grant.provider) ||
                (act.claimant == grant.provider && act.respondent == requester);
        }
        return false;
    }

    function _isCorrectionDisputable(DisputeOpening calldata act) private view returns (bool) {
        Case storage correction = _cases[CaseId.wrap(act.subject)];
        CaseStatus status = correction.status;
        bool isOverdue = status < CaseStatus.FedBack && block.timestamp >= correction.dueAt;
        return
            correction.kind == CaseKind.Correction &&
            (status == CaseStatus.FedBack || isOverdue) &&
            act.claimant == correction.claimant &&
            act.respondent == correction.respondent;
    }

    function _requestOf(bytes32 requestId) private view returns (IShareRequests.Request memory request) {
        uint32 versions = _directory.versionsOf("ShareLedger");
        for (uint32 version = 1; version <= versions; ++version) {
            IShareLedger shares = IShareLedger(_directory.addressOf("ShareLedger", version));
            request = shares.requestOf(RequestId.wrap(requestId));
            if (request.status != RequestStatus.None) return request;
        }
    }

    /// @dev An authority of the lowest government above both sides; where no side has one, any without a government.
    function _mayCoordinate(Case storage entry, DepartmentId department) private view returns (bool) {
        (, DepartmentKind kind, ) = _registry.signerOf(department, DepartmentRole.Office);
        DepartmentId common = _commonGovernment(entry);
        bool isCommon =
            DepartmentId.unwrap(common) != 0 ||
                _registry.governmentOf(entry.claimant) == _registry.governmentOf(entry.respondent);
        return kind == DepartmentKind.Authority && isCommon && _registry.governmentOf(department) == common;
    }

    /// @dev One of the sides would coordinate.
    function _isWithAuthority(Case storage entry) private view returns (bool) {
        return _mayCoordinate(entry, entry.claimant) || _mayCoordinate(entry, entry.respondent);
    }

    /// @dev Where the two have no government in common, zero: then nobody decides.
    function _hasGovernment(Case storage entry) private view returns (bool) {
        return DepartmentId.unwrap(_commonGovernment(entry)) != 0;
    }

    function _commonGovernment(Case storage entry) private view returns (DepartmentId) {
        return _registry.commonGovernmentOf(entry.claimant, entry.respondent);
    }

    function _isSide(Case storage entry, DepartmentId department) private view returns (bool) {
        return department == entry.claimant || department == entry.respondent;
    }
}
