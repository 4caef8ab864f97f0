// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    IResourceCatalog,
    ResourceStatus,
    ResourceSubmission,
    ShareClass,
    SourceDesignation
} from "../../../contracts/interfaces/IResourceCatalog.sol";
import {ResourceId} from "../../../contracts/types/Ids.sol";
import {ReasonCodes} from "../../../contracts/types/ReasonCodes.sol";
import {Step} from "../../../contracts/types/Step.sol";
import {RegistryHandler} from "./RegistryHandler.sol";
import {JointKind, StepKind} from "./Steps.sol";

/// @dev Random acts of the catalogue.
abstract contract CatalogHandler is RegistryHandler {
    function catalogAct(uint256 seed) external {
        for (uint256 i = 0; i < 3; ++i) {
            seed = mixed(seed);
            takeNext(seed % 16, seed >> 8);
        }
    }

    function takeNext(uint256 choice, uint256 seed) private {
        if (choice < 4) submitVersion(seed);
        else if (choice < 7) review(seed);
        else if (choice < 9) designateSource(seed);
        else if (choice == 9) retire(seed);
        else takeCatalogStep(seed, choice);
    }

    /// @dev Rarely Denied: nothing is granted of such a resource any more.
    function submitVersion(uint256 seed) private {
        ShareClass class = ShareClass(seed % 16 == 0 ? (seed >> 4) % 4 : 1 + ((seed >> 4) % 2));
        ResourceSubmission memory act = submission(class);
        act.provider = mostly(PROVIDER, seed >> 8);
        act.codeHash = bytes32((seed >> 32) % RESOURCES);
        ResourceId id = ResourceId.wrap(keccak256(abi.encode(act.provider, act.codeHash)));
        act.version = catalog.resourceOf(id).publishedVersion + uint32((seed >> 40) % 8 == 0 ? 2 : 1);
        act.fieldCount = uint16(1 + ((seed >> 48) % 256));
        if ((seed >> 64) % 4 == 0) act.derivedFrom = resourceFrom(seed >> 72);
        act.documentHash = keccak256(abi.encode(seed));
        attempt(address(catalog), callOf(act));
        if ((seed >> 80) % 2 == 0) review(seed >> 88);
    }

    function review(uint256 seed) private {
        ResourceId id = waiting(seed);
        uint32 version = catalog.resourceOf(id).publishedVersion + 1;
        Step memory act = step(mostly(AUTHORITY, seed >> 8), ResourceId.unwrap(id), REASON);
        act.documentHash = catalog.versionOf(id, version).documentHash;
        if (act.documentHash == 0) act.documentHash = DOCUMENT;
        attempt((seed >> 32) % 6 == 0 ? StepKind.Return : StepKind.Publish, act);
    }

    function designateSource(uint256 seed) private {
        bytes32 element = bytes32(uint256(seed % 4 == 0 ? 1 : 0));
        SourceDesignation memory act = designation(element, resourceFrom(seed >> 8));
        act.authority = mostly(AUTHORITY, seed >> 16);
        ResourceId source = catalog.sourceOf(registry.governmentOf(act.authority), element);
        if ((seed >> 32) % 4 != 0) act.replaces = source;
        attempt(address(catalog), callOf(act));
    }

    function retire(uint256 seed) private {
        bytes32 subject = ResourceId.unwrap(resourceFrom(seed >> 8));
        attempt(JointKind.Retire, jointStep(mostly(PROVIDER, seed >> 16), mostly(AUTHORITY, seed >> 32), subject, 0));
    }

    function takeCatalogStep(uint256 seed, uint256 choice) private {
        ResourceId id = resourceFrom(seed);
        Step memory act = step(mostly(AUTHORITY, seed >> 8), ResourceId.unwrap(id), REASON);
        if ((seed >> 24) % 4 == 0) (act.department, act.reasonCode) = (PROVIDER, ReasonCodes.SECURITY);
        IResourceCatalog.Resource memory resource = catalog.resourceOf(id);
        if (choice == 10) attempt(StepKind.RequireUpdate, act);
        else if (choice == 11) {
            act.dueAt = resource.updateDueAt + uint64((seed >> 32) % 8 days);
            attempt(StepKind.ExtendUpdate, act);
        } else if (choice == 12) attempt(StepKind.Freeze, act);
        else attempt(StepKind.Unfreeze, act);
    }

    /// @dev A resource of which a version waits for its review, if there is one.
    function waiting(uint256 seed) private view returns (ResourceId id) {
        for (uint256 i = 0; i < RESOURCES; ++i) {
            id = resourceFrom((seed % RESOURCES) + i);
            uint32 version = catalog.resourceOf(id).publishedVersion + 1;
            if (catalog.versionOf(id, version).status == ResourceStatus.Submitted) return id;
        }
    }
}
