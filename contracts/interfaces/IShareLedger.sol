// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DepartmentId, GrantId, HashAlgorithm, RequestId, ResourceId} from "../types/Ids.sol";
import {JointStep, Step} from "../types/Step.sol";
import {IShareRequests} from "./IShareRequests.sol";

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
interface IShareLedger is IShareRequests {
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

    /// @notice Nothing is granted to a suspended department.
    error ShareLedgerRequesterNotActive(RequestId requestId, DepartmentId department);
    error ShareLedgerInvalidDisposalDays(uint16 disposalDays);
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

    /// @notice Signed by the office of the resource's provider and its maker, for an active requester. Starts the clock
    /// of the delivery: 20 working days (R19). Emits {GrantIssued}.
    function agreeBySig(
        ShareAgreement calldata act,
        bytes calldata signature,
        bytes calldata makerSignature
    ) external returns (GrantId grantId);

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

    function grantOf(GrantId grantId) external view returns (Grant memory);

    /// @notice Grants of a resource that were neither terminated nor released nor disposed of, and the last second of
    /// the one that ends last of all that there ever were.
    function openGrantsOf(ResourceId resourceId) external view returns (uint64 open, uint64 latestEnd);
}
