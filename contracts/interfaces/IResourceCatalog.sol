// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DepartmentId, HashAlgorithm, ResourceId} from "../types/Ids.sol";
import {JointStep, Step} from "../types/Step.sol";
import {ISignedActs} from "./ISignedActs.sol";

/// @dev 共享属性 (R8): 无条件, 有条件, 不予.
enum ShareClass {
    None,
    Unconditional,
    Conditional,
    Denied
}

/// @dev 数据分类 (数据安全法 art. 21): 一般, 重要, 核心. Core data never enters the ledger.
enum LawClass {
    None,
    General,
    Important,
    Core
}

/// @dev What alone may forbid sharing (R9): 法律, 行政法规, 国务院决定.
enum DenyInstrument {
    None,
    Law,
    AdministrativeRegulation,
    StateCouncilDecision
}

/// @dev State of one version of a resource.
enum ResourceStatus {
    None,
    Submitted,
    Returned,
    Published
}

/// @dev What stands against sharing the published version. Retired is for ever.
enum ResourceRestraint {
    None,
    Frozen,
    Retired
}

/**
 * @dev The provider's head submits a version of a catalogue entry that an officer has made (R3, R6-R9).
 * `conditionsHash` is set exactly for Conditional, `denyInstrument` and `denyBasisHash` exactly for Denied; `level` is
 * 1 to 4, the highest of its fields; `fieldCount` is 1 to 256; `codeHash` is keccak256 of the resource code.
 * `derivedFrom` is zero for an authoritative source (数源), else the resource that the data came from (R12).
 * `secrecyHash` and `piaHash` are the digests of the assessments (R6); the second is zero where no field is personal.
 */
struct ResourceSubmission {
    DepartmentId provider;
    bytes32 codeHash;
    uint32 version;
    ShareClass shareClass;
    LawClass lawClass;
    uint8 level;
    uint16 fieldCount;
    ResourceId derivedFrom;
    bytes32 conditionsHash;
    DenyInstrument denyInstrument;
    bytes32 denyBasisHash;
    bytes32 secrecyHash;
    bytes32 piaHash;
    bytes32 documentHash;
    HashAlgorithm hashAlgorithm;
    uint256 nonce;
    uint64 expiresAt;
}

/**
 * @dev The authority names the one source of a data element on its level (一数一源, R12). `element` is keccak256 of the
 * element's code; `replaces` is the source named before, zero if none.
 */
struct SourceDesignation {
    DepartmentId authority;
    bytes32 element;
    ResourceId resourceId;
    ResourceId replaces;
    bytes32 documentHash;
    HashAlgorithm hashAlgorithm;
    uint256 nonce;
    uint64 expiresAt;
}

/**
 * @title IResourceCatalog
 * @notice Versions of data resources: who provides them, under which share class, by the hash of their entry; when the
 * entry must be updated, and what stands against sharing it.
 */
interface IResourceCatalog is ISignedActs {
    /// @dev `reviewDueAt`: when the authority must have reviewed the update (R11), zero for the first version.
    struct ResourceVersion {
        ResourceStatus status;
        ShareClass shareClass;
        uint8 level;
        uint16 fieldCount;
        HashAlgorithm hashAlgorithm;
        uint64 reviewDueAt;
        bytes32 documentHash;
        bytes32 conditionsHash;
        bytes32 denyBasisHash;
        ResourceId derivedFrom;
    }

    /// @dev `updateDueAt`: when a new version must have been submitted (R11), zero if none is due.
    struct Resource {
        DepartmentId provider;
        uint32 publishedVersion;
        ResourceRestraint restraint;
        uint64 updateDueAt;
        bool updateExtended;
    }

