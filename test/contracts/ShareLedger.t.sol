// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DepartmentStatus} from "../../contracts/interfaces/IDepartmentRegistry.sol";
import {ResourcePublication, ResourceSubmission, ShareClass} from "../../contracts/interfaces/IResourceCatalog.sol";
import {
    GrantStatus,
    IShareLedger,
    RequestStatus,
    ShareAgreement,
    ShareRefusal,
    ShareRequest
} from "../../contracts/interfaces/IShareLedger.sol";
import {ISignedActs} from "../../contracts/interfaces/ISignedActs.sol";
import {DepartmentId, GrantId, HashAlgorithm, RequestId, ResourceId} from "../../contracts/types/Ids.sol";
import {Check} from "./support/Check.sol";
import {LedgerTest} from "./support/LedgerTest.sol";
import {vm} from "./support/Vm.sol";

contract ShareLedgerTest is LedgerTest {
    function test_submitRequestBySig_recordsTheRequest() public {
        ShareRequest memory act = request(publishedResource(ShareClass.Conditional));
        RequestId requestId = submitRequest(act);
        Check.equal(RequestId.unwrap(requestId), digest(act), "the id is the digest");

        IShareLedger.Request memory entry = shares.requestOf(requestId);
        Check.isTrue(entry.status == RequestStatus.Submitted, "status");
        Check.isTrue(entry.requester == REQUESTER, "requester");
        Check.equal(ResourceId.unwrap(entry.resourceId), ResourceId.unwrap(act.resourceId), "resource");
        Check.equal(entry.resourceVersion, 1, "version");
        Check.equal(entry.fields, act.fields, "fields");
        Check.equal(entry.notBefore, act.notBefore, "not before");
        Check.equal(entry.notAfter, act.notAfter, "not after");
    }

    function test_submitRequestBySig_takesAnAuthority() public {
        ShareRequest memory act = request(publishedResource(ShareClass.Unconditional));
        act.requester = AUTHORITY;
        Check.isTrue(shares.requestOf(submitRequest(act)).requester == AUTHORITY, "requester");
    }

    function test_submitRequestBySig_revertsForOtherKinds() public {
        ResourceId id = publishedResource(ShareClass.Unconditional);
        DepartmentId[3] memory others = [REGULATOR, GOVERNMENT, OPERATOR];
        for (uint256 i = 0; i < others.length; ++i) {
            ShareRequest memory act = request(id);
            act.requester = others[i];
            expectRequestRefused(act, abi.encodeWithSelector(IShareLedger.ShareLedgerNotRequester.selector, others[i]));
        }
    }

    function test_submitRequestBySig_revertsForOwnResource() public {
        ShareRequest memory act = request(publishedResource(ShareClass.Unconditional));
        act.requester = PROVIDER;
        expectRequestRefused(
            act,
            abi.encodeWithSelector(IShareLedger.ShareLedgerOwnResource.selector, act.resourceId, PROVIDER)
        );
    }

    function test_submitRequestBySig_revertsUnlessTheVersionIsThePublishedOne() public {
        ResourceId id = submit(submission(ShareClass.Unconditional));
        expectNotPublished(id, 1);
        expectNotPublished(id, 0);
        publish(publication(id));
        expectNotPublished(id, 0);
        expectNotPublished(id, 2);
        publishSecondVersion(id, ShareClass.Conditional);
        expectNotPublished(id, 1);
        expectNotPublished(ResourceId.wrap(keccak256("unknown")), 1);
    }

    function test_submitRequestBySig_revertsForDeniedResource() public {
        ShareRequest memory act = request(publishedResource(ShareClass.Denied));
        expectRequestRefused(
            act,
            abi.encodeWithSelector(IShareLedger.ShareLedgerResourceDenied.selector, act.resourceId)
        );
    }

    function test_submitRequestBySig_revertsForFieldsOutsideTheVersion() public {
        ResourceId id = publishedResource(ShareClass.Unconditional);
        uint256[4] memory wrong = [uint256(0), 0x100, 0x1ff, 1 << 255];
        for (uint256 i = 0; i < wrong.length; ++i) {
            ShareRequest memory act = request(id);
            act.fields = wrong[i];
            expectRequestRefused(
                act,
                abi.encodeWithSelector(IShareLedger.ShareLedgerInvalidFields.selector, wrong[i], 0xff)
            );
        }
    }

    function test_submitRequestBySig_takesAllOf256Fields() public {
        ResourceSubmission memory wide = submission(ShareClass.Unconditional);
        wide.fieldCount = 256;
        ResourceId id = submit(wide);
        publish(publication(id));
        ShareRequest memory act = request(id);
        act.fields = type(uint256).max;
        Check.equal(shares.requestOf(submitRequest(act)).fields, type(uint256).max, "fields");
    }

    function test_submitRequestBySig_revertsForEmptyOrPastWindow() public {
        ResourceId id = publishedResource(ShareClass.Unconditional);
        uint64[2][3] memory wrong = [[NOW + 5, NOW + 5], [NOW + 6, NOW + 5], [NOW - 5, NOW]];
        for (uint256 i = 0; i < wrong.length; ++i) {
            ShareRequest memory act = request(id);
            (act.notBefore, act.notAfter) = (wrong[i][0], wrong[i][1]);
            expectRequestRefused(
                act,
                abi.encodeWithSelector(IShareLedger.ShareLedgerInvalidWindow.selector, act.notBefore, act.notAfter)
            );
        }
    }

    function test_submitRequestBySig_revertsWithoutDocument() public {
        ShareRequest memory act = request(publishedResource(ShareClass.Unconditional));
        act.documentHash = 0;
        expectRequestRefused(act, abi.encodeWithSelector(ISignedActs.SignedActsDocumentMissing.selector));
        act.documentHash = DOCUMENT;
        act.hashAlgorithm = HashAlgorithm.Sm3;
        expectRequestRefused(
            act,
            abi.encodeWithSelector(ISignedActs.SignedActsHashAlgorithmUnsupported.selector, HashAlgorithm.Sm3)
        );
    }

    function test_agreeBySig_issuesTheGrant() public {
        RequestId requestId = openRequest();
        ShareAgreement memory act = agreement(requestId);
        GrantId grantId = agree(act);

        bytes32 expected = keccak256(
            abi.encode(requestId, act.fields, act.notBefore, act.notAfter, act.documentHash, uint8(1))
        );
        Check.equal(GrantId.unwrap(grantId), expected, "the id commits to the terms");
        IShareLedger.Grant memory grant = shares.grantOf(grantId);
        Check.isTrue(grant.status == GrantStatus.Active, "grant");
        Check.isTrue(grant.provider == PROVIDER, "provider");
        Check.equal(RequestId.unwrap(grant.requestId), RequestId.unwrap(requestId), "request");
        Check.isTrue(shares.requestOf(requestId).status == RequestStatus.Agreed, "request status");
    }

    function test_agreeBySig_revertsForUnknownAndAnsweredRequests() public {
        RequestId unknown = RequestId.wrap(keccak256("unknown"));
        expectAgreementRefused(agreement(unknown), unexpectedStatus(unknown, RequestStatus.None));
        RequestId requestId = openRequest();
        agree(agreement(requestId));
        expectAgreementRefused(agreement(requestId), unexpectedStatus(requestId, RequestStatus.Agreed));
    }

    function test_agreeBySig_revertsAfterRefusal() public {
        RequestId requestId = openRequest();
        refuse(refusal(requestId));
        expectAgreementRefused(agreement(requestId), unexpectedStatus(requestId, RequestStatus.Refused));
    }

    function test_agreeBySig_revertsUnlessTheProviderSigns() public {
        RequestId requestId = openRequest();
        DepartmentId[5] memory others = [REQUESTER, AUTHORITY, REGULATOR, GOVERNMENT, OPERATOR];
        for (uint256 i = 0; i < others.length; ++i) {
            ShareAgreement memory act = agreement(requestId);
            act.provider = others[i];
            expectAgreementRefused(
                act,
                abi.encodeWithSelector(IShareLedger.ShareLedgerNotProvider.selector, requestId, others[i])
            );
        }
    }

    function test_agreeBySig_revertsForFieldsNotAskedFor() public {
        RequestId requestId = openRequest();
        uint256[3] memory wrong = [uint256(0), 0x10, 0x1f];
        for (uint256 i = 0; i < wrong.length; ++i) {
            ShareAgreement memory act = agreement(requestId);
            act.fields = wrong[i];
            expectAgreementRefused(
                act,
                abi.encodeWithSelector(IShareLedger.ShareLedgerInvalidFields.selector, wrong[i], 0x0f)
            );
        }
    }

    function test_agreeBySig_revertsForWindowNotAskedFor() public {
        RequestId requestId = openRequest();
        expectWindowRefused(requestId, NOW - 1, NOW + 20 days);
        expectWindowRefused(requestId, NOW, NOW + 30 days + 1);
        expectWindowRefused(requestId, NOW + 2 days, NOW + 2 days);
        vm.warp(NOW + 30 minutes);
        expectWindowRefused(requestId, NOW, NOW + 30 minutes);
    }

    function test_agreeBySig_takesExactlyWhatWasAskedFor() public {
        RequestId requestId = openRequest();
        ShareAgreement memory act = agreement(requestId);
        (act.fields, act.notBefore, act.notAfter) = (0x0f, NOW, NOW + 30 days);
        Check.isTrue(shares.grantOf(agree(act)).status == GrantStatus.Active, "grant");
    }

    function test_agreeBySig_revertsWhenTheClassHasBecomeDenied() public {
        ResourceId id = publishedResource(ShareClass.Conditional);
        RequestId requestId = submitRequest(request(id));
        publishSecondVersion(id, ShareClass.Denied);
        expectAgreementRefused(
            agreement(requestId),
            abi.encodeWithSelector(IShareLedger.ShareLedgerResourceDenied.selector, id)
        );
        refuse(refusal(requestId));
    }

    function test_agreeBySig_revertsForSuspendedRequester() public {
        RequestId requestId = openRequest();
        setStatus(REQUESTER, DepartmentStatus.Suspended);
        expectAgreementRefused(
            agreement(requestId),
            abi.encodeWithSelector(IShareLedger.ShareLedgerRequesterNotActive.selector, requestId, REQUESTER)
        );
        setStatus(REQUESTER, DepartmentStatus.Active);
        Check.isTrue(shares.grantOf(agree(agreement(requestId))).status == GrantStatus.Active, "grant");
    }

    function test_refuseBySig_answersASuspendedRequester() public {
        RequestId requestId = openRequest();
        setStatus(REQUESTER, DepartmentStatus.Suspended);
        refuse(refusal(requestId));
        Check.isTrue(shares.requestOf(requestId).status == RequestStatus.Refused, "status");
    }

    function test_agreeBySig_revertsWithoutDocument() public {
        ShareAgreement memory act = agreement(openRequest());
        act.documentHash = 0;
        expectAgreementRefused(act, abi.encodeWithSelector(ISignedActs.SignedActsDocumentMissing.selector));
    }

    function test_refuseBySig_recordsTheRefusal() public {
        RequestId requestId = openRequest();
        refuse(refusal(requestId));
        Check.isTrue(shares.requestOf(requestId).status == RequestStatus.Refused, "status");
    }

    function test_refuseBySig_revertsWithoutReason() public {
        ShareRefusal memory act = refusal(openRequest());
        act.reasonCode = 0;
        expectRefusalRefused(act, abi.encodeWithSelector(IShareLedger.ShareLedgerReasonMissing.selector));
    }

    function test_refuseBySig_revertsWithoutDocument() public {
        ShareRefusal memory act = refusal(openRequest());
        act.documentHash = 0;
        expectRefusalRefused(act, abi.encodeWithSelector(ISignedActs.SignedActsDocumentMissing.selector));
    }

    function test_refuseBySig_revertsUnlessTheProviderSigns() public {
        RequestId requestId = openRequest();
        ShareRefusal memory act = refusal(requestId);
        act.provider = AUTHORITY;
        expectRefusalRefused(
            act,
            abi.encodeWithSelector(IShareLedger.ShareLedgerNotProvider.selector, requestId, AUTHORITY)
        );
    }

    function test_refuseBySig_revertsForAnsweredRequest() public {
        RequestId requestId = openRequest();
        agree(agreement(requestId));
        expectRefusalRefused(refusal(requestId), unexpectedStatus(requestId, RequestStatus.Agreed));
    }

    function publishSecondVersion(ResourceId id, ShareClass shareClass) private {
        ResourceSubmission memory second = submission(shareClass);
        second.version = 2;
        submit(second);
        ResourcePublication memory announcement = publication(id);
        announcement.version = 2;
        publish(announcement);
    }

    function unexpectedStatus(RequestId requestId, RequestStatus status) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IShareLedger.ShareLedgerUnexpectedRequestStatus.selector, requestId, status);
    }

    function expectNotPublished(ResourceId id, uint32 version) private {
        ShareRequest memory act = request(id);
        act.resourceVersion = version;
        expectRequestRefused(
            act,
            abi.encodeWithSelector(IShareLedger.ShareLedgerResourceNotPublished.selector, id, version)
        );
    }

    function expectWindowRefused(RequestId requestId, uint64 notBefore, uint64 notAfter) private {
        ShareAgreement memory act = agreement(requestId);
        (act.notBefore, act.notAfter) = (notBefore, notAfter);
        expectAgreementRefused(
            act,
            abi.encodeWithSelector(IShareLedger.ShareLedgerInvalidWindow.selector, notBefore, notAfter)
        );
    }

    function expectRequestRefused(ShareRequest memory act, bytes memory revertData) private {
        bytes memory signature = byOffice(act.requester, digest(act));
        vm.expectRevert(revertData);
        shares.submitRequestBySig(act, signature);
    }

    function expectAgreementRefused(ShareAgreement memory act, bytes memory revertData) private {
        bytes memory signature = byOffice(act.provider, digest(act));
        vm.expectRevert(revertData);
        shares.agreeBySig(act, signature);
    }

    function expectRefusalRefused(ShareRefusal memory act, bytes memory revertData) private {
        bytes memory signature = byOffice(act.provider, digest(act));
        vm.expectRevert(revertData);
        shares.refuseBySig(act, signature);
    }
}
