// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DepartmentId, HashAlgorithm, ResourceId} from "../types/Ids.sol";
import {ISignedActs} from "./ISignedActs.sol";

/// @dev 共享属性 (R8): 无条件, 有条件, 不予.
enum ShareClass {
    None,
    Unconditional,
    Conditional,
    Denied
}

/// @dev State of one version of a resource.
enum ResourceStatus {
    None,
    Submitted,
    Published
}

/**
 * @dev The provider's head submits a version of a catalogue entry (R3, R6-R9).
 * `conditionsHash` is set exactly for Conditional and `denyBasisHash` exactly for Denied; `level` is 1 to 4, the
 * highest of its fields; `fieldCount` is 1 to 256; `codeHash` is keccak256 of the resource code.
 */
struct ResourceSubmission {
    DepartmentId provider;
    bytes32 codeHash;
    uint32 version;
    ShareClass shareClass;
    uint8 level;
    uint16 fieldCount;
    bytes32 conditionsHash;
    bytes32 denyBasisHash;
    bytes32 documentHash;
    HashAlgorithm hashAlgorithm;
    uint256 nonce;
    uint64 expiresAt;
}

/// @dev The authority announces the version it has seen, named by its entry hash (R10).
struct ResourcePublication {
    DepartmentId authority;
    ResourceId resourceId;
    uint32 version;
    bytes32 documentHash;
    uint256 nonce;
    uint64 expiresAt;
}

/**
 * @title IResourceCatalog
 * @notice Versions of data resources: who provides them, under which share class, by the hash of their entry.
 */
interface IResourceCatalog is ISignedActs {
    struct ResourceVersion {
        ResourceStatus status;
        ShareClass shareClass;
        uint8 level;
        uint16 fieldCount;
        HashAlgorithm hashAlgorithm;
        bytes32 documentHash;
        bytes32 conditionsHash;
        bytes32 denyBasisHash;
    }

    event ResourceSubmitted(
        ResourceId indexed resourceId,
        DepartmentId indexed provider,
        ResourceSubmission act,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event ResourcePublished(
        ResourceId indexed resourceId,
        DepartmentId indexed authority,
        ResourcePublication act,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );

    /// @notice Only kind Department or Authority may provide data (R4).
    error ResourceCatalogNotProvider(DepartmentId department);
    error ResourceCatalogNotAuthority(DepartmentId department);
    /// @notice Versions start at 1 and follow the published one.
    error ResourceCatalogUnexpectedVersion(ResourceId resourceId, uint32 version, uint32 expected);
    /// @notice Share class, conditions and deny basis do not fit each other (R8, R9).
    error ResourceCatalogInvalidClass(ShareClass shareClass, bytes32 conditionsHash, bytes32 denyBasisHash);
    error ResourceCatalogInvalidLevel(uint8 level);
    error ResourceCatalogInvalidFieldCount(uint16 fieldCount);
    /// @notice The version is not in the state that the act needs; so a version is submitted once.
    error ResourceCatalogUnexpectedStatus(ResourceId resourceId, uint32 version, ResourceStatus status);
    /// @notice The authority announced another entry than the one submitted.
    error ResourceCatalogDocumentMismatch(ResourceId resourceId, bytes32 submitted, bytes32 announced);

    /// @notice Signed by the head of `act.provider`. Emits {ResourceSubmitted}.
    function submitResourceBySig(
        ResourceSubmission calldata act,
        bytes calldata signature
    ) external returns (ResourceId resourceId);

    /// @notice Signed by the office of `act.authority`. Emits {ResourcePublished}.
    function publishResourceBySig(ResourcePublication calldata act, bytes calldata signature) external;

    /// @notice The provider and the number of the last published version (0 before the first).
    function resourceOf(ResourceId resourceId) external view returns (DepartmentId provider, uint32 publishedVersion);

    function versionOf(ResourceId resourceId, uint32 version) external view returns (ResourceVersion memory);
}
