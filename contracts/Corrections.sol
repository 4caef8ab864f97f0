// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CaseKind, CaseStatus, CorrectionFiling, ICaseBook} from "./interfaces/ICaseBook.sol";
import {DepartmentKind} from "./interfaces/IDepartmentRegistry.sol";
import {IResourceCatalog} from "./interfaces/IResourceCatalog.sol";
import {DepartmentRole} from "./interfaces/ISignedActs.sol";
import {IWorkingDayCalendar} from "./interfaces/IWorkingDayCalendar.sol";
import {CaseActHash} from "./libraries/CaseActHash.sol";
import {SignedSteps} from "./SignedSteps.sol";
import {CaseId, DepartmentId, ResourceId} from "./types/Ids.sol";
import {Step} from "./types/Step.sol";

/// @dev Corrections (R32), as part of {CaseBook}.
abstract contract Corrections is SignedSteps, ICaseBook {
    using CaseActHash for CorrectionFiling;

    uint256 private constant CORRECTION_DAYS = 10;

    IResourceCatalog internal immutable _catalog;
    IWorkingDayCalendar private immutable _calendar;

    mapping(CaseId caseId => Case) internal _cases;

    constructor(IResourceCatalog catalog, IWorkingDayCalendar calendar) {
        _catalog = catalog;
        _calendar = calendar;
    }

    /// @inheritdoc ICaseBook
    function fileCorrectionBySig(
        CorrectionFiling calldata act,
        bytes calldata signature
    ) external returns (CaseId caseId) {
        _checkReason(act.reasonCode);
        _checkDocument(act.documentHash, act.hashAlgorithm);
        Approval memory approval = _authenticate(
            Act({
                department: act.requester,
                role: DepartmentRole.Office,
                structHash: act.structHash(),
                nonce: act.nonce,
                expiresAt: act.expiresAt,
                evenIfSuspended: false
            }),
            signature
        );
        caseId = CaseId.wrap(approval.actDigest);
        uint64 seq = _fileCorrection(caseId, act, approval.kind);
        _emitSigned(seq, approval, signature);
    }

    /// @inheritdoc ICaseBook
    function verifyCorrectionBySig(Step calldata act, bytes calldata signature) external {
        Approval memory approval = _approveStep(act, "CorrectionVerification", signature);
        CaseId caseId = CaseId.wrap(act.subject);
        Case storage entry = _caseIn(caseId, CaseStatus.Filed);
        _checkEntitled(caseId, act.department, act.department == entry.respondent);
        entry.status = CaseStatus.Verifying;

        (uint64 recordedAt, uint64 seq, bytes32 head) = _recordStep(CorrectionVerifying.selector, act, 0);
        emit CorrectionVerifying(caseId, act.department, act.reasonCode, act, 0, recordedAt, seq, head);
        _emitSigned(seq, approval, signature);
    }

    /// @inheritdoc ICaseBook
    function correctBySig(Step calldata act, bytes calldata signature) external {
        Approval memory approval = _approveStep(act, "CorrectionMaking", signature);
        CaseId caseId = CaseId.wrap(act.subject);
        Case storage entry = _caseIn(caseId, CaseStatus.Verifying);
        _checkEntitled(caseId, act.department, act.department == entry.respondent);
        entry.status = CaseStatus.Corrected;

        (uint64 recordedAt, uint64 seq, bytes32 head) = _recordStep(CorrectionMade.selector, act, 0);
        emit CorrectionMade(caseId, act.department, act.reasonCode, act, 0, recordedAt, seq, head);
        _emitSigned(seq, approval, signature);
    }

    /// @inheritdoc ICaseBook
    function upholdBySig(Step calldata act, bytes calldata signature) external {
        Approval memory approval = _approveStep(act, "CorrectionUpholding", signature);
        CaseId caseId = CaseId.wrap(act.subject);
        Case storage entry = _caseIn(caseId, CaseStatus.Verifying);
        _checkEntitled(caseId, act.department, act.department == entry.respondent);
        entry.status = CaseStatus.Upheld;

        (uint64 recordedAt, uint64 seq, bytes32 head) = _recordStep(CorrectionUpheld.selector, act, 0);
        emit CorrectionUpheld(caseId, act.department, act.reasonCode, act, 0, recordedAt, seq, head);
        _emitSigned(seq, approval, signature);
    }

    /// @inheritdoc ICaseBook
    function feedBackCorrectionBySig(Step calldata act, bytes calldata signature) external {
        Approval memory approval = _approveStep(act, "CorrectionFeedback", signature);
        CaseId caseId = CaseId.wrap(act.subject);
        Case storage entry = _cases[caseId];
        bool isFound = entry.status == CaseStatus.Corrected || entry.status == CaseStatus.Upheld;
        require(isFound, CaseBookUnexpectedStatus(caseId, entry.status));
        _checkEntitled(caseId, act.department, act.department == entry.respondent);
        entry.status = CaseStatus.FedBack;

        (uint64 recordedAt, uint64 seq, bytes32 head) = _recordStep(CorrectionFedBack.selector, act, 0);
        emit CorrectionFedBack(caseId, act.department, act.reasonCode, act, 0, recordedAt, seq, head);
        _emitSigned(seq, approval, signature);
    }

    /// @inheritdoc ICaseBook
    function closeCorrectionBySig(Step calldata act, bytes calldata signature) external {
        Approval memory approval = _approveStep(act, "CorrectionClosure", signature);
        CaseId caseId = CaseId.wrap(act.subject);
        Case storage entry = _caseIn(caseId, CaseStatus.FedBack);
        _checkEntitled(caseId, act.department, act.department == entry.claimant);
        entry.status = CaseStatus.Closed;

        (uint64 recordedAt, uint64 seq, bytes32 head) = _recordStep(CorrectionClosed.selector, act, 0);
        emit CorrectionClosed(caseId, act.department, act.reasonCode, act, 0, recordedAt, seq, head);
        _emitSigned(seq, approval, signature);
    }

    function _fileCorrection(
        CaseId caseId,
        CorrectionFiling calldata act,
        DepartmentKind kind
    ) private returns (uint64 seq) {
        IResourceCatalog.Resource memory resource = _catalog.resourceOf(act.resourceId);
        bool isPublished = act.resourceVersion != 0 && act.resourceVersion <= resource.publishedVersion;
        require(isPublished, CaseBookResourceNotPublished(act.resourceId, act.resourceVersion));
        bool mayFile = _mayRequest(kind) && act.requester != resource.provider;
        require(mayFile, CaseBookNotRequester(act.requester, act.resourceId));
        uint64 dueAt = _calendar.addWorkingDays(_now(), CORRECTION_DAYS);
        Case storage entry = _cases[caseId];
        (entry.kind, entry.status) = (CaseKind.Correction, CaseStatus.Filed);
        (entry.claimant, entry.dueAt) = (act.requester, dueAt);
        (entry.respondent, entry.subject) = (resource.provider, ResourceId.unwrap(act.resourceId));

        uint64 recordedAt = _now();
        bytes32 actHash = keccak256(
            abi.encode(CorrectionFiled.selector, caseId, act.requester, act.resourceId, act, dueAt, recordedAt)
        );
        bytes32 head;
        (seq, head) = _append(actHash);
        emit CorrectionFiled(caseId, act.requester, act.resourceId, act, dueAt, recordedAt, seq, head);
    }

    function _caseIn(CaseId caseId, CaseStatus needed) internal view returns (Case storage entry) {
        entry = _cases[caseId];
        require(entry.status == needed, CaseBookUnexpectedStatus(caseId, entry.status));
    }

    function _mayRequest(DepartmentKind kind) internal pure returns (bool) {
        return kind == DepartmentKind.Department || kind == DepartmentKind.Authority;
    }

    function _checkEntitled(CaseId caseId, DepartmentId department, bool isEntitled) internal pure {
        require(isEntitled, CaseBookNotEntitled(caseId, department));
    }
}
