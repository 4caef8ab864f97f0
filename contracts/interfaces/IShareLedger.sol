// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DepartmentId, GrantId, HashAlgorithm, RequestId, ResourceId} from "../types/Ids.sol";
import {ISignedActs} from "./ISignedActs.sol";

enum RequestStatus {
    None,
    Submitted,
    Agreed,
    Refused
}

/// @dev Expired is computed from the terms, never stored.
enum GrantStatus {
    None,
    Active,
    Revoked
}

/// @dev 共享申请 (R14). `fields` is a bitmap over the fields of the resource version; the window is in Unix seconds.
struct ShareRequest {
    DepartmentId requester;
    ResourceId resourceId;
    uint32 resourceVersion;
    uint256 fields;
    uint64 notBefore;
    uint64 notAfter;
    bytes32 documentHash;
    HashAlgorithm hashAlgorithm;
    uint256 nonce;
    uint64 expiresAt;
}

/// @dev An agreed answer (R16): fields and window lie within those asked for; the document is the share authorization.
struct ShareAgreement {
    DepartmentId provider;
    RequestId requestId;
    uint256 fields;
    uint64 notBefore;
    uint64 notAfter;
    bytes32 documentHash;
    HashAlgorithm hashAlgorithm;
    uint256 nonce;
    uint64 expiresAt;
}

/// @dev A refusal is void without a reason (R18).
struct ShareRefusal {
    DepartmentId provider;
    RequestId requestId;
    bytes32 reasonCode;
    bytes32 documentHash;
    HashAlgorithm hashAlgorithm;
    uint256 nonce;
    uint64 expiresAt;
}

/// @dev The provider, an authority or a regulator ends a grant; the document states why.
struct GrantRevocation {
    DepartmentId department;
    GrantId grantId;
    bytes32 reasonCode;
    bytes32 documentHash;
    HashAlgorithm hashAlgorithm;
    uint256 nonce;
    uint64 expiresAt;
}

/**
 * @title IShareLedger
 * @notice Requests, answers, grants and revocations. The agreed answer is the grant.
 */
interface IShareLedger is ISignedActs {
    struct Request {
        RequestStatus status;
        DepartmentId requester;
        ResourceId resourceId;
        uint32 resourceVersion;
        uint64 notBefore;
        uint64 notAfter;
        uint256 fields;
    }

    struct Grant {
        GrantStatus status;
        DepartmentId provider;
        RequestId requestId;
    }

    event ShareRequested(
        RequestId indexed requestId,
        DepartmentId indexed requester,
        ResourceId indexed resourceId,
        ShareRequest act,
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
    event GrantRevoked(
        GrantId indexed grantId,
        DepartmentId indexed department,
        bytes32 indexed reasonCode,
        GrantRevocation act,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );

    /// @notice Only kind Department or Authority may request (R4, I11).
    error ShareLedgerNotRequester(DepartmentId department);
    /// @notice The provider asked itself.
    error ShareLedgerOwnResource(ResourceId resourceId, DepartmentId department);
    /// @notice A request names the version published last.
    error ShareLedgerResourceNotPublished(ResourceId resourceId, uint32 version);
    /// @notice 不予 resources have no requests and no grants (I3).
    error ShareLedgerResourceDenied(ResourceId resourceId);
    /// @notice No field, or a field outside `allowed` (I2).
    error ShareLedgerInvalidFields(uint256 fields, uint256 allowed);
    /// @notice Empty, over, or (in an answer) outside the window asked for.
    error ShareLedgerInvalidWindow(uint64 notBefore, uint64 notAfter);
    error ShareLedgerUnexpectedRequestStatus(RequestId requestId, RequestStatus status);
    error ShareLedgerNotProvider(RequestId requestId, DepartmentId department);
    /// @notice Nothing is granted to a suspended department.
    error ShareLedgerRequesterNotActive(RequestId requestId, DepartmentId department);
    /// @notice A refusal or a revocation needs a reason code (I4).
    error ShareLedgerReasonMissing();
    error ShareLedgerUnexpectedGrantStatus(GrantId grantId, GrantStatus status);
    /// @notice Neither the provider of the grant nor an authority nor a regulator.
    error ShareLedgerNotRevoker(GrantId grantId, DepartmentId department);

    /// @notice Signed by the office of `act.requester`. Emits {ShareRequested}.
    function submitRequestBySig(
        ShareRequest calldata act,
        bytes calldata signature
    ) external returns (RequestId requestId);

    /// @notice Signed by the office of the resource's provider, for an active requester. Emits {GrantIssued}.
    function agreeBySig(ShareAgreement calldata act, bytes calldata signature) external returns (GrantId grantId);

    /// @notice Signed by the office of the resource's provider. Emits {ShareRefused}.
    function refuseBySig(ShareRefusal calldata act, bytes calldata signature) external;

    /**
     * @notice Signed by the office of the provider, of an authority or of a regulator, also while that department is
     * suspended: taking a right away is never blocked. Emits {GrantRevoked}.
     */
    function revokeBySig(GrantRevocation calldata act, bytes calldata signature) external;

    function requestOf(RequestId requestId) external view returns (Request memory);

    function grantOf(GrantId grantId) external view returns (Grant memory);
}
