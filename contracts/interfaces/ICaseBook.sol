// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CaseId, DepartmentId, HashAlgorithm, ResourceId} from "../types/Ids.sol";
import {Step} from "../types/Step.sol";
import {ISignedActs} from "./ISignedActs.sol";

/// @dev 校核纠错 (R20) and 争议 (R33).
enum CaseKind {
    None,
    Correction,
    Dispute
}

/// @dev The states of both kinds; Overdue is computed, never stored.
enum CaseStatus {
    None,
    Filed,
    Verifying,
    Corrected,
    Upheld,
    FedBack,
    Closed,
    Negotiating,
    Applied,
    Coordinating,
    Settled,
    Escalated,
    Decided,
    Executed
}

/// @dev What a dispute is about: an answer, a grant, a correction, or the class of a resource (R8).
enum DisputeSubject {
    None,
    Request,
    Grant,
    Correction,
    Resource
}

/// @dev The requester doubts data of a published version (条例 art. 26). No record and no personal data is named (R39).
struct CorrectionFiling {
    DepartmentId requester;
    ResourceId resourceId;
    uint32 resourceVersion;
    bytes32 reasonCode;
    bytes32 documentHash;
    HashAlgorithm hashAlgorithm;
    uint256 nonce;
    uint64 expiresAt;
}

/// @dev One side opens a dispute with the other (条例 art. 28). `subject` is an id of the kind that `subjectKind` says.
struct DisputeOpening {
    DepartmentId claimant;
    DepartmentId respondent;
    DisputeSubject subjectKind;
    bytes32 subject;
    bytes32 reasonCode;
    bytes32 documentHash;
    HashAlgorithm hashAlgorithm;
    uint256 nonce;
    uint64 expiresAt;
}

/**
 * @title ICaseBook
 * @notice Corrections, with their clock of ten working days, and disputes, up the organisation tree to the government.
 * Neither changes a grant: what was settled or decided is carried out by the parties.
 */
interface ICaseBook is ISignedActs {
    /**
     * @dev `claimant` filed or opened the case; `respondent` provides the data, or is the other side; `coordinator` is
     * the authority that coordinates a dispute. `dueAt`: when a correction must have been fed back. `outcome` is the
     * reason code that settled or decided it.
     */
    struct Case {
        CaseKind kind;
        CaseStatus status;
        DisputeSubject subjectKind;
        DepartmentId claimant;
        uint64 dueAt;
        DepartmentId respondent;
        DepartmentId coordinator;
        bytes32 subject;
        bytes32 outcome;
    }

