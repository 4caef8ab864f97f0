// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DepartmentKind, DepartmentRegistration} from "../../contracts/interfaces/IDepartmentRegistry.sol";
import {ResourceSubmission, ShareClass} from "../../contracts/interfaces/IResourceCatalog.sol";
import {ShareAgreement} from "../../contracts/interfaces/IShareLedger.sol";
import {IShareRequests, RequestKind, ShareRefusal, ShareRequest} from "../../contracts/interfaces/IShareRequests.sol";
import {DepartmentId, GrantId, RequestId, ResourceId} from "../../contracts/types/Ids.sol";
import {ReasonCodes} from "../../contracts/types/ReasonCodes.sol";
import {Check} from "./support/Check.sol";
import {LedgerTest} from "./support/LedgerTest.sol";
import {StepKind} from "./support/Steps.sol";

/// @dev 数据回流 (R27, I14): down the tree, the rows of the requester's own region, without conditions.
contract ReflowTest is LedgerTest {
    ResourceId private _id;

    function setUp() public override {
        super.setUp();
        _id = publishedResource(ShareClass.Conditional);
    }

    function test_submitRequestBySig_returnsTheRowsOfTheOwnRegion() public {
        bytes12[3] memory prefixes = [bytes12("990102"), "9901020", "990102003004"];
        for (uint256 i = 0; i < prefixes.length; ++i) {
            RequestId requestId = submitRequest(reflow(BRANCH, prefixes[i]));
            Check.equal(bytes32(shares.requestOf(requestId).regionPrefix), bytes32(prefixes[i]), "region");
        }
    }

    function test_submitRequestBySig_revertsForRowsOfOtherRegions() public {
        bytes12[5] memory prefixes = [bytes12(0), "99", "9901", "990103", "990202"];
        for (uint256 i = 0; i < prefixes.length; ++i) expectReflowRefused(reflow(BRANCH, prefixes[i]));
    }

    /// @dev A pair of zeros at the end of a region stands for all that lies beneath.
    function test_submitRequestBySig_countsARegionByItsLevel() public {
        DepartmentRegistration memory city = registration(STRANGER, DepartmentKind.Department);
        (city.superior, city.region) = (COUNTY, "990100");
        registry.registerDepartmentBySig(city, byOffice(AUTHORITY, digest(city)));
        submitRequest(reflow(STRANGER, "9901"));
        expectReflowRefused(reflow(STRANGER, "99"));

        DepartmentId second = DepartmentId.wrap("11990100MB0000027F");
        DepartmentRegistration memory province = registration(second, DepartmentKind.Department);
        (province.superior, province.region) = (COUNTY, "990000");
        registry.registerDepartmentBySig(province, byOffice(AUTHORITY, digest(province)));
        submitRequest(reflow(second, "99"));
        submitRequest(reflow(second, "9902"));
        expectReflowRefused(reflow(second, "9"));
        expectReflowRefused(reflow(second, "98"));
    }

    function test_submitRequestBySig_revertsUnlessTheProviderIsAbove() public {
        // On the same level.
        expectReflowRefused(reflow(REQUESTER, "990100"));
        // Upwards.
        ResourceSubmission memory act = submission(ShareClass.Unconditional);
        act.provider = BRANCH;
        _id = submit(act);
        expectPublished();
        expectReflowRefused(reflow(REQUESTER, "990100"));
        // From a department that no government is above.
        enterOutside(STRANGER, NOBODY);
        _id = resourceId();
        expectReflowRefused(reflow(STRANGER, "990100"));
    }

    /// @dev A provider without a government is above nobody.
    function test_submitRequestBySig_revertsForAProviderWithoutGovernment() public {
        DepartmentRegistration memory loner = registration(STRANGER, DepartmentKind.Authority);
        loner.superior = NOBODY;
        registry.admitSupervisor(loner);
        ResourceSubmission memory act = submission(ShareClass.Unconditional);
        act.provider = STRANGER;
        _id = submit(act);
        carryPublication(STRANGER);
        expectReflowRefused(reflow(BRANCH, "990102"));
    }

    function test_agreeBySig_bindsNoConditionToAReturn() public {
        RequestId requestId = submitRequest(reflow(BRANCH, "990102"));
        ShareAgreement memory act = agreement(requestId);
        (act.regionPrefix, act.conditionsHash) = ("990102", CONDITIONS);
        expectRefused(
            address(shares),
            callOf(act),
            abi.encodeWithSelector(IShareRequests.ShareLedgerConditionNotPublished.selector, requestId, CONDITIONS)
        );
        act.conditionsHash = 0;
        GrantId grantId = agree(act);
        Check.equal(RequestId.unwrap(shares.grantOf(grantId).requestId), RequestId.unwrap(requestId), "grant");
    }

    function test_refuseBySig_needsALawAgainstAReturn() public {
        RequestId requestId = submitRequest(reflow(BRANCH, "990102"));
        ShareRefusal memory act = refusal(requestId);
        (act.reasonCode, act.groundsHash) = (ReasonCodes.CONDITION_NOT_MET, CONDITIONS);
        expectRefused(
            address(shares),
            callOf(act),
            abi.encodeWithSelector(
                IShareRequests.ShareLedgerInvalidGrounds.selector,
                requestId,
                ReasonCodes.CONDITION_NOT_MET,
                CONDITIONS
            )
        );
        refuse(refusal(requestId));
    }

    function reflow(DepartmentId requester, bytes12 regionPrefix) private returns (ShareRequest memory act) {
        act = request(_id);
        (act.requester, act.kind, act.regionPrefix) = (requester, RequestKind.Reflow, regionPrefix);
    }

    function expectPublished() private {
        carryPublication(COUNTY_AUTHORITY);
        Check.equal(catalog.resourceOf(_id).publishedVersion, 1, "published");
    }

    function carryPublication(DepartmentId authority) private {
        take(StepKind.Publish, authority, ResourceId.unwrap(_id));
    }

    function expectReflowRefused(ShareRequest memory act) private {
        expectRefused(
            address(shares),
            callOf(act),
            abi.encodeWithSelector(IShareRequests.ShareLedgerInvalidReflow.selector, act.resourceId, act.regionPrefix)
        );
    }
}
