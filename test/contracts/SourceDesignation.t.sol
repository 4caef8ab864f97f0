// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    IResourceCatalog,
    ResourceSubmission,
    ShareClass,
    SourceDesignation
} from "../../contracts/interfaces/IResourceCatalog.sol";
import {ISignedActs} from "../../contracts/interfaces/ISignedActs.sol";
import {DepartmentId, ResourceId} from "../../contracts/types/Ids.sol";
import {Check} from "./support/Check.sol";
import {LedgerTest} from "./support/LedgerTest.sol";

/// @dev One source for each data element of a level (R12, I12).
contract SourceDesignationTest is LedgerTest {
    ResourceId private constant NONE = ResourceId.wrap(0);

    ResourceId private _first;
    ResourceId private _second;

    function setUp() public override {
        super.setUp();
        _first = publishedResource(ShareClass.Conditional);
        _second = publishedUnder("second", NONE);
    }

    function test_designateSourceBySig_namesTheSource() public {
        designate(designation("name", _first));
        designate(designation("address", _first));
        expectSource("name", _first);
        expectSource("address", _first);
        Check.equal(ResourceId.unwrap(catalog.sourceOf(COUNTY, "name")), 0, "another level");
    }

    function test_designateSourceBySig_replacesTheOneThatItNames() public {
        designate(designation("name", _first));
        expectTaken(designation("name", _second), _first);
        expectTaken(replacing(designation("name", _second), _second), _first);
        expectTaken(replacing(designation("name", _first), _first), _first);
        designate(replacing(designation("name", _second), _first));
        expectSource("name", _second);
        expectTaken(replacing(designation("address", _second), _first), NONE);
    }

    function test_designateSourceBySig_revertsForDerivedResources() public {
        ResourceId derived = publishedUnder("derived", _first);
        expectRefused(
            address(catalog),
            callOf(designation("name", derived)),
            abi.encodeWithSelector(IResourceCatalog.ResourceCatalogInvalidSource.selector, derived, _first)
        );
    }

    function test_designateSourceBySig_revertsUnlessPublished() public {
        ResourceSubmission memory act = submission(ShareClass.Conditional);
        act.codeHash = "submitted";
        ResourceId id = submit(act);
        expectRefused(
            address(catalog),
            callOf(designation("name", id)),
            abi.encodeWithSelector(IResourceCatalog.ResourceCatalogUnknownResource.selector, id)
        );
    }

    function test_designateSourceBySig_revertsUnlessAnAuthorityOfTheLevelSigns() public {
        DepartmentId[5] memory others = [PROVIDER, REGULATOR, GOVERNMENT, OPERATOR, COUNTY_AUTHORITY];
        for (uint256 i = 0; i < others.length; ++i) {
            SourceDesignation memory act = designation("name", _first);
            act.authority = others[i];
            expectRefused(
                address(catalog),
                callOf(act),
                abi.encodeWithSelector(ISignedActs.SignedActsNotSameLevel.selector, others[i], PROVIDER)
            );
        }
    }

    function test_designateSourceBySig_revertsWithoutDocument() public {
        SourceDesignation memory act = designation("name", _first);
        act.documentHash = 0;
        expectRefused(
            address(catalog),
            callOf(act),
            abi.encodeWithSelector(ISignedActs.SignedActsDocumentMissing.selector)
        );
    }

    function publishedUnder(bytes32 codeHash, ResourceId source) private returns (ResourceId id) {
        ResourceSubmission memory act = submission(ShareClass.Conditional);
        (act.codeHash, act.derivedFrom) = (codeHash, source);
        id = submit(act);
        publish(id);
    }

    function replacing(
        SourceDesignation memory act,
        ResourceId replaced
    ) private pure returns (SourceDesignation memory) {
        act.replaces = replaced;
        return act;
    }

    function expectSource(bytes32 element, ResourceId id) private view {
        Check.equal(ResourceId.unwrap(catalog.sourceOf(GOVERNMENT, element)), ResourceId.unwrap(id), "source");
    }

    function expectTaken(SourceDesignation memory act, ResourceId source) private {
        expectRefused(
            address(catalog),
            callOf(act),
            abi.encodeWithSelector(IResourceCatalog.ResourceCatalogSourceTaken.selector, act.element, source)
        );
    }
}