    event CorrectionFiled(
        CaseId indexed caseId,
        DepartmentId indexed requester,
        ResourceId indexed resourceId,
        CorrectionFiling act,
        uint64 dueAt,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event DisputeOpened(
        CaseId indexed caseId,
        DepartmentId indexed claimant,
        bytes32 indexed subject,
        DisputeOpening act,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event CorrectionVerifying(
        CaseId indexed caseId,
        DepartmentId indexed department,
        bytes32 indexed reasonCode,
        Step act,
        uint64 dueAt,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event CorrectionMade(
        CaseId indexed caseId,
        DepartmentId indexed department,
        bytes32 indexed reasonCode,
        Step act,
        uint64 dueAt,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event CorrectionUpheld(
        CaseId indexed caseId,
        DepartmentId indexed department,
        bytes32 indexed reasonCode,
        Step act,
        uint64 dueAt,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event CorrectionFedBack(
        CaseId indexed caseId,
        DepartmentId indexed department,
        bytes32 indexed reasonCode,
        Step act,
        uint64 dueAt,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event CorrectionClosed(
        CaseId indexed caseId,
        DepartmentId indexed department,
        bytes32 indexed reasonCode,
        Step act,
        uint64 dueAt,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event CoordinationApplied(
        CaseId indexed caseId,
        DepartmentId indexed department,
        bytes32 indexed reasonCode,
        Step act,
        uint64 dueAt,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event DisputeCoordinated(
        CaseId indexed caseId,
        DepartmentId indexed department,
        bytes32 indexed reasonCode,
        Step act,
        uint64 dueAt,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event DisputeSettled(
        CaseId indexed caseId,
        DepartmentId indexed department,
        bytes32 indexed reasonCode,
        Step act,
        uint64 dueAt,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event DisputeEscalated(
        CaseId indexed caseId,
        DepartmentId indexed department,
        bytes32 indexed reasonCode,
        Step act,
        uint64 dueAt,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event DisputeDecided(
        CaseId indexed caseId,
        DepartmentId indexed department,
        bytes32 indexed reasonCode,
        Step act,
        uint64 dueAt,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event DisputeExecuted(
        CaseId indexed caseId,
        DepartmentId indexed department,
        bytes32 indexed reasonCode,
        Step act,
        uint64 dueAt,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );

    /// @notice Only kind Department or Authority may file a correction, for data of another department.
    error CaseBookNotRequester(DepartmentId department, ResourceId resourceId);
    error CaseBookResourceNotPublished(ResourceId resourceId, uint32 version);
    error CaseBookUnexpectedStatus(CaseId caseId, CaseStatus status);
    /// @notice The department has no part in this step.
    error CaseBookNotEntitled(CaseId caseId, DepartmentId department);
    /// @notice No government is above both sides, so nobody could decide.
    error CaseBookNoGovernment(CaseId caseId);
    /// @notice The subject is nothing to dispute, or the two departments are not its two sides.
    error CaseBookInvalidDispute(DisputeSubject subjectKind, bytes32 subject);

    /// @notice Signed by the office of `act.requester`. Starts the clock: 10 working days (R20). Emits
    /// {CorrectionFiled}.
    function fileCorrectionBySig(
        CorrectionFiling calldata act,
        bytes calldata signature
    ) external returns (CaseId caseId);

    /// @notice Signed by the provider's office: it looks into the matter. Emits {CorrectionVerifying}.
    function verifyCorrectionBySig(Step calldata act, bytes calldata signature) external;

    /// @notice Signed by the provider's office: the data was wrong and is mended. Emits {CorrectionMade}.
    function correctBySig(Step calldata act, bytes calldata signature) external;

    /// @notice Signed by the provider's office: the data stands, for the reason given. Emits {CorrectionUpheld}.
    function upholdBySig(Step calldata act, bytes calldata signature) external;

    /// @notice Signed by the provider's office: the requester is told. Stops the clock. Emits {CorrectionFedBack}.
    function feedBackCorrectionBySig(Step calldata act, bytes calldata signature) external;

    /// @notice Signed by the requester's office: it is content. Emits {CorrectionClosed}.
    function closeCorrectionBySig(Step calldata act, bytes calldata signature) external;

    /**
     * @notice Signed by the office of `act.claimant`. What can be disputed: a refused or overdue request (by its
     * requester), a grant (by either side), a correction fed back or overdue (by who filed it), the class of a
     * published resource (by anyone who may request). Emits {DisputeOpened}.
     */
    function openDisputeBySig(DisputeOpening calldata act, bytes calldata signature) external returns (CaseId caseId);

    /// @notice Negotiation failed: signed by the office of either side. Emits {CoordinationApplied}.
    function applyForCoordinationBySig(Step calldata act, bytes calldata signature) external;

    /// @notice Signed by the office of an authority of the lowest government above both sides, neither of which it is;
    /// where neither side belongs to a government, of an authority that belongs to none. Emits {DisputeCoordinated}.
    function coordinateBySig(Step calldata act, bytes calldata signature) external;

    /// @notice Both sides agree: signed by the office of the coordinator. Emits {DisputeSettled}.
    function settleDisputeBySig(Step calldata act, bytes calldata signature) external;

    /// @notice Coordination failed, or a side would be its own coordinator: signed by the office of either side,
    /// where a government is above both. Emits {DisputeEscalated}.
    function escalateDisputeBySig(Step calldata act, bytes calldata signature) external;

    /// @notice Signed by the office of the lowest government above both sides. Emits {DisputeDecided}.
    function decideDisputeBySig(Step calldata act, bytes calldata signature) external;

    /// @notice What was settled or decided is done: signed by the office of either side. Emits {DisputeExecuted}.
    function executeDisputeBySig(Step calldata act, bytes calldata signature) external;

    function caseOf(CaseId caseId) external view returns (Case memory);

    /// @notice The last dispute that was settled or decided with REOPEN over the request `subject` when that was
    /// refused; zero if none.
    function reopeningOf(bytes32 subject) external view returns (CaseId);
}
