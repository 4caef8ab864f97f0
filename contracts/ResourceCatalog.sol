// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IDepartmentRegistry} from "./interfaces/IDepartmentRegistry.sol";
import {IDirectory} from "./interfaces/IDirectory.sol";
import {
    IResourceCatalog,
    ResourceRestraint,
    ResourceStatus,
    SourceDesignation
} from "./interfaces/IResourceCatalog.sol";
import {IShareLedger} from "./interfaces/IShareLedger.sol";
import {DepartmentRole} from "./interfaces/ISignedActs.sol";
import {IWorkingDayCalendar} from "./interfaces/IWorkingDayCalendar.sol";
import {CatalogActHash} from "./libraries/CatalogActHash.sol";
import {ResourceVersions} from "./ResourceVersions.sol";
import {SignedSteps} from "./SignedSteps.sol";
import {DepartmentId, ResourceId} from "./types/Ids.sol";
import {ReasonCodes} from "./types/ReasonCodes.sol";
import {JointStep, Step} from "./types/Step.sol";

/**
 * @title ResourceCatalog
 * @dev See {IResourceCatalog}. Versions are in {ResourceVersions}; updates, restraints and sources are here.
 */
contract ResourceCatalog is ResourceVersions {
    using CatalogActHash for SourceDesignation;

    uint256 private constant UPDATE_DAYS = 10;
    uint256 private constant UPDATE_EXTENSION_DAYS = 5;

    IDirectory private immutable _directory;

    mapping(DepartmentId government => mapping(bytes32 element => ResourceId)) private _sources;

    constructor(
        IDepartmentRegistry registry,
        IWorkingDayCalendar calendar,
        IDirectory directory
    ) EIP712("ResourceCatalog", "1") SignedSteps(registry) ResourceVersions(calendar) {
        _directory = directory;
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

    function _published(ResourceId resourceId) private view returns (Resource storage resource) {
        resource = _resources[resourceId];
        require(resource.publishedVersion != 0, ResourceCatalogUnknownResource(resourceId));
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
}
