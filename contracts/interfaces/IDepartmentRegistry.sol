// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessKeyId, DepartmentId, KeyAlgorithm} from "../types/Ids.sol";
import {DepartmentRole, ISignedActs} from "./ISignedActs.sol";

/// @dev What a department is on the network; the kind decides which acts it may sign (domain rules R2, R4).
enum DepartmentKind {
    None,
    Department,
    Authority,
    Regulator,
    Government,
    Operator
}

enum DepartmentStatus {
    None,
    Active,
    Suspended
}

/// @dev An authority (政务数据共享主管部门) enters a department. `superior` is zero for a root of the organisation tree.
struct DepartmentRegistration {
    DepartmentId authority;
    DepartmentId department;
    DepartmentKind kind;
    DepartmentId superior;
    bytes6 region;
    bytes maker;
    bytes office;
    bytes head;
    uint256 nonce;
    uint64 expiresAt;
}

/// @dev The head of a department (部门负责人) replaces its three accounts, for example after a change of officers.
struct DepartmentAccountsChange {
    DepartmentId department;
    bytes maker;
    bytes office;
    bytes head;
    uint256 nonce;
    uint64 expiresAt;
}

/// @dev An authority suspends a department or lifts the suspension.
struct DepartmentStatusChange {
    DepartmentId authority;
    DepartmentId department;
    DepartmentStatus status;
    bytes32 reasonCode;
    uint256 nonce;
    uint64 expiresAt;
}

/// @dev Governance gives new accounts to a department that lost the keys of its head.
struct AccountsRestoration {
    DepartmentId department;
    bytes maker;
    bytes office;
    bytes head;
    bytes32 reasonCode;
}

/// @dev Governance suspends a department of any kind or lifts the suspension.
struct StatusOrder {
    DepartmentId department;
    DepartmentStatus status;
    bytes32 reasonCode;
}

/// @dev A department's office adds a key that signs HTTP requests and can do nothing else.
struct AccessKeyRegistration {
    DepartmentId department;
    KeyAlgorithm algorithm;
    bytes publicKey;
    uint64 notBefore;
    uint64 notAfter;
    uint256 nonce;
    uint64 expiresAt;
}

struct AccessKeyRevocation {
    DepartmentId department;
    AccessKeyId keyId;
    uint256 nonce;
    uint64 expiresAt;
}

/**
 * @title IDepartmentRegistry
 * @notice Who is on the network, which accounts sign for a department, and which keys sign its HTTP requests.
 */
interface IDepartmentRegistry is ISignedActs {
    struct Department {
        DepartmentKind kind;
        DepartmentStatus status;
        DepartmentId superior;
        bytes6 region;
        bytes maker;
        bytes office;
        bytes head;
    }

    struct AccessKey {
        DepartmentId department;
        KeyAlgorithm algorithm;
        uint64 notBefore;
        uint64 notAfter;
        uint64 revokedAt;
    }

