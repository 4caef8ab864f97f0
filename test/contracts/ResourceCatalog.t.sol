// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DepartmentKind, DepartmentStatus} from "../../contracts/interfaces/IDepartmentRegistry.sol";
import {
    IResourceCatalog,
    ResourcePublication,
    ResourceStatus,
    ResourceSubmission,
    ShareClass
} from "../../contracts/interfaces/IResourceCatalog.sol";
import {DepartmentRole, ISignedActs} from "../../contracts/interfaces/ISignedActs.sol";
import {DepartmentId, HashAlgorithm, ResourceId} from "../../contracts/types/Ids.sol";
import {Check} from "./support/Check.sol";
import {LedgerTest} from "./support/LedgerTest.sol";
import {vm} from "./support/Vm.sol";

contract ResourceCatalogTest is LedgerTest {
    function test_submitResourceBySig_recordsTheVersion() public {
        ResourceSubmission memory act = submission(ShareClass.Conditional);
        ResourceId id = submit(act);
        Check.equal(ResourceId.unwrap(id), keccak256(abi.encode(PROVIDER, CODE_HASH)), "id");

        IResourceCatalog.ResourceVersion memory entry = catalog.versionOf(id, 1);
        Check.isTrue(entry.status == ResourceStatus.Submitted, "status");
        Check.isTrue(entry.shareClass == ShareClass.Conditional, "class");
        Check.equal(entry.level, 3, "level");
        Check.equal(entry.fieldCount, 8, "fields");
        Check.isTrue(entry.hashAlgorithm == HashAlgorithm.Sha256, "algorithm");
        Check.equal(entry.documentHash, act.documentHash, "document");
        Check.equal(entry.conditionsHash, act.conditionsHash, "conditions");
        Check.equal(entry.denyBasisHash, 0, "deny basis");
        (DepartmentId provider, uint32 publishedVersion) = catalog.resourceOf(id);
        Check.isTrue(provider == PROVIDER, "provider");
        Check.equal(publishedVersion, 0, "published version");
    }

    function test_submitResourceBySig_takesAnAuthorityAsProvider() public {
        ResourceSubmission memory act = submission(ShareClass.Unconditional);
        act.provider = AUTHORITY;
        (DepartmentId provider, ) = catalog.resourceOf(submit(act));
        Check.isTrue(provider == AUTHORITY, "provider");
    }

    function test_submitResourceBySig_revertsForOtherKinds() public {
        DepartmentId[3] memory others = [REGULATOR, GOVERNMENT, OPERATOR];
        for (uint256 i = 0; i < others.length; ++i) {
            ResourceSubmission memory act = submission(ShareClass.Unconditional);
            act.provider = others[i];
            expectRefusal(act, abi.encodeWithSelector(IResourceCatalog.ResourceCatalogNotProvider.selector, others[i]));
        }
    }

    function test_submitResourceBySig_revertsForTheOffice() public {
        ResourceSubmission memory act = submission(ShareClass.Unconditional);
        bytes32 actDigest = digest(act);
        bytes memory signature = byOffice(PROVIDER, actDigest);
        vm.expectRevert(
            abi.encodeWithSelector(
                ISignedActs.SignedActsInvalidSignature.selector,
                PROVIDER,
                DepartmentRole.Head,
                actDigest
            )
        );
        catalog.submitResourceBySig(act, signature);
    }

    function test_submitResourceBySig_holdsClassConditionsAndDenyBasisTogether() public {
        for (uint8 class = 0; class <= uint8(ShareClass.Denied); ++class) {
            for (uint256 set = 0; set < 4; ++set) {
                ResourceSubmission memory act = submission(ShareClass(class));
                act.codeHash = keccak256(abi.encode(class, set));
                act.conditionsHash = set & 1 == 0 ? bytes32(0) : keccak256("conditions");
                act.denyBasisHash = set & 2 == 0 ? bytes32(0) : keccak256("law");
                bool fits = class != 0 && set == class - 1;
                if (fits) submit(act);
                else expectClassRefused(act);
            }
        }
    }

    function test_submitResourceBySig_revertsForWrongLevel() public {
        uint8[3] memory wrong = [0, 5, 255];
        for (uint256 i = 0; i < wrong.length; ++i) {
            ResourceSubmission memory act = submission(ShareClass.Unconditional);
            act.level = wrong[i];
            expectRefusal(act, abi.encodeWithSelector(IResourceCatalog.ResourceCatalogInvalidLevel.selector, wrong[i]));
        }
    }

    function test_submitResourceBySig_revertsForWrongFieldCount() public {
        uint16[3] memory wrong = [0, 257, 65535];
        for (uint256 i = 0; i < wrong.length; ++i) {
            ResourceSubmission memory act = submission(ShareClass.Unconditional);
            act.fieldCount = wrong[i];
            expectRefusal(
                act,
                abi.encodeWithSelector(IResourceCatalog.ResourceCatalogInvalidFieldCount.selector, wrong[i])
            );
        }
    }

    function test_submitResourceBySig_revertsForUncheckableDocument() public {
        ResourceSubmission memory act = submission(ShareClass.Unconditional);
        act.documentHash = 0;
        expectRefusal(act, abi.encodeWithSelector(ISignedActs.SignedActsDocumentMissing.selector));
        HashAlgorithm[3] memory wrong = [HashAlgorithm.None, HashAlgorithm.Keccak256, HashAlgorithm.Sm3];
        for (uint256 i = 0; i < wrong.length; ++i) {
            act = submission(ShareClass.Unconditional);
            act.hashAlgorithm = wrong[i];
            expectRefusal(
                act,
                abi.encodeWithSelector(ISignedActs.SignedActsHashAlgorithmUnsupported.selector, wrong[i])
            );
        }
    }

    function test_submitResourceBySig_countsVersionsFromThePublishedOne() public {
        expectVersionRefused(0, 1);
        expectVersionRefused(2, 1);
        ResourceId id = publishedResource(ShareClass.Unconditional);
        expectVersionRefused(1, 2);
        expectVersionRefused(3, 2);

        ResourceSubmission memory act = submission(ShareClass.Denied);
        act.version = 2;
        submit(act);
        (, uint32 publishedVersion) = catalog.resourceOf(id);
        Check.equal(publishedVersion, 1, "the old version stays until the new one is published");
    }

    function test_submitResourceBySig_takesAVersionOnce() public {
        ResourceId id = submit(submission(ShareClass.Unconditional));
        expectRefusal(
            submission(ShareClass.Conditional),
            abi.encodeWithSelector(
                IResourceCatalog.ResourceCatalogUnexpectedStatus.selector,
                id,
                1,
                ResourceStatus.Submitted
            )
        );
    }

    function test_publishResourceBySig_announcesTheVersion() public {
        ResourceId id = publishedResource(ShareClass.Unconditional);
        (, uint32 publishedVersion) = catalog.resourceOf(id);
        Check.equal(publishedVersion, 1, "published version");
        Check.isTrue(catalog.versionOf(id, 1).status == ResourceStatus.Published, "status");
    }

    function test_publishResourceBySig_revertsForUnknownAndPublishedVersions() public {
        ResourceId id = publishedResource(ShareClass.Unconditional);
        ResourcePublication memory act = publication(id);
        expectPublicationRefused(
            act,
            abi.encodeWithSelector(
                IResourceCatalog.ResourceCatalogUnexpectedStatus.selector,
                id,
                1,
                ResourceStatus.Published
            )
        );
        act = publication(id);
        act.version = 2;
        expectPublicationRefused(
            act,
            abi.encodeWithSelector(
                IResourceCatalog.ResourceCatalogUnexpectedStatus.selector,
                id,
                2,
                ResourceStatus.None
            )
        );
    }

    function test_publishResourceBySig_revertsForAnotherDocument() public {
        ResourceId id = submit(submission(ShareClass.Unconditional));
        ResourcePublication memory act = publication(id);
        act.documentHash = sha256("another");
        expectPublicationRefused(
            act,
            abi.encodeWithSelector(
                IResourceCatalog.ResourceCatalogDocumentMismatch.selector,
                id,
                DOCUMENT,
                act.documentHash
            )
        );
    }

    function test_publishResourceBySig_revertsUnlessAnAuthoritySigns() public {
        ResourceId id = submit(submission(ShareClass.Unconditional));
        DepartmentId[4] memory others = [PROVIDER, REGULATOR, GOVERNMENT, OPERATOR];
        for (uint256 i = 0; i < others.length; ++i) {
            ResourcePublication memory act = publication(id);
            act.authority = others[i];
            expectPublicationRefused(
                act,
                abi.encodeWithSelector(IResourceCatalog.ResourceCatalogNotAuthority.selector, others[i])
            );
        }
    }

    function test_bothActs_revertWhileSuspended() public {
        registry.admitAuthority(registration(STRANGER, DepartmentKind.Authority));
        ResourceId id = submit(submission(ShareClass.Unconditional));
        setStatus(PROVIDER, DepartmentStatus.Suspended);
        registry.governStatus(statusOrder(STRANGER, DepartmentStatus.Suspended));

        ResourceSubmission memory act = submission(ShareClass.Unconditional);
        act.codeHash = keccak256("another");
        expectRefusal(act, abi.encodeWithSelector(ISignedActs.SignedActsDepartmentNotActive.selector, PROVIDER));
        ResourcePublication memory announcement = publication(id);
        announcement.authority = STRANGER;
        expectPublicationRefused(
            announcement,
            abi.encodeWithSelector(ISignedActs.SignedActsDepartmentNotActive.selector, STRANGER)
        );
    }

    function expectVersionRefused(uint32 version, uint32 expected) private {
        ResourceSubmission memory act = submission(ShareClass.Unconditional);
        act.version = version;
        ResourceId id = ResourceId.wrap(keccak256(abi.encode(PROVIDER, CODE_HASH)));
        expectRefusal(
            act,
            abi.encodeWithSelector(IResourceCatalog.ResourceCatalogUnexpectedVersion.selector, id, version, expected)
        );
    }

    function expectClassRefused(ResourceSubmission memory act) private {
        expectRefusal(
            act,
            abi.encodeWithSelector(
                IResourceCatalog.ResourceCatalogInvalidClass.selector,
                act.shareClass,
                act.conditionsHash,
                act.denyBasisHash
            )
        );
    }

    function expectRefusal(ResourceSubmission memory act, bytes memory revertData) private {
        bytes memory signature = byHead(act.provider, digest(act));
        vm.expectRevert(revertData);
        catalog.submitResourceBySig(act, signature);
    }

    function expectPublicationRefused(ResourcePublication memory act, bytes memory revertData) private {
        bytes memory signature = byOffice(act.authority, digest(act));
        vm.expectRevert(revertData);
        catalog.publishResourceBySig(act, signature);
    }
}
