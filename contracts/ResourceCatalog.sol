// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {DepartmentKind, DepartmentStatus, IDepartmentRegistry} from "./interfaces/IDepartmentRegistry.sol";
import {
    IResourceCatalog,
    ResourcePublication,
    ResourceStatus,
    ResourceSubmission,
    ShareClass
} from "./interfaces/IResourceCatalog.sol";
import {DepartmentRole} from "./interfaces/ISignedActs.sol";
import {CatalogActHash} from "./libraries/CatalogActHash.sol";
import {SignedActs} from "./SignedActs.sol";
import {DepartmentId, ResourceId} from "./types/Ids.sol";
import {ResourceKey, ResourceKeyLib} from "./types/ResourceKey.sol";

/**
 * @title ResourceCatalog
 * @dev See {IResourceCatalog}.
 */
contract ResourceCatalog is SignedActs, IResourceCatalog {
    using CatalogActHash for ResourceSubmission;
    using CatalogActHash for ResourcePublication;
    using ResourceKeyLib for ResourceKey;

    struct Resource {
        DepartmentId provider;
        uint32 publishedVersion;
        mapping(uint32 version => ResourceVersion) versions;
    }

    uint8 private constant HIGHEST_LEVEL = 4;
    uint16 private constant MOST_FIELDS = 256;

    IDepartmentRegistry private immutable _registry;

    mapping(ResourceId resourceId => Resource) private _resources;

    constructor(IDepartmentRegistry registry) EIP712("ResourceCatalog", "1") {
        _registry = registry;
    }

    /// @inheritdoc IResourceCatalog
    function submitResourceBySig(
        ResourceSubmission calldata act,
        bytes calldata signature
    ) external returns (ResourceId resourceId) {
        Approval memory approval = _authenticate(
            Act({
                department: act.provider,
                role: DepartmentRole.Head,
                structHash: act.structHash(),
                nonce: act.nonce,
                expiresAt: act.expiresAt,
                evenIfSuspended: false
            }),
            signature
        );
        bool mayProvide = approval.kind == DepartmentKind.Department || approval.kind == DepartmentKind.Authority;
        require(mayProvide, ResourceCatalogNotProvider(act.provider));
        uint64 seq;
        (resourceId, seq) = _submit(act);
        emit ActSigned(seq, approval.actDigest, approval.signer, signature);
    }

    /// @inheritdoc IResourceCatalog
    function publishResourceBySig(ResourcePublication calldata act, bytes calldata signature) external {
        Approval memory approval = _authenticate(
            Act({
                department: act.authority,
                role: DepartmentRole.Office,
                structHash: act.structHash(),
                nonce: act.nonce,
                expiresAt: act.expiresAt,
                evenIfSuspended: false
            }),
            signature
        );
        require(approval.kind == DepartmentKind.Authority, ResourceCatalogNotAuthority(act.authority));
        uint64 seq = _publish(act);
        emit ActSigned(seq, approval.actDigest, approval.signer, signature);
    }

    /// @inheritdoc IResourceCatalog
    function resourceOf(ResourceId resourceId) external view returns (DepartmentId provider, uint32 publishedVersion) {
        Resource storage resource = _resources[resourceId];
        return (resource.provider, resource.publishedVersion);
    }

    /// @inheritdoc IResourceCatalog
    function versionOf(ResourceId resourceId, uint32 version) external view returns (ResourceVersion memory) {
        return _resources[resourceId].versions[version];
    }

    function _signerOf(
        DepartmentId department,
        DepartmentRole role
    ) internal view override returns (bytes memory account, DepartmentKind kind, DepartmentStatus status) {
        return _registry.signerOf(department, role);
    }

    function _submit(ResourceSubmission calldata act) private returns (ResourceId resourceId, uint64 seq) {
        _checkEntry(act);
        resourceId = ResourceKey({provider: act.provider, codeHash: act.codeHash}).toId();
        Resource storage resource = _resources[resourceId];
        uint32 expected = resource.publishedVersion + 1;
        require(act.version == expected, ResourceCatalogUnexpectedVersion(resourceId, act.version, expected));
        _checkStatus(resourceId, act.version, ResourceStatus.None);
        resource.provider = act.provider;
        resource.versions[act.version] = ResourceVersion({
            status: ResourceStatus.Submitted,
            shareClass: act.shareClass,
            level: act.level,
            fieldCount: act.fieldCount,
            hashAlgorithm: act.hashAlgorithm,
            documentHash: act.documentHash,
            conditionsHash: act.conditionsHash,
            denyBasisHash: act.denyBasisHash
        });

        uint64 recordedAt = _now();
        bytes32 head;
        (seq, head) = _append(
            keccak256(abi.encode(ResourceSubmitted.selector, resourceId, act.provider, act, recordedAt))
        );
        emit ResourceSubmitted(resourceId, act.provider, act, recordedAt, seq, head);
    }

    function _publish(ResourcePublication calldata act) private returns (uint64 seq) {
        _checkStatus(act.resourceId, act.version, ResourceStatus.Submitted);
        Resource storage resource = _resources[act.resourceId];
        ResourceVersion storage entry = resource.versions[act.version];
        bool isSame = act.documentHash == entry.documentHash;
        require(isSame, ResourceCatalogDocumentMismatch(act.resourceId, entry.documentHash, act.documentHash));
        entry.status = ResourceStatus.Published;
        resource.publishedVersion = act.version;

        uint64 recordedAt = _now();
        bytes32 head;
        (seq, head) = _append(
            keccak256(abi.encode(ResourcePublished.selector, act.resourceId, act.authority, act, recordedAt))
        );
        emit ResourcePublished(act.resourceId, act.authority, act, recordedAt, seq, head);
    }

    function _checkStatus(ResourceId resourceId, uint32 version, ResourceStatus needed) private view {
        ResourceStatus status = _resources[resourceId].versions[version].status;
        require(status == needed, ResourceCatalogUnexpectedStatus(resourceId, version, status));
    }

    function _checkEntry(ResourceSubmission calldata act) private pure {
        bool isClassed = _isClassValid(act.shareClass, act.conditionsHash != 0, act.denyBasisHash != 0);
        require(isClassed, ResourceCatalogInvalidClass(act.shareClass, act.conditionsHash, act.denyBasisHash));
        require(act.level != 0 && act.level <= HIGHEST_LEVEL, ResourceCatalogInvalidLevel(act.level));
        bool isCounted = act.fieldCount != 0 && act.fieldCount <= MOST_FIELDS;
        require(isCounted, ResourceCatalogInvalidFieldCount(act.fieldCount));
        _checkDocument(act.documentHash, act.hashAlgorithm);
    }

    /// @dev Conditions belong to Conditional and only to it, a deny basis to Denied and only to it (R8, R9).
    function _isClassValid(ShareClass shareClass, bool hasConditions, bool hasDenyBasis) private pure returns (bool) {
        return
            shareClass != ShareClass.None &&
            hasConditions == (shareClass == ShareClass.Conditional) &&
            hasDenyBasis == (shareClass == ShareClass.Denied);
    }
}
