// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    ResourcePublication,
    ResourceStatus,
    ResourceSubmission,
    ShareClass
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
        act.fieldCount = uint16((seed >> 24) % 300);
        bool valid =
            (act.provider == PROVIDER || act.provider == REQUESTER || act.provider == AUTHORITY) &&
                act.version == 1 &&
                isEntryValid(act);

        ResourceId id = ResourceId.wrap(keccak256(abi.encode(act.provider, act.codeHash)));
        expectOutcome(
            Attempt({
                target: address(catalog),
                data: abi.encodeCall(catalog.submitResourceBySig, (act, byHead(act.provider, digest(act)))),
                query: abi.encodeCall(catalog.versionOf, (id, act.version))
            }),
            valid
        );
        bool recorded = catalog.versionOf(id, act.version).status == ResourceStatus.Submitted;
        Check.isTrue(recorded == valid, "version");
    }

    function test_fuzz_publishResourceBySig(
        ResourceId otherId,
        uint32 otherVersion,
        bytes32 otherDocument,
        uint256 seed
    ) public {
        seed = mixed(seed);
        ResourceId id = submit(submission(ShareClass.Unconditional));
        ResourcePublication memory act = publication(id);
        if (seed & 1 == 0) act.authority = departmentFrom(seed >> 8);
        if (seed & 6 == 0) act.resourceId = otherId;
        if (seed & 24 == 0) act.version = otherVersion;
        if (seed & 96 == 0) act.documentHash = otherDocument;
        bool valid =
            act.authority == AUTHORITY &&
                ResourceId.unwrap(act.resourceId) == ResourceId.unwrap(id) &&
                act.version == 1 &&
                act.documentHash == DOCUMENT;

        expectOutcome(
            Attempt({
                target: address(catalog),
                data: abi.encodeCall(catalog.publishResourceBySig, (act, byOffice(act.authority, digest(act)))),
                query: abi.encodeCall(catalog.resourceOf, (id))
            }),
            valid
        );
        (, uint32 publishedVersion) = catalog.resourceOf(id);
        Check.equal(publishedVersion, valid ? 1 : 0, "published version");
    }

    function isEntryValid(ResourceSubmission memory act) private pure returns (bool) {
        bool conditions = act.conditionsHash != 0;
        bool denyBasis = act.denyBasisHash != 0;
        bool classed =
            (act.shareClass == ShareClass.Unconditional && !conditions && !denyBasis) ||
                (act.shareClass == ShareClass.Conditional && conditions && !denyBasis) ||
                (act.shareClass == ShareClass.Denied && !conditions && denyBasis);
        bool levelled = act.level >= 1 && act.level <= 4;
        bool counted = act.fieldCount >= 1 && act.fieldCount <= 256;
        return classed && levelled && counted && isDocument(act.documentHash, act.hashAlgorithm);
    }
}
