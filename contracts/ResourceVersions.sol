// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DepartmentKind} from "./interfaces/IDepartmentRegistry.sol";
import {
    DenyInstrument,
    IResourceCatalog,
    LawClass,
    ResourceRestraint,
    ResourceStatus,
    ResourceSubmission,
    ShareClass
} from "./interfaces/IResourceCatalog.sol";
import {DepartmentRole} from "./interfaces/ISignedActs.sol";
import {IWorkingDayCalendar} from "./interfaces/IWorkingDayCalendar.sol";
import {CatalogActHash} from "./libraries/CatalogActHash.sol";
import {SignedSteps} from "./SignedSteps.sol";
import {DepartmentId, ResourceId} from "./types/Ids.sol";
import {ResourceKey, ResourceKeyLib} from "./types/ResourceKey.sol";
import {Step} from "./types/Step.sol";

/// @dev Versions from their submission to their publication, as part of {ResourceCatalog}.
abstract contract ResourceVersions is SignedSteps, IResourceCatalog {
    using CatalogActHash for ResourceSubmission;
    using ResourceKeyLib for ResourceKey;

    uint8 private constant HIGHEST_LEVEL = 4;
    uint16 private constant MOST_FIELDS = 256;
    uint256 private constant REVIEW_DAYS = 2;
    ResourceId internal constant NO_RESOURCE = ResourceId.wrap(0);

    IWorkingDayCalendar internal immutable _calendar;

    mapping(ResourceId resourceId => Resource) internal _resources;
    mapping(ResourceId resourceId => mapping(uint32 version => ResourceVersion)) internal _versions;

    constructor(IWorkingDayCalendar calendar) {
        _calendar = calendar;
    }

    /// @inheritdoc IResourceCatalog
    function submitResourceBySig(
        ResourceSubmission calldata act,
        bytes calldata signature,
        bytes calldata makerSignature
    ) external returns (ResourceId resourceId) {
        Approval memory approval = _approveSubmission(act, signature, makerSignature);
        uint64 seq;
        (resourceId, seq) = _submit(act);
        _emitCosigned(seq, approval, signature, makerSignature);
    }

    /// @inheritdoc IResourceCatalog
    function publishResourceBySig(Step calldata act, bytes calldata signature) external {
        Approval memory approval = _approveStep(act, "ResourcePublication", signature);
        ResourceId resourceId = ResourceId.wrap(act.subject);
        ResourceVersion storage entry = _reviewed(resourceId, act.department);
        bool isSame = act.documentHash == entry.documentHash;
        require(isSame, ResourceCatalogDocumentMismatch(resourceId, entry.documentHash, act.documentHash));
        // Its source may have changed since: two entries must not become the source of each other.
        _checkSource(resourceId, entry.derivedFrom);
        entry.status = ResourceStatus.Published;
        ++_resources[resourceId].publishedVersion;

        (uint64 recordedAt, uint64 seq, bytes32 head) = _recordStep(ResourcePublished.selector, act, 0);
        emit ResourcePublished(resourceId, act.department, act.reasonCode, act, 0, recordedAt, seq, head);
        _emitSigned(seq, approval, signature);
    }

    /// @inheritdoc IResourceCatalog
    function returnResourceBySig(Step calldata act, bytes calldata signature) external {
        Approval memory approval = _approveStep(act, "ResourceReturn", signature);
        ResourceId resourceId = ResourceId.wrap(act.subject);
        _reviewed(resourceId, act.department).status = ResourceStatus.Returned;

        (uint64 recordedAt, uint64 seq, bytes32 head) = _recordStep(ResourceReturned.selector, act, 0);
        emit ResourceReturned(resourceId, act.department, act.reasonCode, act, 0, recordedAt, seq, head);
        _emitSigned(seq, approval, signature);
    }

    function _approveSubmission(
        ResourceSubmission calldata act,
        bytes calldata signature,
        bytes calldata makerSignature
    ) private returns (Approval memory approval) {
        approval = _authenticate(
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
        _cosign(approval, act.provider, DepartmentRole.Maker, makerSignature);
        bool mayProvide = approval.kind == DepartmentKind.Department || approval.kind == DepartmentKind.Authority;
        require(mayProvide, ResourceCatalogNotProvider(act.provider));
    }

    function _submit(ResourceSubmission calldata act) private returns (ResourceId resourceId, uint64 seq) {
        _checkEntry(act);
        resourceId = ResourceKey({provider: act.provider, codeHash: act.codeHash}).toId();
        Resource storage resource = _resources[resourceId];
        _checkNotRetired(resourceId);
        uint32 expected = resource.publishedVersion + 1;
        require(act.version == expected, ResourceCatalogUnexpectedVersion(resourceId, act.version, expected));
        _checkSource(resourceId, act.derivedFrom);
        ResourceVersion storage entry = _versions[resourceId][act.version];
        bool isOpen = entry.status == ResourceStatus.None || entry.status == ResourceStatus.Returned;
        require(isOpen, ResourceCatalogUnexpectedStatus(resourceId, act.version, entry.status));
        require(entry.documentHash != act.documentHash, ResourceCatalogUnchanged(resourceId, act.documentHash));
        // No time is set for the first review (R10).
        uint64 reviewDueAt = act.version == 1 ? 0 : _calendar.addWorkingDays(_now(), REVIEW_DAYS);
        (resource.provider, resource.updateDueAt, resource.updateExtended) = (act.provider, 0, false);
        _write(entry, act, reviewDueAt);
        seq = _recordSubmission(resourceId, act, reviewDueAt);
    }

    function _write(ResourceVersion storage entry, ResourceSubmission calldata act, uint64 reviewDueAt) private {
        entry.status = ResourceStatus.Submitted;
        entry.shareClass = act.shareClass;
        entry.level = act.level;
        entry.fieldCount = act.fieldCount;
        entry.hashAlgorithm = act.hashAlgorithm;
        entry.reviewDueAt = reviewDueAt;
        entry.documentHash = act.documentHash;
        entry.conditionsHash = act.conditionsHash;
        entry.denyBasisHash = act.denyBasisHash;
        entry.derivedFrom = act.derivedFrom;
    }

    function _recordSubmission(
        ResourceId resourceId,
        ResourceSubmission calldata act,
        uint64 reviewDueAt
    ) private returns (uint64 seq) {
        uint64 recordedAt = _now();
        bytes32 head;
        (seq, head) = _append(
            keccak256(abi.encode(ResourceSubmitted.selector, resourceId, act.provider, act, reviewDueAt, recordedAt))
        );
        emit ResourceSubmitted(resourceId, act.provider, act, reviewDueAt, recordedAt, seq, head);
    }

    /// @dev The version that waits for the review of `authority`.
    function _reviewed(ResourceId resourceId, DepartmentId authority) private view returns (ResourceVersion storage) {
        Resource storage resource = _resources[resourceId];
        uint32 version = resource.publishedVersion + 1;
        ResourceVersion storage entry = _versions[resourceId][version];
        bool isSubmitted = entry.status == ResourceStatus.Submitted;
        require(isSubmitted, ResourceCatalogUnexpectedStatus(resourceId, version, entry.status));
        _checkNotRetired(resourceId);
        _checkSameLevel(authority, resource.provider);
        return entry;
    }

    function _latest(ResourceId resourceId) internal view returns (ResourceVersion storage) {
        return _versions[resourceId][_resources[resourceId].publishedVersion];
    }

    function _checkNotRetired(ResourceId resourceId) internal view {
        ResourceRestraint restraint = _resources[resourceId].restraint;
        bool isRetired = restraint == ResourceRestraint.Retired;
        require(!isRetired, ResourceCatalogUnexpectedRestraint(resourceId, restraint));
    }

    /// @dev Data derived from data that is derived itself would hide where it came from.
    function _checkSource(ResourceId resourceId, ResourceId source) private view {
        if (_same(source, NO_RESOURCE)) return;
        bool isValid = !_same(source, resourceId) && _isSource(source);
        require(isValid, ResourceCatalogInvalidSource(resourceId, source));
    }

    function _isSource(ResourceId resourceId) internal view returns (bool) {
        ResourceVersion storage entry = _latest(resourceId);
        return entry.status == ResourceStatus.Published && _same(entry.derivedFrom, NO_RESOURCE);
    }

    function _same(ResourceId one, ResourceId other) internal pure returns (bool) {
        return ResourceId.unwrap(one) == ResourceId.unwrap(other);
    }

    function _checkEntry(ResourceSubmission calldata act) private pure {
        require(_isClassValid(act), ResourceCatalogInvalidClass(act.shareClass, act.conditionsHash, act.denyBasisHash));
        bool isRegistrable = act.lawClass == LawClass.General || act.lawClass == LawClass.Important;
        require(isRegistrable, ResourceCatalogInvalidLawClass(act.lawClass));
        require(act.level != 0 && act.level <= HIGHEST_LEVEL, ResourceCatalogInvalidLevel(act.level));
        bool isCounted = act.fieldCount != 0 && act.fieldCount <= MOST_FIELDS;
        require(isCounted, ResourceCatalogInvalidFieldCount(act.fieldCount));
        require(act.secrecyHash != 0, ResourceCatalogAssessmentMissing());
        _checkDocument(act.documentHash, act.hashAlgorithm);
    }

    /// @dev Conditions belong to Conditional and only to it, a deny basis to Denied and only to it (R8, R9).
    function _isClassValid(ResourceSubmission calldata act) private pure returns (bool) {
        bool isDenied = act.shareClass == ShareClass.Denied;
        return
            act.shareClass != ShareClass.None &&
            (act.conditionsHash != 0) == (act.shareClass == ShareClass.Conditional) &&
            (act.denyBasisHash != 0) == isDenied &&
            (act.denyInstrument != DenyInstrument.None) == isDenied;
    }
}