    /// @notice Entered by an authority; authorities and governments by governance (then without {ActSigned}).
    event DepartmentRegistered(
        DepartmentId indexed department,
        DepartmentId indexed authority,
        DepartmentRegistration act,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event DepartmentAccountsChanged(
        DepartmentId indexed department,
        DepartmentAccountsChange act,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    /// @notice By governance, without {ActSigned}.
    event DepartmentAccountsRestored(
        DepartmentId indexed department,
        bytes32 indexed reasonCode,
        AccountsRestoration act,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event DepartmentStatusChanged(
        DepartmentId indexed department,
        DepartmentId indexed authority,
        DepartmentStatusChange act,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    /// @notice By governance, without {ActSigned}.
    event DepartmentStatusGoverned(
        DepartmentId indexed department,
        bytes32 indexed reasonCode,
        StatusOrder act,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event AccessKeyRegistered(
        AccessKeyId indexed keyId,
        DepartmentId indexed department,
        AccessKeyRegistration act,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event AccessKeyRevoked(
        AccessKeyId indexed keyId,
        DepartmentId indexed department,
        AccessKeyRevocation act,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );

    /// @notice Not 18 characters of the GB 32100-2015 alphabet, or the check character is wrong.
    error DepartmentRegistryInvalidCreditCode(DepartmentId department);
    error DepartmentRegistryAlreadyRegistered(DepartmentId department);
    error DepartmentRegistryUnknownDepartment(DepartmentId department);
    /// @notice The signer's department is not an authority.
    error DepartmentRegistryNotAuthority(DepartmentId department);
    error DepartmentRegistryInvalidKind(DepartmentKind kind);
    /// @notice The region is not six ASCII digits (GB/T 2260).
    error DepartmentRegistryInvalidRegion(bytes6 region);
    /// @notice An account is no address or ERC-7913 signer of at most 1,024 bytes, is zero, or is there twice.
    error DepartmentRegistryInvalidAccounts(bytes maker, bytes office, bytes head);
    /// @notice The verifier of an ERC-7913 signer has no code; some precompiles would accept any signature.
    error DepartmentRegistryVerifierMissing(bytes account);
    /// @notice The status is not one that differs from the present one.
    error DepartmentRegistryInvalidStatus(DepartmentId department, DepartmentStatus status);
    /// @notice Only governance restrains those who supervise an authority, and other authorities.
    error DepartmentRegistryNotRestrainable(DepartmentId department, DepartmentKind kind);
    /// @notice The authority's government is neither that of the department nor above it.
    error DepartmentRegistryNotOverseer(DepartmentId authority, DepartmentId department);
    error DepartmentRegistryInvalidPublicKey(KeyAlgorithm algorithm, uint256 length);
    /// @notice The validity is empty or over.
    error DepartmentRegistryInvalidValidity(uint64 notBefore, uint64 notAfter);
    error DepartmentRegistryKeyAlreadyRegistered(AccessKeyId keyId);
    /// @notice The key is unknown, belongs to another department or was revoked before.
    error DepartmentRegistryKeyNotRevocable(AccessKeyId keyId, DepartmentId department);

    /**
     * @notice Enters an authority, or a government (本级人民政府) that decides where an authority could not.
     *
     * Requirements: the caller holds the administrative right; `act.kind` is Authority or Government.
     * Emits {DepartmentRegistered}. `act.authority`, `act.nonce` and `act.expiresAt` are ignored and recorded as given.
     */
    function admitSupervisor(DepartmentRegistration calldata act) external;

    /**
     * @notice Replaces the accounts of a department whose head can no longer sign, suspended or not.
     *
     * Requirements: the caller holds the administrative right; the department is known.
     * Emits {DepartmentAccountsRestored}.
     */
    function restoreAccounts(AccountsRestoration calldata act) external;

    /**
     * @notice Suspends a department of any kind, or lifts the suspension.
     *
     * Requirements: the caller holds the administrative right; the department is known and has another status.
     * Emits {DepartmentStatusGoverned}.
     */
    function governStatus(StatusOrder calldata act) external;

    /// @notice Signed by the office of `act.authority`, an active authority of the government that `act.superior`
    /// belongs to or of one above, for any kind but Authority and Government. Emits {DepartmentRegistered}.
    function registerDepartmentBySig(DepartmentRegistration calldata act, bytes calldata signature) external;

    /// @notice Signed by the department's own head. Emits {DepartmentAccountsChanged}.
    function changeDepartmentAccountsBySig(DepartmentAccountsChange calldata act, bytes calldata signature) external;

    /// @notice Signed by the office of `act.authority`, of the government that the department belongs to or of one
    /// above, for kinds Department and Operator. Emits {DepartmentStatusChanged}.
    function changeDepartmentStatusBySig(DepartmentStatusChange calldata act, bytes calldata signature) external;

    /// @notice Signed by the department's own office. Emits {AccessKeyRegistered}.
    function registerAccessKeyBySig(
        AccessKeyRegistration calldata act,
        bytes calldata signature
    ) external returns (AccessKeyId keyId);

    /**
     * @notice Signed by the department's own office, also while the department is suspended: taking a right away is
     * never blocked. Emits {AccessKeyRevoked}.
     */
    function revokeAccessKeyBySig(AccessKeyRevocation calldata act, bytes calldata signature) external;

    function departmentOf(DepartmentId department) external view returns (Department memory);

    function accessKeyOf(AccessKeyId keyId) external view returns (AccessKey memory);

    /// @notice The account that must sign, and whether the department is known, active and of which kind.
    function signerOf(
        DepartmentId department,
        DepartmentRole role
    ) external view returns (bytes memory account, DepartmentKind kind, DepartmentStatus status);

    /**
     * @notice The government that `department` belongs to: itself if it is one, else the first above it in the tree of
     * superiors; zero if there is none. An authority is on the same level (同级, R10, R15) as the departments of its own
     * government; those that belong to none are on one level too, so that one machine needs no tree of governments.
     */
    function governmentOf(DepartmentId department) external view returns (DepartmentId);

    /// @notice The lowest government above both (共同的上级, R33); zero if there is none.
    function commonGovernmentOf(DepartmentId one, DepartmentId other) external view returns (DepartmentId);
}
