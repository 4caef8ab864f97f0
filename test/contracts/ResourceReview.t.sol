// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DepartmentKind} from "../../contracts/interfaces/IDepartmentRegistry.sol";
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
import {StepKind} from "./support/Steps.sol";
import {vm} from "./support/Vm.sol";

/// @dev What an authority does with a submitted version (R10).
contract ResourceReviewTest is LedgerTest {
    bytes32 private _id;

    function setUp() public override {
        super.setUp();
        _id = ResourceId.unwrap(submit(submission(ShareClass.Conditional)));
    }

    function test_publishResourceBySig_announcesTheVersion() public {
        take(StepKind.Publish, AUTHORITY, _id);
        Check.equal(resource().publishedVersion, 1, "published version");
        expectStatus(1, ResourceStatus.Published);
    }

    function test_publishResourceBySig_revertsForAnotherDocument() public {
        Step memory act = step(AUTHORITY, _id, REASON);
        act.documentHash = sha256("another");
        expectRefused(
            StepKind.Publish,
            act,
            abi.encodeWithSelector(
                IResourceCatalog.ResourceCatalogDocumentMismatch.selector,
                _id,
                DOCUMENT,
                act.documentHash
            )
        );
    }

    /// @dev Each was the other's source when it was submitted.
    function test_publishResourceBySig_revertsWhenTheSourceIsNoneAnyMore() public {
        take(StepKind.Publish, AUTHORITY, _id);
        ResourceSubmission memory other = submission(ShareClass.Unconditional);
        other.codeHash = "other";
        ResourceId otherId = submit(other);
        publish(otherId);
        submitUpdate(CODE_HASH, otherId);
        submitUpdate("other", ResourceId.wrap(_id));
        take(StepKind.Publish, AUTHORITY, _id);
        expectRefused(
            StepKind.Publish,
            step(AUTHORITY, ResourceId.unwrap(otherId), REASON),
            abi.encodeWithSelector(IResourceCatalog.ResourceCatalogInvalidSource.selector, otherId, _id)
        );
        take(StepKind.Return, AUTHORITY, ResourceId.unwrap(otherId));
    }

    function test_returnResourceBySig_asksForAnotherEntry() public {
        take(StepKind.Return, AUTHORITY, _id);
        expectStatus(1, ResourceStatus.Returned);
        Check.equal(resource().publishedVersion, 0, "published version");
        expectRefused(
            address(catalog),
            callOf(submission(ShareClass.Conditional)),
            abi.encodeWithSelector(IResourceCatalog.ResourceCatalogUnchanged.selector, _id, DOCUMENT)
        );
        ResourceSubmission memory act = submission(ShareClass.Denied);
        act.documentHash = sha256("mended");
        submit(act);
        expectStatus(1, ResourceStatus.Submitted);
        IResourceCatalog.ResourceVersion memory entry = catalog.versionOf(ResourceId.wrap(_id), 1);
        Check.equal(entry.conditionsHash, 0, "nothing stays of the entry that was returned");
        Check.equal(entry.denyBasisHash, act.denyBasisHash, "deny basis");
    }

    function test_bothReviews_revertUnlessAVersionWaits() public {
        expectBothRefused(_idOf("unknown"), AUTHORITY, unexpectedStatus(_idOf("unknown"), 1, ResourceStatus.None));
        take(StepKind.Return, AUTHORITY, _id);
        expectBothRefused(_id, AUTHORITY, unexpectedStatus(_id, 1, ResourceStatus.Returned));
        ResourceSubmission memory act = submission(ShareClass.Conditional);
        act.documentHash = sha256("mended");
        submit(act);
        Step memory announcement = step(AUTHORITY, _id, REASON);
        announcement.documentHash = act.documentHash;
        take(StepKind.Publish, announcement);
        expectBothRefused(_id, AUTHORITY, unexpectedStatus(_id, 2, ResourceStatus.None));
    }

    function test_bothReviews_revertUnlessAnAuthorityOfTheLevelSigns() public {
        DepartmentId[7] memory others = [
            PROVIDER,
            REQUESTER,
            REGULATOR,
            GOVERNMENT,
            OPERATOR,
            COUNTY_AUTHORITY,
            BRANCH
        ];
        for (uint256 i = 0; i < others.length; ++i) {
            expectBothRefused(
                _id,
                others[i],
                abi.encodeWithSelector(ISignedActs.SignedActsNotSameLevel.selector, others[i], PROVIDER)
            );
        }
        register(STRANGER, DepartmentKind.Authority);
        take(StepKind.Publish, STRANGER, _id);
    }

    /// @dev R11: two working days, the first for the updated entry.
    function test_submitResourceBySig_startsTheClockOfTheReviewOfAnUpdate() public {
        take(StepKind.Publish, AUTHORITY, _id);
        vm.warp(NOW + 1 hours);
        ResourceSubmission memory act = submission(ShareClass.Conditional);
        act.version = 2;
        submit(act);
        uint64 dueAt = catalog.versionOf(ResourceId.wrap(_id), 2).reviewDueAt;
        Check.equal(dueAt, 1_790_179_200, "the end of Wednesday 23 September");
        vm.warp(dueAt + 1 days);
        take(StepKind.Publish, AUTHORITY, _id);
        expectStatus(2, ResourceStatus.Published);
    }

    function submitUpdate(bytes32 codeHash, ResourceId source) private {
        ResourceSubmission memory act = submission(ShareClass.Unconditional);
        (act.codeHash, act.version, act.derivedFrom) = (codeHash, 2, source);
        submit(act);
    }

    function resource() private view returns (IResourceCatalog.Resource memory) {
        return catalog.resourceOf(ResourceId.wrap(_id));
    }

    function _idOf(bytes32 codeHash) private pure returns (bytes32) {
        return keccak256(abi.encode(PROVIDER, codeHash));
    }

    function expectStatus(uint32 version, ResourceStatus status) private view {
        Check.isTrue(catalog.versionOf(ResourceId.wrap(_id), version).status == status, "status");
    }

    function unexpectedStatus(bytes32 id, uint32 version, ResourceStatus status) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IResourceCatalog.ResourceCatalogUnexpectedStatus.selector, id, version, status);
    }

    function expectBothRefused(bytes32 id, DepartmentId authority, bytes memory refusal) private {
        expectRefused(StepKind.Publish, step(authority, id, REASON), refusal);
        expectRefused(StepKind.Return, step(authority, id, REASON), refusal);
    }
}
