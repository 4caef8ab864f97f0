// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    IResourceCatalog,
    ResourceRestraint,
    ResourceSubmission,
    ShareClass
} from "../../contracts/interfaces/IResourceCatalog.sol";
import {IShareRequests} from "../../contracts/interfaces/IShareRequests.sol";
import {ISignedActs} from "../../contracts/interfaces/ISignedActs.sol";
import {DepartmentId, GrantId, ResourceId} from "../../contracts/types/Ids.sol";
import {ReasonCodes} from "../../contracts/types/ReasonCodes.sol";
import {Check} from "./support/Check.sol";
import {LedgerTest} from "./support/LedgerTest.sol";
import {JointKind, StepKind} from "./support/Steps.sol";
import {vm} from "./support/Vm.sol";

/// @dev Freezing, and the end of a resource.
contract ResourceRestraintTest is LedgerTest {
    bytes32 private _id;

    function setUp() public override {
        super.setUp();
        _id = ResourceId.unwrap(publishedResource(ShareClass.Conditional));
    }

    function test_freezeResourceBySig_byAnAuthorityForAnyReason() public {
        take(StepKind.Freeze, AUTHORITY, _id);
        expectRestraint(ResourceRestraint.Frozen);
        expectRefused(
            address(shares),
            callOf(request(ResourceId.wrap(_id))),
            abi.encodeWithSelector(IShareRequests.ShareLedgerResourceNotPublished.selector, _id, uint32(1))
        );
    }

    function test_freezeResourceBySig_byTheProviderForSecurityOnly() public {
        expectRefused(StepKind.Freeze, step(PROVIDER, _id, REASON), notEntitled(PROVIDER));
        expectRefused(StepKind.Freeze, step(PROVIDER, _id, ReasonCodes.MISUSE), notEntitled(PROVIDER));
        suspendDepartment(PROVIDER);
        take(StepKind.Freeze, step(PROVIDER, _id, ReasonCodes.SECURITY));
        expectRestraint(ResourceRestraint.Frozen);
    }

    function test_freezeResourceBySig_revertsForAnyoneElse() public {
        DepartmentId[6] memory others = [REQUESTER, REGULATOR, GOVERNMENT, OPERATOR, COUNTY_AUTHORITY, BRANCH];
        for (uint256 i = 0; i < others.length; ++i) {
            expectRefused(StepKind.Freeze, step(others[i], _id, ReasonCodes.SECURITY), notEntitled(others[i]));
        }
    }

    function test_freezeResourceBySig_revertsUnlessFree() public {
        expectRefused(
            StepKind.Freeze,
            step(AUTHORITY, CODE_HASH, REASON),
            abi.encodeWithSelector(IResourceCatalog.ResourceCatalogUnknownResource.selector, CODE_HASH)
        );
        take(StepKind.Freeze, AUTHORITY, _id);
        expectRefused(StepKind.Freeze, step(AUTHORITY, _id, REASON), unexpectedRestraint(ResourceRestraint.Frozen));
        take(JointKind.Retire, jointStep(PROVIDER, AUTHORITY, _id, 0));
        expectRefused(StepKind.Freeze, step(AUTHORITY, _id, REASON), unexpectedRestraint(ResourceRestraint.Retired));
    }

    function test_unfreezeResourceBySig_byAnAuthorityOnly() public {
        expectRefused(StepKind.Unfreeze, step(AUTHORITY, _id, REASON), unexpectedRestraint(ResourceRestraint.None));
        take(StepKind.Freeze, step(PROVIDER, _id, ReasonCodes.SECURITY));
        DepartmentId[5] memory others = [PROVIDER, REQUESTER, REGULATOR, GOVERNMENT, COUNTY_AUTHORITY];
        for (uint256 i = 0; i < others.length; ++i) {
            expectRefused(
                StepKind.Unfreeze,
                step(others[i], _id, REASON),
                abi.encodeWithSelector(ISignedActs.SignedActsNotSameLevel.selector, others[i], PROVIDER)
            );
        }
        take(StepKind.Unfreeze, AUTHORITY, _id);
        expectRestraint(ResourceRestraint.None);
        submitRequest(request(ResourceId.wrap(_id)));
    }

    function test_retireResourceBySig_isForEver() public {
        take(JointKind.Retire, jointStep(PROVIDER, AUTHORITY, _id, 0));
        expectRestraint(ResourceRestraint.Retired);
        bytes memory refusal = unexpectedRestraint(ResourceRestraint.Retired);
        expectRefused(JointKind.Retire, jointStep(PROVIDER, AUTHORITY, _id, 0), refusal);
        expectRefused(StepKind.Unfreeze, step(AUTHORITY, _id, REASON), refusal);
        expectRefused(address(catalog), callOf(designation("element", ResourceId.wrap(_id))), refusal);
    }

    /// @dev A version that waits is not published any more.
    function test_retireResourceBySig_stopsTheReview() public {
        ResourceSubmission memory act = submission(ShareClass.Conditional);
        act.version = 2;
        submit(act);
        take(JointKind.Retire, jointStep(PROVIDER, AUTHORITY, _id, 0));
        expectRefused(StepKind.Publish, step(AUTHORITY, _id, REASON), unexpectedRestraint(ResourceRestraint.Retired));
    }

    function test_retireResourceBySig_revertsForWrongSides() public {
        expectRefused(JointKind.Retire, jointStep(REQUESTER, AUTHORITY, _id, 0), notEntitled(REQUESTER));
        expectRefused(
            JointKind.Retire,
            jointStep(PROVIDER, COUNTY_AUTHORITY, _id, 0),
            abi.encodeWithSelector(ISignedActs.SignedActsNotSameLevel.selector, COUNTY_AUTHORITY, PROVIDER)
        );
        expectRefused(
            JointKind.Retire,
            jointStep(PROVIDER, AUTHORITY, CODE_HASH, 0),
            abi.encodeWithSelector(IResourceCatalog.ResourceCatalogUnknownResource.selector, CODE_HASH)
        );
    }

    /// @dev R29: until each grant is settled, or the last window is over.
    function test_retireResourceBySig_revertsWhileGrantsAreInForce() public {
        GrantId first = agree(agreement(submitRequest(request(ResourceId.wrap(_id)))));
        GrantId second = agree(agreement(submitRequest(request(ResourceId.wrap(_id)))));
        expectGrantsOpen(2, NOW + 200 days);
        take(StepKind.Release, REQUESTER, GrantId.unwrap(first));
        expectGrantsOpen(1, NOW + 200 days);
        vm.warp(NOW + 200 days);
        expectGrantsOpen(1, NOW + 200 days);
        uint256 id = vm.snapshotState();
        vm.warp(NOW + 200 days + 1);
        take(JointKind.Retire, jointStep(PROVIDER, AUTHORITY, _id, 0));
        vm.revertToState(id);
        terminate(second);
        take(JointKind.Retire, jointStep(PROVIDER, AUTHORITY, _id, 0));
    }

    /// @dev Grants of an old version of the share ledger stay valid, so it is asked too.
    function test_retireResourceBySig_asksEveryVersionOfTheShareLedger() public {
        agree(agreement(submitRequest(request(ResourceId.wrap(_id)))));
        shares = deployShares();
        directory.list("ShareLedger", address(shares));
        expectGrantsOpen(1, NOW + 200 days);
        Check.equal(directory.versionsOf("ShareLedger"), 2, "versions");
    }

    function expectGrantsOpen(uint64 open, uint64 latestEnd) private {
        expectRefused(
            JointKind.Retire,
            jointStep(PROVIDER, AUTHORITY, _id, 0),
            abi.encodeWithSelector(IResourceCatalog.ResourceCatalogGrantsOpen.selector, _id, open, latestEnd)
        );
    }

    function expectRestraint(ResourceRestraint restraint) private view {
        Check.isTrue(catalog.resourceOf(ResourceId.wrap(_id)).restraint == restraint, "restraint");
    }

    function unexpectedRestraint(ResourceRestraint restraint) private view returns (bytes memory) {
        return abi.encodeWithSelector(IResourceCatalog.ResourceCatalogUnexpectedRestraint.selector, _id, restraint);
    }

    function notEntitled(DepartmentId department) private view returns (bytes memory) {
        return abi.encodeWithSelector(IResourceCatalog.ResourceCatalogNotEntitled.selector, _id, department);
    }
}
