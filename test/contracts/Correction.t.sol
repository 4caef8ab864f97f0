// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CaseKind, CaseStatus, CorrectionFiling, ICaseBook} from "../../contracts/interfaces/ICaseBook.sol";
import {ShareClass} from "../../contracts/interfaces/IResourceCatalog.sol";
import {ISignedActs} from "../../contracts/interfaces/ISignedActs.sol";
import {CaseId, DepartmentId, HashAlgorithm, ResourceId} from "../../contracts/types/Ids.sol";
import {Check} from "./support/Check.sol";
import {LedgerTest} from "./support/LedgerTest.sol";
import {StepKind} from "./support/Steps.sol";
import {vm} from "./support/Vm.sol";

/// @dev 校核纠错 (R20). The steps that follow are in {CaseMatrixTest}.
contract CorrectionTest is LedgerTest {
    ResourceId private _id;

    function setUp() public override {
        super.setUp();
        _id = publishedResource(ShareClass.Conditional);
    }

    function test_fileCorrectionBySig_startsTheClock() public {
        CorrectionFiling memory act = filing(_id);
        CaseId caseId = fileCorrection(act);
        Check.equal(CaseId.unwrap(caseId), digest(act), "the id is the digest");
        ICaseBook.Case memory entry = cases.caseOf(caseId);
        Check.isTrue(entry.kind == CaseKind.Correction && entry.status == CaseStatus.Filed, "kind and status");
        Check.isTrue(entry.claimant == REQUESTER && entry.respondent == PROVIDER, "sides");
        Check.equal(entry.subject, ResourceId.unwrap(_id), "subject");
        Check.equal(entry.dueAt, 1_791_820_800, "the end of 12 October");
    }

    function test_fileCorrectionBySig_takesEveryPublishedVersion() public {
        publishSecondVersion(ShareClass.Denied);
        for (uint32 version = 1; version <= 2; ++version) {
            CorrectionFiling memory act = filing(_id);
            act.resourceVersion = version;
            fileCorrection(act);
        }
        expectNotPublished(_id, 0);
        expectNotPublished(_id, 3);
        expectNotPublished(ResourceId.wrap(keccak256("unknown")), 1);
    }

    function test_fileCorrectionBySig_revertsForOtherKindsAndTheProvider() public {
        DepartmentId[4] memory others = [PROVIDER, REGULATOR, GOVERNMENT, OPERATOR];
        for (uint256 i = 0; i < others.length; ++i) {
            CorrectionFiling memory act = filing(_id);
            act.requester = others[i];
            expectRefusal(act, abi.encodeWithSelector(ICaseBook.CaseBookNotRequester.selector, others[i], _id));
        }
        CorrectionFiling memory byAuthority = filing(_id);
        byAuthority.requester = AUTHORITY;
        fileCorrection(byAuthority);
    }

    function test_fileCorrectionBySig_revertsWithoutReasonOrDocument() public {
        CorrectionFiling memory act = filing(_id);
        act.reasonCode = 0;
        expectRefusal(act, abi.encodeWithSelector(ISignedActs.SignedActsReasonMissing.selector));
        act = filing(_id);
        act.documentHash = 0;
        expectRefusal(act, abi.encodeWithSelector(ISignedActs.SignedActsDocumentMissing.selector));
        act.hashAlgorithm = HashAlgorithm.Keccak256;
        expectRefusal(
            act,
            abi.encodeWithSelector(ISignedActs.SignedActsHashAlgorithmUnsupported.selector, HashAlgorithm.Keccak256)
        );
    }

    function test_fileCorrectionBySig_revertsWhileSuspended() public {
        suspendDepartment(REQUESTER);
        expectRefusal(
            filing(_id),
            abi.encodeWithSelector(ISignedActs.SignedActsDepartmentNotActive.selector, REQUESTER)
        );
    }

    /// @dev Lateness is recorded, and stops nobody.
    function test_allCorrections_areTakenLate() public {
        bytes32 caseId = CaseId.unwrap(fileCorrection(filing(_id)));
        vm.warp(NOW + 60 days);
        take(StepKind.Verify, PROVIDER, caseId);
        take(StepKind.Correct, PROVIDER, caseId);
        take(StepKind.FeedBack, PROVIDER, caseId);
        take(StepKind.CloseCorrection, REQUESTER, caseId);
        Check.isTrue(cases.caseOf(CaseId.wrap(caseId)).status == CaseStatus.Closed, "closed");
    }

    function expectNotPublished(ResourceId id, uint32 version) private {
        CorrectionFiling memory act = filing(id);
        act.resourceVersion = version;
        expectRefusal(act, abi.encodeWithSelector(ICaseBook.CaseBookResourceNotPublished.selector, id, version));
    }

    function expectRefusal(CorrectionFiling memory act, bytes memory revertData) private {
        expectRefused(address(cases), callOf(act), revertData);
    }
}
