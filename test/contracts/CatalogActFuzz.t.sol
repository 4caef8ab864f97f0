// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    DenyInstrument,
    LawClass,
    ResourceStatus,
    ResourceSubmission,
    ShareClass,
    SourceDesignation
} from "../../contracts/interfaces/IResourceCatalog.sol";
import {ResourceId} from "../../contracts/types/Ids.sol";
import {ActFuzz} from "./support/ActFuzz.sol";
import {Check} from "./support/Check.sol";

/// @dev See {ActFuzz}.
contract CatalogActFuzzTest is ActFuzz {
    function test_fuzz_submitResourceBySig(
        bytes32 codeHash,
        bytes32 conditionsHash,
        bytes32 denyBasisHash,
        bytes32 documentHash,
        uint256 seed
    ) public {
        seed = mixed(seed);
        ResourceSubmission memory act = submission(ShareClass((seed >> 64) % 4));
        (act.codeHash, act.documentHash, act.hashAlgorithm) = (codeHash, documentHash, algorithmFrom(seed));
        if (seed & 1 == 0) (act.conditionsHash, act.denyBasisHash) = (conditionsHash, denyBasisHash);
        if (seed & 2 == 0) act.provider = departmentFrom(seed >> 8);
        if (seed & 12 == 0) act.version = uint32((seed >> 12) % 3);
        if (seed & 48 == 0) act.level = uint8((seed >> 16) % 6);
        if (seed & 192 == 0) act.lawClass = LawClass((seed >> 32) % 4);
        if (seed & 768 == 0) act.denyInstrument = DenyInstrument((seed >> 36) % 4);
        if (seed & 3072 == 0) act.secrecyHash = bytes32((seed >> 40) % 2);
        if (seed & 12288 == 0) act.derivedFrom = ResourceId.wrap(bytes32((seed >> 44) % 2));
        act.fieldCount = uint16((seed >> 24) % 300);
        bool valid =
            (act.provider == PROVIDER || act.provider == REQUESTER || act.provider == AUTHORITY) &&
                act.version == 1 &&
                isEntryValid(act);

        ResourceId id = ResourceId.wrap(keccak256(abi.encode(act.provider, act.codeHash)));
        expectOutcome(
            Attempt({
                target: address(catalog),
                data: callOf(act),
                query: abi.encodeCall(catalog.versionOf, (id, act.version))
            }),
            valid
        );
        bool recorded = catalog.versionOf(id, act.version).status == ResourceStatus.Submitted;
        Check.isTrue(recorded == valid, "version");
    }

    function test_fuzz_designateSourceBySig(
        bytes32 element,
        ResourceId other,
        bytes32 documentHash,
        uint256 seed
    ) public {
        seed = mixed(seed);
        ResourceId id = publishedResource(ShareClass.Conditional);
        bool isTaken = seed & 1 == 0;
        if (isTaken) designate(designation(element, id));
        SourceDesignation memory act = designation(element, id);
        (act.documentHash, act.hashAlgorithm) = (documentHash, algorithmFrom(seed));
        if (seed & 6 == 0) act.authority = departmentFrom(seed >> 8);
        if (seed & 24 == 0) act.resourceId = other;
        if (seed & 96 == 0) act.replaces = seed & 128 == 0 ? other : id;
        bool valid =
            !isTaken &&
                act.authority == AUTHORITY &&
                ResourceId.unwrap(act.resourceId) == ResourceId.unwrap(id) &&
                ResourceId.unwrap(act.replaces) == 0 &&
                isDocument(act.documentHash, act.hashAlgorithm);

        expectOutcome(
            Attempt({
                target: address(catalog),
                data: callOf(act),
                query: abi.encodeCall(catalog.sourceOf, (GOVERNMENT, element))
            }),
            valid
        );
    }

    function isEntryValid(ResourceSubmission memory act) private pure returns (bool) {
        bool conditions = act.conditionsHash != 0;
        bool denyBasis = act.denyBasisHash != 0;
        bool instrument = act.denyInstrument != DenyInstrument.None;
        bool classed =
            (act.shareClass == ShareClass.Unconditional && !conditions && !denyBasis && !instrument) ||
                (act.shareClass == ShareClass.Conditional && conditions && !denyBasis && !instrument) ||
                (act.shareClass == ShareClass.Denied && !conditions && denyBasis && instrument);
        bool registrable = act.lawClass == LawClass.General || act.lawClass == LawClass.Important;
        bool assessed = act.secrecyHash != 0 && ResourceId.unwrap(act.derivedFrom) == 0;
        bool levelled = act.level >= 1 && act.level <= 4;
        bool counted = act.fieldCount >= 1 && act.fieldCount <= 256;
        return
            classed &&
            registrable &&
            assessed &&
            levelled &&
            counted &&
            isDocument(act.documentHash, act.hashAlgorithm);
    }
}
