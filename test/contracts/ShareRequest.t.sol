// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ResourceSubmission, ShareClass} from "../../contracts/interfaces/IResourceCatalog.sol";
import {IShareRequests, RequestKind, RequestStatus, ShareRequest} from "../../contracts/interfaces/IShareRequests.sol";
import {ISignedActs} from "../../contracts/interfaces/ISignedActs.sol";
import {DepartmentId, GrantId, HashAlgorithm, RequestId, ResourceId} from "../../contracts/types/Ids.sol";
import {Check} from "./support/Check.sol";
import {LedgerTest} from "./support/LedgerTest.sol";
import {JointKind, StepKind} from "./support/Steps.sol";

contract ShareRequestTest is LedgerTest {
    function test_submitRequestBySig_recordsTheRequest() public {
        ShareRequest memory act = request(publishedResource(ShareClass.Conditional));
        act.regionPrefix = "990102003";
        RequestId requestId = submitRequest(act);
        Check.equal(RequestId.unwrap(requestId), digest(act), "the id is the digest");

        IShareRequests.Request memory entry = shares.requestOf(requestId);
        Check.isTrue(entry.status == RequestStatus.Submitted && entry.kind == RequestKind.New, "status and kind");
        Check.isTrue(entry.requester == REQUESTER && !entry.supplementAsked, "requester");
        Check.equal(ResourceId.unwrap(entry.resourceId), ResourceId.unwrap(act.resourceId), "resource");
        Check.equal(entry.resourceVersion, 1, "version");
        Check.equal(entry.fields, act.fields, "fields");
        Check.equal(bytes32(entry.regionPrefix), bytes32(act.regionPrefix), "region");
        Check.equal(entry.notBefore, act.notBefore, "not before");
        Check.equal(entry.notAfter, act.notAfter, "not after");
        Check.equal(entry.dueAt, 1_791_820_800, "the end of 12 October");
        Check.equal(entry.extendableTo, 1_793_030_400, "the end of 26 October");
    }

    /// @dev R15: one working day.
    function test_submitRequestBySig_answersTheUnconditionalInADay() public {
        RequestId requestId = submitRequest(request(publishedResource(ShareClass.Unconditional)));
        Check.equal(shares.requestOf(requestId).dueAt, 1_790_092_800, "the end of 22 September");
        Check.equal(shares.requestOf(requestId).extendableTo, 1_791_907_200, "the end of 13 October");
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
            expectRefusal(act, abi.encodeWithSelector(IShareRequests.ShareLedgerNotRequester.selector, others[i]));
        }
    }

    function test_submitRequestBySig_revertsForOwnResource() public {
        ShareRequest memory act = request(publishedResource(ShareClass.Unconditional));
        act.requester = PROVIDER;
        expectRefusal(
            act,
            abi.encodeWithSelector(IShareRequests.ShareLedgerOwnResource.selector, act.resourceId, PROVIDER)
        );
    }

    function test_submitRequestBySig_revertsUnlessTheVersionIsThePublishedOne() public {
        ResourceId id = submit(submission(ShareClass.Unconditional));
        // Nothing is published: the error names version 0, whatever was asked for.
        expectRefusal(
            request(id),
            abi.encodeWithSelector(IShareRequests.ShareLedgerResourceNotPublished.selector, id, 0)
        );
        publish(id);
        expectNotPublished(id, 0);
        expectNotPublished(id, 2);
        publishSecondVersion(ShareClass.Conditional);
        expectNotPublished(id, 1);
        ResourceId unknown = ResourceId.wrap(keccak256("unknown"));
        expectRefusal(
            request(unknown),
            abi.encodeWithSelector(IShareRequests.ShareLedgerResourceNotPublished.selector, unknown, 0)
        );
    }

    function test_submitRequestBySig_revertsForRetiredResource() public {
        ResourceId id = publishedResource(ShareClass.Unconditional);
        take(JointKind.Retire, jointStep(PROVIDER, AUTHORITY, ResourceId.unwrap(id), 0));
        expectRefusal(
            request(id),
            abi.encodeWithSelector(IShareRequests.ShareLedgerResourceNotPublished.selector, id, 1)
        );
    }

    function test_submitRequestBySig_revertsForDeniedResource() public {
        ShareRequest memory act = request(publishedResource(ShareClass.Denied));
        expectRefusal(act, abi.encodeWithSelector(IShareRequests.ShareLedgerResourceDenied.selector, act.resourceId));
    }

    function test_submitRequestBySig_revertsForFieldsOutsideTheVersion() public {
        ResourceId id = publishedResource(ShareClass.Unconditional);
        uint256[4] memory wrong = [uint256(0), 0x100, 0x1ff, 1 << 255];
        for (uint256 i = 0; i < wrong.length; ++i) {
            ShareRequest memory act = request(id);
            act.fields = wrong[i];
            expectRefusal(
                act,
                abi.encodeWithSelector(IShareRequests.ShareLedgerInvalidFields.selector, wrong[i], 0xff)
            );
        }
    }

    function test_submitRequestBySig_takesAllOf256Fields() public {
        ResourceSubmission memory wide = submission(ShareClass.Unconditional);
        wide.fieldCount = 256;
        ResourceId id = submit(wide);
        publish(id);
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
            expectRefusal(
                act,
                abi.encodeWithSelector(IShareRequests.ShareLedgerInvalidWindow.selector, act.notBefore, act.notAfter)
            );
        }
    }

    function test_submitRequestBySig_revertsForWrongRegion() public {
        ResourceId id = publishedResource(ShareClass.Unconditional);
        bytes12[4] memory wrong = [bytes12("99a"), "99 1", bytes12(hex"390039"), bytes12(hex"0039")];
        for (uint256 i = 0; i < wrong.length; ++i) {
            ShareRequest memory act = request(id);
            act.regionPrefix = wrong[i];
            expectRefusal(
                act,
                abi.encodeWithSelector(IShareRequests.ShareLedgerInvalidRegion.selector, wrong[i], bytes12(0))
            );
        }
    }

    function test_submitRequestBySig_revertsWithoutDocument() public {
        ShareRequest memory act = request(publishedResource(ShareClass.Unconditional));
        act.documentHash = 0;
        expectRefusal(act, abi.encodeWithSelector(ISignedActs.SignedActsDocumentMissing.selector));
        act.documentHash = DOCUMENT;
        act.hashAlgorithm = HashAlgorithm.Sm3;
        expectRefusal(
            act,
            abi.encodeWithSelector(ISignedActs.SignedActsHashAlgorithmUnsupported.selector, HashAlgorithm.Sm3)
        );
    }

    /// @dev R28: wider use and passing on are asked for anew, on top of a grant that the requester has.
    function test_submitRequestBySig_takesKindsThatFollowAGrant() public {
        GrantId grantId = activeGrant();
        RequestKind[3] memory kinds = [RequestKind.Renew, RequestKind.ScopeExtension, RequestKind.Onward];
        for (uint256 i = 0; i < kinds.length; ++i) {
            Check.isTrue(shares.requestOf(submitRequest(following(kinds[i], grantId))).kind == kinds[i], "kind");
            expectKindRefused(following(kinds[i], GrantId.wrap(0)));
            expectKindRefused(following(kinds[i], GrantId.wrap(keccak256("unknown"))));
            ShareRequest memory act = following(kinds[i], grantId);
            act.requester = AUTHORITY;
            expectKindRefused(act);
        }
        expectKindRefused(following(RequestKind.None, GrantId.wrap(0)));
        expectKindRefused(following(RequestKind.New, grantId));
        expectKindRefused(following(RequestKind.Reflow, grantId));
    }

    function test_submitRequestBySig_revertsForTheGrantOfAnotherResource() public {
        GrantId grantId = activeGrant();
        ResourceSubmission memory other = submission(ShareClass.Unconditional);
        other.codeHash = "other";
        ResourceId otherId = submit(other);
        publish(otherId);
        ShareRequest memory act = following(RequestKind.Renew, grantId);
        act.resourceId = otherId;
        expectKindRefused(act);
    }

    function test_submitRequestBySig_renewsAGrantThatHasEnded() public {
        GrantId grantId = activeGrant();
        take(StepKind.Release, REQUESTER, GrantId.unwrap(grantId));
        submitRequest(following(RequestKind.Renew, grantId));
    }

    function following(RequestKind kind, GrantId grantId) private returns (ShareRequest memory act) {
        act = request(resourceId());
        (act.kind, act.priorGrantId) = (kind, grantId);
    }

    function expectKindRefused(ShareRequest memory act) private {
        expectRefusal(
            act,
            abi.encodeWithSelector(IShareRequests.ShareLedgerInvalidKind.selector, act.kind, act.priorGrantId)
        );
    }

    function expectNotPublished(ResourceId id, uint32 version) private {
        ShareRequest memory act = request(id);
        act.resourceVersion = version;
        expectRefusal(
            act,
            abi.encodeWithSelector(IShareRequests.ShareLedgerResourceNotPublished.selector, id, version)
        );
    }

    function expectRefusal(ShareRequest memory act, bytes memory revertData) private {
        expectRefused(address(shares), callOf(act), revertData);
    }
}