    event ResourceSubmitted(
        ResourceId indexed resourceId,
        DepartmentId indexed provider,
        ResourceSubmission act,
        uint64 reviewDueAt,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event SourceDesignated(
        bytes32 indexed element,
        ResourceId indexed resourceId,
        DepartmentId indexed authority,
        SourceDesignation act,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event ResourcePublished(
        ResourceId indexed resourceId,
        DepartmentId indexed department,
        bytes32 indexed reasonCode,
        Step act,
        uint64 dueAt,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event ResourceReturned(
        ResourceId indexed resourceId,
        DepartmentId indexed department,
        bytes32 indexed reasonCode,
        Step act,
        uint64 dueAt,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event UpdateRequired(
        ResourceId indexed resourceId,
        DepartmentId indexed department,
        bytes32 indexed reasonCode,
        Step act,
        uint64 dueAt,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event UpdateExtended(
        ResourceId indexed resourceId,
        DepartmentId indexed department,
        bytes32 indexed reasonCode,
        Step act,
        uint64 dueAt,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event ResourceFrozen(
        ResourceId indexed resourceId,
        DepartmentId indexed department,
        bytes32 indexed reasonCode,
        Step act,
        uint64 dueAt,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event ResourceUnfrozen(
        ResourceId indexed resourceId,
        DepartmentId indexed department,
        bytes32 indexed reasonCode,
        Step act,
        uint64 dueAt,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event ResourceRetired(
        ResourceId indexed resourceId,
        DepartmentId indexed department,
        bytes32 indexed reasonCode,
        JointStep act,
        uint64 dueAt,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );

    /// @notice Only kind Department or Authority may provide data (R4).
    error ResourceCatalogNotProvider(DepartmentId department);
    error ResourceCatalogUnknownResource(ResourceId resourceId);
    /// @notice Versions start at 1 and follow the published one.
    error ResourceCatalogUnexpectedVersion(ResourceId resourceId, uint32 version, uint32 expected);
    /// @notice Share class, conditions and deny basis do not fit each other (R8, R9).
    error ResourceCatalogInvalidClass(ShareClass shareClass, bytes32 conditionsHash, bytes32 denyBasisHash);
    /// @notice No class, or core data, which is never registered (R1).
    error ResourceCatalogInvalidLawClass(LawClass lawClass);
    error ResourceCatalogInvalidLevel(uint8 level);
    error ResourceCatalogInvalidFieldCount(uint16 fieldCount);
    /// @notice The secrecy assessment is mandatory (R6).
    error ResourceCatalogAssessmentMissing();
    /// @notice The source is the resource itself, is not published, or has a source of its own (R12).
    error ResourceCatalogInvalidSource(ResourceId resourceId, ResourceId source);
    /// @notice The version is not in the state that the act needs.
    error ResourceCatalogUnexpectedStatus(ResourceId resourceId, uint32 version, ResourceStatus status);
    error ResourceCatalogUnexpectedRestraint(ResourceId resourceId, ResourceRestraint restraint);
    /// @notice The authority announced another entry than the one submitted.
    error ResourceCatalogDocumentMismatch(ResourceId resourceId, bytes32 submitted, bytes32 announced);
    /// @notice A returned entry comes back changed.
    error ResourceCatalogUnchanged(ResourceId resourceId, bytes32 documentHash);
    /// @notice An update is due already, or (extending) none is due, is over, or was extended before.
    error ResourceCatalogUpdateNotOpen(ResourceId resourceId, uint64 updateDueAt);
    /// @notice The extension is empty or goes beyond five working days (R11).
    error ResourceCatalogInvalidDue(uint64 dueAt, uint64 latest);
    /// @notice Neither the provider nor the authority of its level; a provider freezes for SECURITY only.
    error ResourceCatalogNotEntitled(ResourceId resourceId, DepartmentId department);
    /// @notice The source that `element` has is another one than the act replaces.
    error ResourceCatalogSourceTaken(bytes32 element, ResourceId source);
    /// @notice Grants are in force, neither ended nor settled (R29).
    error ResourceCatalogGrantsOpen(ResourceId resourceId, uint64 open, uint64 latestEnd);

    /// @notice Signed by the head of `act.provider` and by its maker. Emits {ResourceSubmitted}.
    function submitResourceBySig(
        ResourceSubmission calldata act,
        bytes calldata signature,
        bytes calldata makerSignature
    ) external returns (ResourceId resourceId);

    /**
     * @notice The authority announces the version submitted last, named by its entry hash (R10). Signed by the office
     * of an authority on the provider's level. Emits {ResourcePublished}.
     */
    function publishResourceBySig(Step calldata act, bytes calldata signature) external;

    /// @notice The authority returns the version submitted last, with its reason. Signed as {publishResourceBySig}.
    /// Emits {ResourceReturned}.
    function returnResourceBySig(Step calldata act, bytes calldata signature) external;

    /**
     * @notice A change of law or duty was found: within ten working days (R11) a new version must be submitted. Signed
     * by the office of the provider or of an authority on its level, unless one waits for its review. Emits
     * {UpdateRequired}.
     */
    function requireUpdateBySig(Step calldata act, bytes calldata signature) external;

    /**
     * @notice The authority, not the provider itself, consents to a later update, once, by up to five working days
     * (R11); `act.dueAt` is the new deadline. Emits {UpdateExtended}.
     */
    function extendUpdateBySig(Step calldata act, bytes calldata signature) external;

    /**
     * @notice Nothing more is requested, agreed or read. Signed by the office of an authority on the provider's level,
     * or of the provider for SECURITY; also while suspended. Emits {ResourceFrozen}.
     */
    function freezeResourceBySig(Step calldata act, bytes calldata signature) external;

    /// @notice Signed by the office of an authority on the provider's level, not the provider itself. Emits
    /// {ResourceUnfrozen}.
    function unfreezeResourceBySig(Step calldata act, bytes calldata signature) external;

    /**
     * @notice Signed by the head of the provider and the office of another department, an authority on its level, when
     * no grant is in force. Emits {ResourceRetired}.
     */
    function retireResourceBySig(
        JointStep calldata act,
        bytes calldata signature,
        bytes calldata authoritySignature
    ) external;

    /// @notice Signed by the office of an authority on the provider's level. Emits {SourceDesignated}.
    function designateSourceBySig(SourceDesignation calldata act, bytes calldata signature) external;

    function resourceOf(ResourceId resourceId) external view returns (Resource memory);

    function versionOf(ResourceId resourceId, uint32 version) external view returns (ResourceVersion memory);

    /// @notice The one source of a data element on the level of `government` (zero where there is none).
    function sourceOf(DepartmentId government, bytes32 element) external view returns (ResourceId);
}
