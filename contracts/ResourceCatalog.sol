// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {DepartmentKind, IDepartmentRegistry} from "./interfaces/IDepartmentRegistry.sol";
import {IDirectory} from "./interfaces/IDirectory.sol";
import {
    DenyInstrument,
    IResourceCatalog,
    LawClass,
    ResourceRestraint,
    ResourceStatus,
    ResourceSubmission,
    ShareClass,
    SourceDesignation
} from "./interfaces/IResourceCatalog.sol";
import {IShareLedger} from "./interfaces/IShareLedger.sol";
import {DepartmentRole} from "./interfaces/ISignedActs.sol";
import {IWorkingDayCalendar} from "./interfaces/IWorkingDayCalendar.sol";
import {CatalogActHash} from "./libraries/CatalogActHash.sol";
import {SignedSteps} from "./SignedSteps.sol";
import {DepartmentId, ResourceId} from "./types/Ids.sol";
import {ReasonCodes} from "./types/ReasonCodes.sol";
import {ResourceKey, ResourceKeyLib} from "./types/ResourceKey.sol";
import {JointStep, Step} from "./types/Step.sol";

/**
 * @title ResourceCatalog
 * @dev See {IResourceCatalog}.
 */
contract ResourceCatalog is SignedSteps, IResourceCatalog {
    using CatalogActHash for ResourceSubmission;
    using CatalogActHash for SourceDesignation;
    using ResourceKeyLib for ResourceKey;

    uint8 private constant HIGHEST_LEVEL = 4;
    uint16 private constant MOST_FIELDS = 256;
    uint256 private constant UPDATE_DAYS = 10;
    uint256 private constant UPDATE_EXTENSION_DAYS = 5;
    uint256 private constant REVIEW_DAYS = 2;
    ResourceId private constant NO_RESOURCE = ResourceId.wrap(0);

    IWorkingDayCalendar private immutable _calendar;
    IDirectory private immutable _directory;

    mapping(ResourceId resourceId => Resource) private _resources;
    mapping(ResourceId resourceId => mapping(uint32 version => ResourceVersion)) private _versions;
    mapping(DepartmentId government => mapping(bytes32 element => ResourceId)) private _sources;

    constructor(
        IDepartmentRegistry registry,
        IWorkingDayCalendar calendar,
        IDirectory directory
    ) EIP712("ResourceCatalog", "1") SignedSteps(registry) {
        _calendar = calendar;
        _directory = directory;
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

    /// @inheritdoc IResourceCatalog
    function requireUpdateBySig(Step calldata act, bytes calldata signature) external {
        Approval memory approval = _approveStep(act, "UpdateRequirement", signature);
        ResourceId resourceId = ResourceId.wrap(act.subject);
        Resource storage resource = _published(resourceId);
        require(_isOwnOrSameLevel(resource, act.department), ResourceCatalogNotEntitled(resourceId, act.department));
        _checkNotRetired(resourceId);
        require(resource.updateDueAt == 0, ResourceCatalogUpdateNotOpen(resourceId, resource.updateDueAt));
        // An update that waits for its review is not demanded again: until then the provider could submit none.
        uint32 next = resource.publishedVersion + 1;
        ResourceStatus status = _versions[resourceId][next].status;
        require(status != ResourceStatus.Submitted, ResourceCatalogUnexpectedStatus(resourceId, next, status));
        uint64 dueAt = _calendar.addWorkingDays(_now(), UPDATE_DAYS);
        resource.updateDueAt = dueAt;

        (uint64 recordedAt, uint64 seq, bytes32 head) = _recordStep(UpdateRequired.selector, act, dueAt);
        emit UpdateRequired(resourceId, act.department, act.reasonCode, act, dueAt, recordedAt, seq, head);
        _emitSigned(seq, approval, signature);
    }

    /// @inheritdoc IResourceCatalog
    function extendUpdateBySig(Step calldata act, bytes calldata signature) external {
        Approval memory approval = _approveDatedStep(act, "UpdateExtension", false, signature);
        ResourceId resourceId = ResourceId.wrap(act.subject);
        _extendUpdate(resourceId, act);

        (uint64 recordedAt, uint64 seq, bytes32 head) = _recordStep(UpdateExtended.selector, act, act.dueAt);
        emit UpdateExtended(resourceId, act.department, act.reasonCode, act, act.dueAt, recordedAt, seq, head);
        _emitSigned(seq, approval, signature);
    }

    /// @inheritdoc IResourceCatalog
    function freezeResourceBySig(Step calldata act, bytes calldata signature) external {
        Approval memory approval = _approveRestraint(act, "ResourceFreeze", signature);
        ResourceId resourceId = ResourceId.wrap(act.subject);
        Resource storage resource = _published(resourceId);
        bool mayFreeze =
            _isSameLevel(act.department, resource.provider) ||
                (act.department == resource.provider && act.reasonCode == ReasonCodes.SECURITY);
        require(mayFreeze, ResourceCatalogNotEntitled(resourceId, act.department));
        _checkRestraint(resourceId, resource.restraint, ResourceRestraint.None);
        resource.restraint = ResourceRestraint.Frozen;

        (uint64 recordedAt, uint64 seq, bytes32 head) = _recordStep(ResourceFrozen.selector, act, 0);
        emit ResourceFrozen(resourceId, act.department, act.reasonCode, act, 0, recordedAt, seq, head);
        _emitSigned(seq, approval, signature);
    }

    /// @inheritdoc IResourceCatalog
    function unfreezeResourceBySig(Step calldata act, bytes calldata signature) external {
        Approval memory approval = _approveStep(act, "ResourceUnfreeze", signature);
        ResourceId resourceId = ResourceId.wrap(act.subject);
        Resource storage resource = _resources[resourceId];
        _checkRestraint(resourceId, resource.restraint, ResourceRestraint.Frozen);
        _checkConsent(act.department, resource.provider);
        resource.restraint = ResourceRestraint.None;

        (uint64 recordedAt, uint64 seq, bytes32 head) = _recordStep(ResourceUnfrozen.selector, act, 0);
        emit ResourceUnfrozen(resourceId, act.department, act.reasonCode, act, 0, recordedAt, seq, head);
        _emitSigned(seq, approval, signature);
    }

    /// @inheritdoc IResourceCatalog
    function retireResourceBySig(
        JointStep calldata act,
        bytes calldata signature,
        bytes calldata authoritySignature
    ) external {
        Approval memory approval = _approveJointStep(
            act,
            "ResourceRetirement",
            DepartmentRole.Head,
            signature,
            authoritySignature
        );
        require(act.dueAt == 0, SignedActsDueMisplaced(act.dueAt));
        ResourceId resourceId = ResourceId.wrap(act.subject);
        Resource storage resource = _published(resourceId);
        require(act.department == resource.provider, ResourceCatalogNotEntitled(resourceId, act.department));
        _checkConsent(act.authority, resource.provider);
        _checkNotRetired(resourceId);
        _checkSettled(resourceId);
        resource.restraint = ResourceRestraint.Retired;

        (uint64 recordedAt, uint64 seq, bytes32 head) = _recordJointStep(ResourceRetired.selector, act, 0);
        emit ResourceRetired(resourceId, act.department, act.reasonCode, act, 0, recordedAt, seq, head);
        _emitCosigned(seq, approval, signature, authoritySignature);
    }

    /// @inheritdoc IResourceCatalog
    function designateSourceBySig(SourceDesignation calldata act, bytes calldata signature) external {
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
        uint64 seq = _designate(act);
        _emitSigned(seq, approval, signature);
    }

    /// @inheritdoc IResourceCatalog
    function resourceOf(ResourceId resourceId) external view returns (Resource memory) {
        return _resources[resourceId];
    }

    /// @inheritdoc IResourceCatalog
    function versionOf(ResourceId resourceId, uint32 version) external view returns (ResourceVersion memory) {
        return _versions[resourceId][version];
    }

    /// @inheritdoc IResourceCatalog
    function sourceOf(DepartmentId government, bytes32 element) external view returns (ResourceId) {
        return _sources[government][element];
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

    function _extendUpdate(ResourceId resourceId, Step calldata act) private {
        Resource storage resource = _published(resourceId);
        _checkConsent(act.department, resource.provider);
        _checkNotRetired(resourceId);
        uint64 due = resource.updateDueAt;
        bool isOpen = !resource.updateExtended && block.timestamp < due;
        require(isOpen, ResourceCatalogUpdateNotOpen(resourceId, due));
        uint64 latest = _calendar.addWorkingDays(due - 1, UPDATE_EXTENSION_DAYS);
        require(act.dueAt > due && act.dueAt <= latest, ResourceCatalogInvalidDue(act.dueAt, latest));
        (resource.updateDueAt, resource.updateExtended) = (act.dueAt, true);
    }

    function _designate(SourceDesignation calldata act) private returns (uint64 seq) {
        _checkDocument(act.documentHash, act.hashAlgorithm);
        Resource storage resource = _published(act.resourceId);
        _checkSameLevel(act.authority, resource.provider);
        _checkNotRetired(act.resourceId);
        bool isSource = _isSource(act.resourceId);
        require(isSource, ResourceCatalogInvalidSource(act.resourceId, _latest(act.resourceId).derivedFrom));
        DepartmentId government = _registry.governmentOf(act.authority);
        ResourceId source = _sources[government][act.element];
        bool isFree = _same(source, act.replaces) && !_same(source, act.resourceId);
        require(isFree, ResourceCatalogSourceTaken(act.element, source));
        _sources[government][act.element] = act.resourceId;

        uint64 recordedAt = _now();
        bytes32 actHash = keccak256(
            abi.encode(SourceDesignated.selector, act.element, act.resourceId, act.authority, act, recordedAt)
        );
        bytes32 head;
        (seq, head) = _append(actHash);
        emit SourceDesignated(act.element, act.resourceId, act.authority, act, recordedAt, seq, head);
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

    function _published(ResourceId resourceId) private view returns (Resource storage resource) {
        resource = _resources[resourceId];
        require(resource.publishedVersion != 0, ResourceCatalogUnknownResource(resourceId));
    }

    function _latest(ResourceId resourceId) private view returns (ResourceVersion storage) {
        return _versions[resourceId][_resources[resourceId].publishedVersion];
    }

    function _isOwnOrSameLevel(Resource storage resource, DepartmentId department) private view returns (bool) {
        return department == resource.provider || _isSameLevel(department, resource.provider);
    }

    function _checkRestraint(
        ResourceId resourceId,
        ResourceRestraint restraint,
        ResourceRestraint needed
    ) private pure {
        require(restraint == needed, ResourceCatalogUnexpectedRestraint(resourceId, restraint));
    }

    function _checkNotRetired(ResourceId resourceId) private view {
        ResourceRestraint restraint = _resources[resourceId].restraint;
        bool isRetired = restraint == ResourceRestraint.Retired;
        require(!isRetired, ResourceCatalogUnexpectedRestraint(resourceId, restraint));
    }

    /// @dev Every version of the share ledger is asked: old grants stay valid.
    function _checkSettled(ResourceId resourceId) private view {
        uint32 versions = _directory.versionsOf("ShareLedger");
        for (uint32 version = 1; version <= versions; ++version) {
            IShareLedger shares = IShareLedger(_directory.addressOf("ShareLedger", version));
            (uint64 open, uint64 latestEnd) = shares.openGrantsOf(resourceId);
            bool isSettled = open == 0 || block.timestamp > latestEnd;
            require(isSettled, ResourceCatalogGrantsOpen(resourceId, open, latestEnd));
        }
    }

    /// @dev Data derived from data that is derived itself would hide where it came from.
    function _checkSource(ResourceId resourceId, ResourceId source) private view {
        if (_same(source, NO_RESOURCE)) return;
        bool isValid = !_same(source, resourceId) && _isSource(source);
        require(isValid, ResourceCatalogInvalidSource(resourceId, source));
    }

    function _isSource(ResourceId resourceId) private view returns (bool) {
        ResourceVersion storage entry = _latest(resourceId);
        return entry.status == ResourceStatus.Published && _same(entry.derivedFrom, NO_RESOURCE);
    }

    function _same(ResourceId one, ResourceId other) private pure returns (bool) {
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
