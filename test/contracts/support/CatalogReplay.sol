// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    IResourceCatalog,
    ResourceRestraint,
    ResourceStatus,
    ResourceSubmission,
    ShareClass,
    SourceDesignation
} from "../../../contracts/interfaces/IResourceCatalog.sol";
import {DepartmentId, ResourceId} from "../../../contracts/types/Ids.sol";
import {RegistryReplay} from "./RegistryReplay.sol";
import {Vm} from "./Vm.sol";

/// @dev The state of the catalogue as a reader of events has it.
abstract contract CatalogReplay is RegistryReplay {
    /// @dev A data element of a level that a source was named for.
    struct Element {
        DepartmentId government;
        bytes32 element;
    }

    mapping(ResourceId resourceId => IResourceCatalog.Resource) internal _resources;
    mapping(ResourceId resourceId => mapping(uint32 version => IResourceCatalog.ResourceVersion)) internal _versions;
    mapping(DepartmentId government => mapping(bytes32 element => ResourceId)) private _sources;
    ResourceId[] private _resourceIds;
    Element[] private _elements;

    function resourceCount() external view returns (uint256) {
        return _resourceIds.length;
    }

    function resourceAt(uint256 index) external view returns (ResourceId) {
        return _resourceIds[index];
    }

    function resourceEntry(ResourceId resourceId) external view returns (IResourceCatalog.Resource memory) {
        return _resources[resourceId];
    }

    function versionEntry(
        ResourceId resourceId,
        uint32 version
    ) external view returns (IResourceCatalog.ResourceVersion memory) {
        return _versions[resourceId][version];
    }

    function elementCount() external view returns (uint256) {
        return _elements.length;
    }

    function elementAt(uint256 index) external view returns (Element memory, ResourceId source) {
        Element memory entry = _elements[index];
        return (entry, _sources[entry.government][entry.element]);
    }

    function _readCatalogEntry(Vm.Log calldata log) internal {
        bytes32 topic = log.topics[0];
        if (topic == IResourceCatalog.ResourceSubmitted.selector) return _readSubmission(log);
        if (topic == IResourceCatalog.SourceDesignated.selector) return _readDesignation(log);
        bool isRetirement = topic == IResourceCatalog.ResourceRetired.selector;
        StepEntry memory step = _stepOf(log, isRetirement);
        _act(step.department);
        if (isRetirement) _expectSigners(_departments[step.department].head, _office(step.authority));
        else _expectSigners(_office(step.department), "");
        _readCatalogStep(topic, step);
    }

    function _latest(ResourceId resourceId) internal view returns (IResourceCatalog.ResourceVersion storage) {
        return _versions[resourceId][_resources[resourceId].publishedVersion];
    }

    /// @dev Whether something of it may be granted now (I3).
    function _isShared(ResourceId resourceId) internal view returns (bool) {
        ShareClass class = _latest(resourceId).shareClass;
        bool isFree = _resources[resourceId].restraint == ResourceRestraint.None;
        return isFree && (class == ShareClass.Unconditional || class == ShareClass.Conditional);
    }

    function _readSubmission(Vm.Log calldata log) private {
        (ResourceSubmission memory act, uint64 reviewDueAt) = abi.decode(log.data, (ResourceSubmission, uint64));
        ResourceId resourceId = ResourceId.wrap(log.topics[1]);
        IResourceCatalog.Resource storage resource = _resources[resourceId];
        if (DepartmentId.unwrap(resource.provider) == 0) _resourceIds.push(resourceId);
        (resource.provider, resource.updateDueAt, resource.updateExtended) = (act.provider, 0, false);
        IResourceCatalog.ResourceVersion storage entry = _versions[resourceId][act.version];
        (entry.status, entry.shareClass, entry.level) = (ResourceStatus.Submitted, act.shareClass, act.level);
        (entry.fieldCount, entry.hashAlgorithm) = (act.fieldCount, act.hashAlgorithm);
        (entry.reviewDueAt, entry.documentHash) = (reviewDueAt, act.documentHash);
        (entry.conditionsHash, entry.denyBasisHash) = (act.conditionsHash, act.denyBasisHash);
        entry.derivedFrom = act.derivedFrom;
        _act(act.provider);
        _expectSigners(_departments[act.provider].head, _departments[act.provider].maker);
    }

    /// @dev I12: a source takes the place of the one that it names, and of no other.
    function _readDesignation(Vm.Log calldata log) private {
        SourceDesignation memory act = abi.decode(log.data, (SourceDesignation));
        DepartmentId government = _governmentOf(act.authority);
        ResourceId source = _sources[government][act.element];
        _check("I12", ResourceId.unwrap(source) == ResourceId.unwrap(act.replaces));
        IResourceCatalog.ResourceVersion storage entry = _latest(act.resourceId);
        bool isSource = entry.status == ResourceStatus.Published && ResourceId.unwrap(entry.derivedFrom) == 0;
        _check("I12", isSource && _governmentOf(_resources[act.resourceId].provider) == government);
        if (ResourceId.unwrap(source) == 0) _elements.push(Element(government, act.element));
        _sources[government][act.element] = act.resourceId;
        _reach("designated");
        _act(act.authority);
        _expectSigners(_office(act.authority), "");
    }

    function _readCatalogStep(bytes32 topic, StepEntry memory step) private {
        IResourceCatalog.Resource storage resource = _resources[ResourceId.wrap(step.subject)];
        if (topic == IResourceCatalog.ResourcePublished.selector) {
            ++resource.publishedVersion;
            _latest(ResourceId.wrap(step.subject)).status = ResourceStatus.Published;
        } else if (topic == IResourceCatalog.ResourceReturned.selector) {
            uint32 version = resource.publishedVersion + 1;
            _versions[ResourceId.wrap(step.subject)][version].status = ResourceStatus.Returned;
        } else if (topic == IResourceCatalog.UpdateRequired.selector) {
            resource.updateDueAt = step.dueAt;
            _reach("update required");
        } else if (topic == IResourceCatalog.UpdateExtended.selector) {
            (resource.updateDueAt, resource.updateExtended) = (step.dueAt, true);
        } else if (topic == IResourceCatalog.ResourceFrozen.selector) {
            resource.restraint = ResourceRestraint.Frozen;
            _reach("frozen");
        } else if (topic == IResourceCatalog.ResourceUnfrozen.selector) {
            resource.restraint = ResourceRestraint.None;
        } else {
            resource.restraint = ResourceRestraint.Retired;
            _reach("retired");
        }
    }
}
