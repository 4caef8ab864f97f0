// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    IResourceCatalog,
    ResourceStatus,
    ResourceSubmission,
    ShareClass
} from "../../contracts/interfaces/IResourceCatalog.sol";
import {ISignedActs} from "../../contracts/interfaces/ISignedActs.sol";
import {DepartmentId, ResourceId} from "../../contracts/types/Ids.sol";
import {Step} from "../../contracts/types/Step.sol";
import {Check} from "./support/Check.sol";
import {LedgerTest} from "./support/LedgerTest.sol";
import {JointKind, StepKind} from "./support/Steps.sol";
import {vm} from "./support/Vm.sol";

/// @dev The clock of R11: ten working days, and five more with the authority's consent.
contract ResourceUpdateTest is LedgerTest {
    /// @dev The ends of 12 and of 19 October 2026: the holiday of October lies between.
    uint64 private constant DUE_AT = 1_791_820_800;
    uint64 private constant LATEST = DUE_AT + 7 days;

    bytes32 private _id;

    function setUp() public override {
        super.setUp();
        _id = ResourceId.unwrap(publishedResource(ShareClass.Conditional));
    }

    function test_requireUpdateBySig_startsTheClock() public {
        DepartmentId[2] memory both = [PROVIDER, AUTHORITY];
        for (uint256 i = 0; i < both.length; ++i) {
            uint256 id = vm.snapshotState();
            take(StepKind.RequireUpdate, both[i], _id);
            Check.equal(resource().updateDueAt, DUE_AT, "due at");
            Check.isTrue(!resource().updateExtended, "not extended");
            vm.revertToState(id);
        }
    }

    function test_requireUpdateBySig_revertsForAnyoneElse() public {
        DepartmentId[6] memory others = [REQUESTER, REGULATOR, GOVERNMENT, OPERATOR, COUNTY_AUTHORITY, BRANCH];
        for (uint256 i = 0; i < others.length; ++i) {
            expectRefused(
                StepKind.RequireUpdate,
                step(others[i], _id, REASON),
                abi.encodeWithSelector(IResourceCatalog.ResourceCatalogNotEntitled.selector, _id, others[i])
            );
        }
    }

    function test_requireUpdateBySig_revertsWhenOneIsDue() public {
        take(StepKind.RequireUpdate, PROVIDER, _id);
        expectRefused(StepKind.RequireUpdate, step(AUTHORITY, _id, REASON), notOpen(DUE_AT));
    }

    /// @dev The provider could submit no other one, and would be late by the silence of the authority.
    function test_requireUpdateBySig_revertsWhileOneIsInReview() public {
        ResourceSubmission memory act = submission(ShareClass.Conditional);
        act.version = 2;
        submit(act);
        expectRefused(
            StepKind.RequireUpdate,
            step(AUTHORITY, _id, REASON),
            abi.encodeWithSelector(
                IResourceCatalog.ResourceCatalogUnexpectedStatus.selector,
                _id,
                2,
                ResourceStatus.Submitted
            )
        );
        take(StepKind.Return, AUTHORITY, _id);
        take(StepKind.RequireUpdate, AUTHORITY, _id);
    }

    function test_allUpdates_revertUnlessPublished() public {
        bytes memory refusal = abi.encodeWithSelector(
            IResourceCatalog.ResourceCatalogUnknownResource.selector,
            CODE_HASH
        );
        expectRefused(StepKind.RequireUpdate, step(AUTHORITY, CODE_HASH, REASON), refusal);
        expectRefused(StepKind.ExtendUpdate, extension(AUTHORITY, CODE_HASH, LATEST), refusal);
    }

    function test_submitResourceBySig_stopsTheClock() public {
        take(StepKind.RequireUpdate, PROVIDER, _id);
        take(StepKind.ExtendUpdate, extension(AUTHORITY, _id, LATEST));
        vm.warp(LATEST + 1);
        ResourceSubmission memory act = submission(ShareClass.Conditional);
        act.version = 2;
        submit(act);
        Check.equal(resource().updateDueAt, 0, "no update is due");
        Check.isTrue(!resource().updateExtended, "not extended");
        Check.equal(resource().publishedVersion, 1, "the old version stays usable");
    }

    function test_extendUpdateBySig_setsALaterDeadline() public {
        take(StepKind.RequireUpdate, PROVIDER, _id);
        vm.warp(DUE_AT - 1);
        take(StepKind.ExtendUpdate, extension(AUTHORITY, _id, LATEST));
        Check.equal(resource().updateDueAt, LATEST, "due at");
        Check.isTrue(resource().updateExtended, "extended");
        expectRefused(StepKind.ExtendUpdate, extension(AUTHORITY, _id, LATEST), notOpen(LATEST));
    }

    function test_extendUpdateBySig_revertsWhenNoneIsDueOrItIsLate() public {
        expectRefused(StepKind.ExtendUpdate, extension(AUTHORITY, _id, LATEST), notOpen(0));
        take(StepKind.RequireUpdate, PROVIDER, _id);
        vm.warp(DUE_AT);
        expectRefused(StepKind.ExtendUpdate, extension(AUTHORITY, _id, LATEST), notOpen(DUE_AT));
    }

    function test_extendUpdateBySig_revertsForOtherDeadlines() public {
        take(StepKind.RequireUpdate, PROVIDER, _id);
        uint64[4] memory wrong = [uint64(0), DUE_AT, LATEST + 1, type(uint64).max];
        for (uint256 i = 0; i < wrong.length; ++i) {
            expectRefused(
                StepKind.ExtendUpdate,
                extension(AUTHORITY, _id, wrong[i]),
                abi.encodeWithSelector(IResourceCatalog.ResourceCatalogInvalidDue.selector, wrong[i], LATEST)
            );
        }
        take(StepKind.ExtendUpdate, extension(AUTHORITY, _id, DUE_AT + 1));
    }

    function test_extendUpdateBySig_revertsUnlessAnAuthorityOfTheLevelSigns() public {
        take(StepKind.RequireUpdate, PROVIDER, _id);
        DepartmentId[6] memory others = [PROVIDER, REQUESTER, REGULATOR, GOVERNMENT, OPERATOR, COUNTY_AUTHORITY];
        for (uint256 i = 0; i < others.length; ++i) {
            expectRefused(
                StepKind.ExtendUpdate,
                extension(others[i], _id, LATEST),
                abi.encodeWithSelector(ISignedActs.SignedActsNotSameLevel.selector, others[i], PROVIDER)
            );
        }
    }

    function test_allUpdates_revertOnceRetired() public {
        take(StepKind.RequireUpdate, PROVIDER, _id);
        take(JointKind.Retire, jointStep(PROVIDER, AUTHORITY, _id, 0));
        bytes memory refusal = abi.encodeWithSelector(
            IResourceCatalog.ResourceCatalogUnexpectedRestraint.selector,
            _id,
            2
        );
        expectRefused(StepKind.RequireUpdate, step(PROVIDER, _id, REASON), refusal);
        expectRefused(StepKind.ExtendUpdate, extension(AUTHORITY, _id, LATEST), refusal);
        ResourceSubmission memory act = submission(ShareClass.Conditional);
        act.version = 2;
        expectRefused(address(catalog), callOf(act), refusal);
    }

    function extension(DepartmentId department, bytes32 id, uint64 dueAt) private returns (Step memory act) {
        act = step(department, id, REASON);
        act.dueAt = dueAt;
    }

    function notOpen(uint64 dueAt) private view returns (bytes memory) {
        return abi.encodeWithSelector(IResourceCatalog.ResourceCatalogUpdateNotOpen.selector, _id, dueAt);
    }

    function resource() private view returns (IResourceCatalog.Resource memory) {
        return catalog.resourceOf(ResourceId.wrap(_id));
    }
}
