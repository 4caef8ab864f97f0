// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CaseId, DepartmentId, GrantId, HashAlgorithm, RequestId, ResourceId} from "../types/Ids.sol";
import {JointStep, Step} from "../types/Step.sol";
import {ISignedActs} from "./ISignedActs.sol";

/// @dev 新申请, 续期, 扩大范围, 转供第三方 (R28), 数据回流 (R27).
enum RequestKind {
    None,
    New,
    Renew,
    ScopeExtension,
    Onward,
    Reflow
}

enum RequestStatus {
    None,
    Submitted,
    Supplementing,
    Agreed,
    Refused,
    Withdrawn
}

/// @dev Expired and overdue are computed, never stored; disposal is due once a grant has ended in any way.
enum GrantStatus {
    None,
    Issued,
    Delivered,
    Active,
    Suspended,
    Terminated,
    Changed,
    Released,
    DisposalCertified,
    Closed
}

/// @dev What a suspended grant waits for: rectification of a misuse, or the follow-up of an emergency.
enum SuspensionReason {
    None,
    Misuse,
    Security
}

/**
 * @dev 共享申请 (R14). `fields` is a bitmap over the fields of the resource version; the window is in Unix seconds;
 * `regionPrefix` is zero for all rows (see {RegionPrefix}). `priorGrantId` is the grant that is renewed, extended or
 * passed on, zero for a new request and a return.
 */
struct ShareRequest {
    DepartmentId requester;
    RequestKind kind;
    ResourceId resourceId;
    uint32 resourceVersion;
    GrantId priorGrantId;
    uint256 fields;
    bytes12 regionPrefix;
    uint64 notBefore;
    uint64 notAfter;
    bytes32 documentHash;
    HashAlgorithm hashAlgorithm;
    uint256 nonce;
    uint64 expiresAt;
}

/**
 * @dev An agreed answer (R16): fields, rows and window lie within those asked for; the document is the share
 * authorization. `conditionsHash` is that of the published conditions if they bind the grant, zero if none does.
 * `disposalDays` are the days, 1 to 366, that the requester has for disposal after the end (R31).
 */
struct ShareAgreement {
    DepartmentId provider;
    RequestId requestId;
    uint256 fields;
    bytes12 regionPrefix;
    uint64 notBefore;
    uint64 notAfter;
    bytes32 conditionsHash;
    uint16 disposalDays;
    bytes32 documentHash;
    HashAlgorithm hashAlgorithm;
    uint256 nonce;
    uint64 expiresAt;
}

/// @dev A refusal is void without a reason (R18): a published condition that is not met, or a law.
struct ShareRefusal {
    DepartmentId provider;
    RequestId requestId;
    bytes32 reasonCode;
    bytes32 groundsHash;
    bytes32 documentHash;
    HashAlgorithm hashAlgorithm;
    uint256 nonce;
    uint64 expiresAt;
}

/**
 * @dev New terms of a grant after negotiation and filing (R29), within what was asked for. The document is the new
 * share authorization; `negotiationHash` is the hash of the record of the negotiation.
 */
struct GrantChange {
    DepartmentId provider;
    DepartmentId authority;
    GrantId grantId;
    uint256 fields;
    uint64 notBefore;
    uint64 notAfter;
    bytes32 negotiationHash;
    bytes32 documentHash;
    HashAlgorithm hashAlgorithm;
    uint256 nonce;
    uint64 expiresAt;
}

/**
 * @title IShareLedger
 * @notice Requests, answers and grants, with every clock that the law sets for them (条例 art. 20 to 27). The agreed
 * answer is the grant. Lateness is recorded for ever and gives nobody a right (R22).
 */
interface IShareLedger is ISignedActs {
    /**
     * @dev `dueAt`: first second in which an answer is late. `extendableTo`: the latest that it can be extended to.
     * `reopenedBy`: the dispute that opened it again, zero if none.
     */
    struct Request {
        RequestStatus status;
        RequestKind kind;
        DepartmentId requester;
        uint32 resourceVersion;
        bool supplementAsked;
        ResourceId resourceId;
        uint64 notBefore;
        uint64 notAfter;
        uint64 dueAt;
        uint64 extendableTo;
        uint256 fields;
        bytes12 regionPrefix;
        CaseId reopenedBy;
    }

