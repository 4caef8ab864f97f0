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
 * @title IShareRequests
 * @notice Requests and their answers, as part of {IShareLedger} (条例 art. 20 to 22).
 */
interface IShareRequests is ISignedActs {
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
    /// @notice A condition that was not published binds nobody (擅自增设条件, R9); a return has none at all (R27).
    error ShareLedgerConditionNotPublished(RequestId requestId, bytes32 conditionsHash);
    /// @notice Neither a published condition nor a law: incomplete requests are supplemented (R17), not refused.
    error ShareLedgerInvalidGrounds(RequestId requestId, bytes32 reasonCode, bytes32 groundsHash);
    /// @notice What is missing is asked for once, and in time (R17, I5).
    error ShareLedgerSupplementNotOpen(RequestId requestId, uint64 dueAt);
    /// @notice The answer was due already, or the deadline is not later or goes beyond ten working days (I6).
    error ShareLedgerInvalidDue(uint64 dueAt, uint64 latest);
    /// @notice No dispute was settled or decided so that the request opens again.
    error ShareLedgerNotReopened(RequestId requestId);

    /// @notice Signed by the office of `act.requester` and its maker. Starts the clock of the answer: 1 working day for
    /// 无条件, 10 for 有条件 (R15, R16). Emits {ShareRequested}.
    function submitRequestBySig(
        ShareRequest calldata act,
        bytes calldata signature,
        bytes calldata makerSignature
    ) external returns (RequestId requestId);

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

    function requestOf(RequestId requestId) external view returns (Request memory);
}
