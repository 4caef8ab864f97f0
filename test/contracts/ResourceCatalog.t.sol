// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DepartmentStatus} from "../../contracts/interfaces/IDepartmentRegistry.sol";
import {
    DenyInstrument,
    IResourceCatalog,
    LawClass,
    ResourceStatus,
    ResourceSubmission,
    ShareClass
} from "../../contracts/interfaces/IResourceCatalog.sol";
import {DepartmentRole, ISignedActs} from "../../contracts/interfaces/ISignedActs.sol";
import {DepartmentId, HashAlgorithm, ResourceId} from "../../contracts/types/Ids.sol";
import {Check} from "./support/Check.sol";
import {LedgerTest} from "./support/LedgerTest.sol";

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
        Check.equal(entry.reviewDueAt, 0, "no time is set for the first review (R10)");
        Check.equal(ResourceId.unwrap(entry.derivedFrom), 0, "source");
        IResourceCatalog.Resource memory resource = catalog.resourceOf(id);
        Check.isTrue(resource.provider == PROVIDER, "provider");
        Check.equal(resource.publishedVersion, 0, "published version");
    }

    function test_submitResourceBySig_takesAnAuthorityAsProvider() public {
        ResourceSubmission memory act = submission(ShareClass.Unconditional);
        act.provider = AUTHORITY;
        Check.isTrue(catalog.resourceOf(submit(act)).provider == AUTHORITY, "provider");
    }

    function test_submitResourceBySig_revertsForOtherKinds() public {
        DepartmentId[3] memory others = [REGULATOR, GOVERNMENT, OPERATOR];
        for (uint256 i = 0; i < others.length; ++i) {
            ResourceSubmission memory act = submission(ShareClass.Unconditional);
            act.provider = others[i];
            expectRefusal(act, abi.encodeWithSelector(IResourceCatalog.ResourceCatalogNotProvider.selector, others[i]));
        }
    }

    /// @dev The head approves what an officer has made (R3).
    function test_submitResourceBySig_revertsUnlessHeadAndMakerSign() public {
        ResourceSubmission memory act = submission(ShareClass.Unconditional);
        bytes32 actDigest = digest(act);
        (bytes memory office, bytes memory head) = (byOffice(PROVIDER, actDigest), byHead(PROVIDER, actDigest));
        expectRefused(
            address(catalog),
            abi.encodeCall(catalog.submitResourceBySig, (act, office, byMaker(PROVIDER, actDigest))),
            invalidSignature(DepartmentRole.Head, actDigest)
        );
        expectRefused(
            address(catalog),
            abi.encodeCall(catalog.submitResourceBySig, (act, head, head)),
            invalidSignature(DepartmentRole.Maker, actDigest)
        );
        expectRefused(
            address(catalog),
            abi.encodeCall(catalog.submitResourceBySig, (act, head, office)),
            invalidSignature(DepartmentRole.Maker, actDigest)
        );
    }

    function test_submitResourceBySig_holdsClassConditionsAndDenyBasisTogether() public {
        for (uint8 class = 0; class <= uint8(ShareClass.Denied); ++class) {
            for (uint256 set = 0; set < 8; ++set) {
                ResourceSubmission memory act = submission(ShareClass(class));
                act.codeHash = keccak256(abi.encode(class, set));
                act.conditionsHash = set & 1 == 0 ? bytes32(0) : keccak256("conditions");
                act.denyBasisHash = set & 2 == 0 ? bytes32(0) : keccak256("law");
                act.denyInstrument = set & 4 == 0 ? DenyInstrument.None : DenyInstrument.StateCouncilDecision;
                // None, the conditions alone, or basis and instrument.
                bool fits = class != 0 && set == [0, 0, 1, 6][class];
                if (fits) submit(act);
                else expectClassRefused(act);
            }
        }
    }

    /// @dev Core data is never registered (R1).
    function test_submitResourceBySig_revertsForCoreData() public {
        LawClass[2] memory wrong = [LawClass.None, LawClass.Core];
        for (uint256 i = 0; i < wrong.length; ++i) {
            ResourceSubmission memory act = submission(ShareClass.Unconditional);
            act.lawClass = wrong[i];
            expectRefusal(
                act,
                abi.encodeWithSelector(IResourceCatalog.ResourceCatalogInvalidLawClass.selector, wrong[i])
            );
        }
        ResourceSubmission memory important = submission(ShareClass.Unconditional);
        important.lawClass = LawClass.Important;
        submit(important);
    }

    function test_submitResourceBySig_needsTheSecrecyAssessmentOnly() public {
        ResourceSubmission memory act = submission(ShareClass.Unconditional);
        act.secrecyHash = 0;
        expectRefusal(act, abi.encodeWithSelector(IResourceCatalog.ResourceCatalogAssessmentMissing.selector));
        act = submission(ShareClass.Unconditional);
        act.piaHash = 0;
        submit(act);
    }

    function test_submitResourceBySig_revertsForUnknownAndDerivedSources() public {
        ResourceId source = publishedResource(ShareClass.Unconditional);
        ResourceSubmission memory act = derived("derived", source);
        expectSourceRefused(derived("own", idOf("own")), idOf("own"));
        expectSourceRefused(derived("second", idOf("nowhere")), idOf("nowhere"));
        submit(act);
        expectSourceRefused(derived("second", idOf("derived")), idOf("derived"));
        publish(idOf("derived"));
        expectSourceRefused(derived("second", idOf("derived")), idOf("derived"));
        Check.equal(
            ResourceId.unwrap(catalog.versionOf(idOf("derived"), 1).derivedFrom),
            ResourceId.unwrap(source),
            "source"
        );
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
        Check.equal(catalog.resourceOf(id).publishedVersion, 1, "the old version stays until the new one is published");
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

    function derived(bytes32 codeHash, ResourceId source) private returns (ResourceSubmission memory act) {
        act = submission(ShareClass.Unconditional);
        (act.codeHash, act.derivedFrom) = (codeHash, source);
    }

    function idOf(bytes32 codeHash) private pure returns (ResourceId) {
        return ResourceId.wrap(keccak256(abi.encode(PROVIDER, codeHash)));
    }

    function expectSourceRefused(ResourceSubmission memory act, ResourceId source) private {
        expectRefusal(
            act,
            abi.encodeWithSelector(IResourceCatalog.ResourceCatalogInvalidSource.selector, idOf(act.codeHash), source)
        );
    }

    function invalidSignature(DepartmentRole role, bytes32 actDigest) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ISignedActs.SignedActsInvalidSignature.selector, PROVIDER, role, actDigest);
    }

    function expectRefusal(ResourceSubmission memory act, bytes memory revertData) private {
        expectRefused(address(catalog), callOf(act), revertData);
    }
}