    /**
     * @dev `dueAt` depends on the status: Issued, first second in which delivery is late; Suspended, when a misuse must
     * be rectified or an emergency followed up; ended, when disposal is late. `followedUp` and `suspender` are of the
     * last suspension.
     */
    struct Grant {
        GrantStatus status;
        SuspensionReason suspension;
        bool followedUp;
        uint16 disposalDays;
        DepartmentId provider;
        RequestId requestId;
        uint64 notAfter;
        uint64 dueAt;
        DepartmentId suspender;
    }

    event ShareRequested(
        RequestId indexed requestId,
        DepartmentId indexed requester,
        ResourceId indexed resourceId,
        ShareRequest act,
        uint64 dueAt,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event GrantIssued(
        GrantId indexed grantId,
        DepartmentId indexed requester,
        ResourceId indexed resourceId,
        uint32 resourceVersion,
        ShareAgreement act,
        uint64 dueAt,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event ShareRefused(
        RequestId indexed requestId,
        DepartmentId indexed provider,
        bytes32 indexed reasonCode,
        ShareRefusal act,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event SupplementAsked(
        RequestId indexed requestId,
        DepartmentId indexed department,
        bytes32 indexed reasonCode,
        Step act,
        uint64 dueAt,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event RequestResubmitted(
        RequestId indexed requestId,
        DepartmentId indexed department,
        bytes32 indexed reasonCode,
        Step act,
        uint64 dueAt,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event AnswerExtended(
        RequestId indexed requestId,
        DepartmentId indexed department,
        bytes32 indexed reasonCode,
        JointStep act,
        uint64 dueAt,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event RequestWithdrawn(
        RequestId indexed requestId,
        DepartmentId indexed department,
        bytes32 indexed reasonCode,
        Step act,
        uint64 dueAt,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event RequestReopened(
        RequestId indexed requestId,
        DepartmentId indexed department,
        bytes32 indexed reasonCode,
        Step act,
        uint64 dueAt,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event GrantDelivered(
        GrantId indexed grantId,
        DepartmentId indexed department,
        bytes32 indexed reasonCode,
        Step act,
        uint64 dueAt,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event GrantActivated(
        GrantId indexed grantId,
        DepartmentId indexed department,
        bytes32 indexed reasonCode,
        Step act,
        uint64 dueAt,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event GrantSuspended(
        GrantId indexed grantId,
        DepartmentId indexed department,
        bytes32 indexed reasonCode,
        Step act,
        uint64 dueAt,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event SuspensionFollowedUp(
        GrantId indexed grantId,
        DepartmentId indexed department,
        bytes32 indexed reasonCode,
        Step act,
        uint64 dueAt,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event GrantResumed(
        GrantId indexed grantId,
        DepartmentId indexed department,
        bytes32 indexed reasonCode,
        Step act,
        uint64 dueAt,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event GrantTerminated(
        GrantId indexed grantId,
        DepartmentId indexed department,
        bytes32 indexed reasonCode,
        JointStep act,
        uint64 dueAt,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event GrantForfeited(
        GrantId indexed grantId,
        DepartmentId indexed department,
        bytes32 indexed reasonCode,
        Step act,
        uint64 dueAt,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event GrantReleased(
        GrantId indexed grantId,
        DepartmentId indexed department,
        bytes32 indexed reasonCode,
        Step act,
        uint64 dueAt,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event DisposalCertified(
        GrantId indexed grantId,
        DepartmentId indexed department,
        bytes32 indexed reasonCode,
        Step act,
        uint64 dueAt,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event GrantClosed(
        GrantId indexed grantId,
        DepartmentId indexed department,
        bytes32 indexed reasonCode,
        Step act,
        uint64 dueAt,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event GrantChanged(
        GrantId indexed newGrantId,
        GrantId indexed grantId,
        DepartmentId indexed provider,
        RequestId requestId,
        GrantChange act,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );

    /// @notice Only kind Department or Authority may request (R4, I11).
    error ShareLedgerNotRequester(DepartmentId department);
    /// @notice The provider asked itself.
    error ShareLedgerOwnResource(ResourceId resourceId, DepartmentId department);
    /// @notice A request names the version published last, which must be neither frozen nor retired.
    error ShareLedgerResourceNotPublished(ResourceId resourceId, uint32 version);
    /// @notice 不予 resources have no requests and no grants (I3).
    error ShareLedgerResourceDenied(ResourceId resourceId);
    /// @notice No kind, or the prior grant does not fit it: not the requester's, of another resource, or not wanted.
    error ShareLedgerInvalidKind(RequestKind kind, GrantId priorGrantId);
    /// @notice A return comes from a superior level, for rows of the requester's own region (R27, I14).
    error ShareLedgerInvalidReflow(ResourceId resourceId, bytes12 regionPrefix);
    /// @notice No field, or a field outside `allowed` (I2).
    error ShareLedgerInvalidFields(uint256 fields, uint256 allowed);
    /// @notice Not a region, or (in an answer) rows outside those asked for.
    error ShareLedgerInvalidRegion(bytes12 regionPrefix, bytes12 allowed);
    /// @notice Empty, over, or (in an answer) outside the window asked for.
    error ShareLedgerInvalidWindow(uint64 notBefore, uint64 notAfter);
    error ShareLedgerUnexpectedRequestStatus(RequestId requestId, RequestStatus status);
    error ShareLedgerNotProvider(RequestId requestId, DepartmentId department);
    /// @notice Somebody else's request.
    error ShareLedgerNotOwnRequest(RequestId requestId, DepartmentId department);
    /// @notice Nothing is granted to a suspended department.
    error ShareLedgerRequesterNotActive(RequestId requestId, DepartmentId department);
    /// @notice A condition that was not published binds nobody (擅自增设条件, R9); a return has none at all (R27).
    error ShareLedgerConditionNotPublished(RequestId requestId, bytes32 conditionsHash);
    error ShareLedgerInvalidDisposalDays(uint16 disposalDays);
    /// @notice Neither a published condition nor a law: incomplete requests are supplemented (R17), not refused.
    error ShareLedgerInvalidGrounds(RequestId requestId, bytes32 reasonCode, bytes32 groundsHash);
    /// @notice What is missing is asked for once, and in time (R17, I5).
    error ShareLedgerSupplementNotOpen(RequestId requestId, uint64 dueAt);
    /// @notice The answer was due already, or the deadline is not later or goes beyond ten working days (I6).
    error ShareLedgerInvalidDue(uint64 dueAt, uint64 latest);
    /// @notice No dispute was settled or decided so that the request opens again.
    error ShareLedgerNotReopened(RequestId requestId);
    error ShareLedgerUnexpectedGrantStatus(GrantId grantId, GrantStatus status);
    /// @notice The department has no part in this step.
    error ShareLedgerNotEntitled(GrantId grantId, DepartmentId department);
    /// @notice Only MISUSE and SECURITY suspend; a misuse has a date of rectification that is still to come, an
    /// emergency none.
    error ShareLedgerInvalidSuspension(bytes32 reasonCode, uint64 dueAt);
    /// @notice Not an emergency, followed up before, or too late.
    error ShareLedgerFollowUpNotOpen(GrantId grantId, uint64 dueAt);
    /// @notice A misuse ends a grant only if it was not rectified in time, or not enough (R30).
    error ShareLedgerNotForfeited(GrantId grantId, uint64 dueAt);
    /// @notice The record of the negotiation is missing (R29).
    error ShareLedgerNegotiationMissing();
    /// @notice Terms (and document) that were in force before.
    error ShareLedgerGrantKnown(GrantId grantId);

    /// @notice Signed by the office of `act.requester` and its maker. Starts the clock of the answer: 1 working day for
    /// 无条件, 10 for 有条件 (R15, R16). Emits {ShareRequested}.
    function submitRequestBySig(
        ShareRequest calldata act,
        bytes calldata signature,
        bytes calldata makerSignature
    ) external returns (RequestId requestId);

    /// @notice Signed by the office of the resource's provider and its maker, for an active requester. Starts the clock
    /// of the delivery: 20 working days (R19). Emits {GrantIssued}.
    function agreeBySig(
        ShareAgreement calldata act,
        bytes calldata signature,
        bytes calldata makerSignature
    ) external returns (GrantId grantId);

    /// @notice Signed by the office of the resource's provider and its maker. Emits {ShareRefused}.
    function refuseBySig(ShareRefusal calldata act, bytes calldata signature, bytes calldata makerSignature) external;

    /// @notice Signed by the provider's office, before the answer is due. Stops the clock. Emits {SupplementAsked}.
    function askSupplementBySig(Step calldata act, bytes calldata signature) external;

    /// @notice Signed by the requester's office. Starts the clock anew (R23). Emits {RequestResubmitted}.
    function supplementBySig(Step calldata act, bytes calldata signature) external;

    /// @notice Signed by the provider's office and the office of an authority on its level, before the answer is due;
    /// `act.dueAt` is the new deadline, at most ten working days after the first (R15). Emits {AnswerExtended}.
    function extendAnswerBySig(
        JointStep calldata act,
        bytes calldata signature,
        bytes calldata authoritySignature
    ) external;

    /// @notice Signed by the requester's office, while the request is unanswered. Emits {RequestWithdrawn}.
    function withdrawRequestBySig(Step calldata act, bytes calldata signature) external;

    /// @notice Signed by the requester's office, once a dispute about the request was settled or decided with REOPEN
    /// while it was refused. Starts the clock anew. Emits {RequestReopened}.
    function reopenRequestBySig(Step calldata act, bytes calldata signature) external;

    /// @notice Signed by the provider's office: the data is there (R19). Emits {GrantDelivered}.
    function deliverBySig(Step calldata act, bytes calldata signature) external;

    /// @notice Signed by the requester's office: the delivery works; reads begin. Emits {GrantActivated}.
    function acknowledgeBySig(Step calldata act, bytes calldata signature) external;

    /**
     * @notice Signed by the office of the provider or of an authority on the level of either side, for MISUSE with the
     * date of rectification in `act.dueAt`, within 366 days (R30), or for SECURITY; by a regulator for SECURITY (R32).
     * Also while that department is suspended: taking a right away is never blocked. Emits {GrantSuspended}.
     */
    function suspendBySig(Step calldata act, bytes calldata signature) external;

    /// @notice Signed by the office of the suspender, within ten days of an emergency. Emits
    /// {SuspensionFollowedUp}.
    function followUpSuspensionBySig(Step calldata act, bytes calldata signature) external;

    /**
     * @notice Signed by the office of the suspender or of an authority on the level of either side; by the requester's
     * if an emergency was not followed up in time: no timeout lifts a suspension by itself (I13). Emits {GrantResumed}.
     */
    function resumeBySig(Step calldata act, bytes calldata signature) external;

    /// @notice The provider ends a grant after negotiation, and files it (R29): signed by its office and the office of
    /// an authority on its level, never by the provider alone (I7). Emits {GrantTerminated}.
    function terminateBySig(
        JointStep calldata act,
        bytes calldata signature,
        bytes calldata authoritySignature
    ) external;

    /// @notice An authority ends a grant that is suspended for a misuse not rectified in time, or found
    /// RECTIFICATION_INSUFFICIENT (R30). Signed by its office alone. Emits {GrantForfeited}.
    function forfeitBySig(Step calldata act, bytes calldata signature) external;

    /// @notice New terms after negotiation and filing (R29): signed as {terminateBySig}. The new grant is active at
    /// once, the old one is over. Emits {GrantChanged}.
    function changeGrantBySig(
        GrantChange calldata act,
        bytes calldata signature,
        bytes calldata authoritySignature
    ) external returns (GrantId grantId);

    /// @notice The requester needs it no more (R31): signed by its office. Emits {GrantReleased}.
    function releaseBySig(Step calldata act, bytes calldata signature) external;

    /// @notice Signed by the requester's office, once the grant has ended or expired (R31). Emits {DisposalCertified}.
    function certifyDisposalBySig(Step calldata act, bytes calldata signature) external;

    /// @notice Signed by the provider's office. Emits {GrantClosed}.
    function acceptDisposalBySig(Step calldata act, bytes calldata signature) external;

    function requestOf(RequestId requestId) external view returns (Request memory);

    function grantOf(GrantId grantId) external view returns (Grant memory);

    /// @notice Grants of a resource that were neither terminated nor released nor disposed of, and the last second of
    /// the one that ends last of all that there ever were.
    function openGrantsOf(ResourceId resourceId) external view returns (uint64 open, uint64 latestEnd);
}
