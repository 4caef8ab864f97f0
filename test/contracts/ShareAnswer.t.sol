// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DepartmentStatus} from "../../contracts/interfaces/IDepartmentRegistry.sol";
import {ShareClass} from "../../contracts/interfaces/IResourceCatalog.sol";
import {GrantStatus, IShareLedger, ShareAgreement, SuspensionReason} from "../../contracts/interfaces/IShareLedger.sol";
import {IShareRequests, RequestStatus, ShareRefusal, ShareRequest} from "../../contracts/interfaces/IShareRequests.sol";
import {ISignedActs} from "../../contracts/interfaces/ISignedActs.sol";
import {DepartmentId, GrantId, HashAlgorithm, RequestId, ResourceId} from "../../contracts/types/Ids.sol";
import {ReasonCodes} from "../../contracts/types/ReasonCodes.sol";
import {Check} from "./support/Check.sol";
import {LedgerTest} from "./support/LedgerTest.sol";
import {StepKind} from "./support/Steps.sol";
import {vm} from "./support/Vm.sol";

/// @dev Agreement and refusal. Who may not answer, and when, is in {RequestMatrixTest}.
contract ShareAnswerTest is LedgerTest {
    function test_agreeBySig_issuesTheGrant() public {
        RequestId requestId = openRequest();
        ShareAgreement memory act = agreement(requestId);
        GrantId grantId = agree(act);

        bytes32 expected = keccak256(
            abi.encode(requestId, act.fields, act.notBefore, act.notAfter, act.documentHash, uint8(1))
        );
        Check.equal(GrantId.unwrap(grantId), expected, "the id commits to the terms");
        IShareLedger.Grant memory grant = shares.grantOf(grantId);
        Check.isTrue(grant.status == GrantStatus.Issued && grant.suspension == SuspensionReason.None, "grant");
        Check.isTrue(grant.provider == PROVIDER && grant.suspender == NOBODY && !grant.followedUp, "provider");
        Check.equal(RequestId.unwrap(grant.requestId), RequestId.unwrap(requestId), "request");
        Check.equal(grant.disposalDays, 30, "disposal days");
        Check.equal(grant.notAfter, act.notAfter, "not after");
        Check.equal(grant.dueAt, 1_793_030_400, "delivery by the end of 26 October (R19)");
        Check.isTrue(shares.requestOf(requestId).status == RequestStatus.Agreed, "request status");
        (uint64 open, uint64 latestEnd) = shares.openGrantsOf(resourceId());
        Check.equal(open, 1, "open grants");
        Check.equal(latestEnd, act.notAfter, "latest end");
    }

    /// @dev R22: lateness gives the requester nothing, and takes nothing from it.
    function test_bothAnswers_areTakenLate() public {
        RequestId first = openRequest();
        RequestId second = submitRequest(request(resourceId()));
        vm.warp(shares.requestOf(first).dueAt + 1 days);
        Check.isTrue(shares.requestOf(first).status == RequestStatus.Submitted, "no deemed consent");
        agree(agreement(first));
        refuse(refusal(second));
    }

    function test_agreeBySig_revertsForFieldsNotAskedFor() public {
        RequestId requestId = openRequest();
        uint256[3] memory wrong = [uint256(0), 0x10, 0x1f];
        for (uint256 i = 0; i < wrong.length; ++i) {
            ShareAgreement memory act = agreement(requestId);
            act.fields = wrong[i];
            expectRefusal(
                act,
                abi.encodeWithSelector(IShareRequests.ShareLedgerInvalidFields.selector, wrong[i], 0x0f)
            );
        }
    }

    function test_agreeBySig_revertsForWindowNotAskedFor() public {
        RequestId requestId = openRequest();
        expectWindowRefused(requestId, NOW - 1, NOW + 20 days);
        expectWindowRefused(requestId, NOW, NOW + 300 days + 1);
        expectWindowRefused(requestId, NOW + 2 days, NOW + 2 days);
        vm.warp(NOW + 30 minutes);
        expectWindowRefused(requestId, NOW, NOW + 30 minutes);
    }

    function test_agreeBySig_takesExactlyWhatWasAskedFor() public {
        RequestId requestId = openRequest();
        ShareAgreement memory act = agreement(requestId);
        (act.fields, act.notBefore, act.notAfter) = (0x0f, NOW, NOW + 300 days);
        Check.isTrue(shares.grantOf(agree(act)).status == GrantStatus.Issued, "grant");
    }

    function test_agreeBySig_holdsRowsWithinThoseAskedFor() public {
        ShareRequest memory asked = request(publishedResource(ShareClass.Conditional));
        asked.regionPrefix = "9901";
        RequestId requestId = submitRequest(asked);
        bytes12[5] memory wrong = [bytes12(0), "99", "9902", "98", "9901x"];
        for (uint256 i = 0; i < wrong.length; ++i) {
            ShareAgreement memory act = agreement(requestId);
            act.regionPrefix = wrong[i];
            expectRefusal(
                act,
                abi.encodeWithSelector(IShareRequests.ShareLedgerInvalidRegion.selector, wrong[i], bytes12("9901"))
            );
        }
        ShareAgreement memory narrower = agreement(requestId);
        narrower.regionPrefix = "990102";
        agree(narrower);
    }

    /// @dev R9: a condition that was not published binds nobody.
    function test_agreeBySig_bindsPublishedConditionsOnly() public {
        RequestId requestId = openRequest();
        ShareAgreement memory act = agreement(requestId);
        act.conditionsHash = keccak256("made up");
        expectRefusal(
            act,
            abi.encodeWithSelector(
                IShareRequests.ShareLedgerConditionNotPublished.selector,
                requestId,
                act.conditionsHash
            )
        );
        act.conditionsHash = CONDITIONS;
        agree(act);
    }

    function test_agreeBySig_revertsForOtherDisposalDays() public {
        RequestId requestId = openRequest();
        uint16[3] memory wrong = [0, 367, 65535];
        for (uint256 i = 0; i < wrong.length; ++i) {
            ShareAgreement memory act = agreement(requestId);
            act.disposalDays = wrong[i];
            expectRefusal(act, abi.encodeWithSelector(IShareLedger.ShareLedgerInvalidDisposalDays.selector, wrong[i]));
        }
        ShareAgreement memory most = agreement(requestId);
        most.disposalDays = 366;
        agree(most);
    }

    function test_agreeBySig_revertsWhenTheClassHasBecomeDenied() public {
        ResourceId id = publishedResource(ShareClass.Conditional);
        RequestId requestId = submitRequest(request(id));
        publishSecondVersion(ShareClass.Denied);
        expectRefusal(
            agreement(requestId),
            abi.encodeWithSelector(IShareRequests.ShareLedgerResourceDenied.selector, id)
        );
        refuse(refusal(requestId));
    }

    function test_agreeBySig_revertsWhileTheResourceIsFrozen() public {
        RequestId requestId = openRequest();
        take(StepKind.Freeze, AUTHORITY, ResourceId.unwrap(resourceId()));
        expectRefusal(
            agreement(requestId),
            abi.encodeWithSelector(IShareRequests.ShareLedgerResourceNotPublished.selector, resourceId(), 1)
        );
    }

    function test_agreeBySig_revertsForSuspendedRequester() public {
        RequestId requestId = openRequest();
        setStatus(REQUESTER, DepartmentStatus.Suspended);
        expectRefusal(
            agreement(requestId),
            abi.encodeWithSelector(IShareLedger.ShareLedgerRequesterNotActive.selector, requestId, REQUESTER)
        );
        refuse(refusal(submitRequestAs(AUTHORITY)));
        setStatus(REQUESTER, DepartmentStatus.Active);
        agree(agreement(requestId));
    }

    function test_agreeBySig_revertsWithoutDocument() public {
        ShareAgreement memory act = agreement(openRequest());
        act.documentHash = 0;
        expectRefusal(act, abi.encodeWithSelector(ISignedActs.SignedActsDocumentMissing.selector));
    }

    function test_refuseBySig_answersASuspendedRequester() public {
        RequestId requestId = openRequest();
        setStatus(REQUESTER, DepartmentStatus.Suspended);
        refuse(refusal(requestId));
        Check.isTrue(shares.requestOf(requestId).status == RequestStatus.Refused, "status");
    }

    function test_refuseBySig_citesAPublishedCondition() public {
        ShareRefusal memory act = refusal(openRequest());
        (act.reasonCode, act.groundsHash) = (ReasonCodes.CONDITION_NOT_MET, CONDITIONS);
        refuse(act);
    }

    /// @dev R18 and I4: void without a reason, and without one that counts.
    function test_refuseBySig_revertsForOtherGrounds() public {
        RequestId requestId = openRequest();
        expectGroundsRefused(requestId, ReasonCodes.FORBIDDEN_BY_LAW, 0);
        expectGroundsRefused(requestId, ReasonCodes.CONDITION_NOT_MET, 0);
        expectGroundsRefused(requestId, ReasonCodes.CONDITION_NOT_MET, keccak256("made up"));
        expectGroundsRefused(requestId, 0, CONDITIONS);
        expectGroundsRefused(requestId, "INCOMPLETE", CONDITIONS);
        publishSecondVersion(ShareClass.Unconditional);
        ShareRequest memory free = requestOfLatest(resourceId());
        expectGroundsRefused(submitRequest(free), ReasonCodes.CONDITION_NOT_MET, CONDITIONS);
    }

    function test_refuseBySig_revertsWithoutDocument() public {
        ShareRefusal memory act = refusal(openRequest());
        act.documentHash = 0;
        expectRefused(
            address(shares),
            callOf(act),
            abi.encodeWithSelector(ISignedActs.SignedActsDocumentMissing.selector)
        );
        act.hashAlgorithm = HashAlgorithm.None;
        expectRefused(
            address(shares),
            callOf(act),
            abi.encodeWithSelector(ISignedActs.SignedActsHashAlgorithmUnsupported.selector, HashAlgorithm.None)
        );
    }

    function submitRequestAs(DepartmentId requester) private returns (RequestId) {
        ShareRequest memory act = request(resourceId());
        act.requester = requester;
        return submitRequest(act);
    }

    function expectGroundsRefused(RequestId requestId, bytes32 reasonCode, bytes32 groundsHash) private {
        ShareRefusal memory act = refusal(requestId);
        (act.reasonCode, act.groundsHash) = (reasonCode, groundsHash);
        expectRefused(
            address(shares),
            callOf(act),
            abi.encodeWithSelector(
                IShareRequests.ShareLedgerInvalidGrounds.selector,
                requestId,
                reasonCode,
                groundsHash
            )
        );
    }

    function expectWindowRefused(RequestId requestId, uint64 notBefore, uint64 notAfter) private {
        ShareAgreement memory act = agreement(requestId);
        (act.notBefore, act.notAfter) = (notBefore, notAfter);
        expectRefusal(
            act,
            abi.encodeWithSelector(IShareRequests.ShareLedgerInvalidWindow.selector, notBefore, notAfter)
        );
    }

    function expectRefusal(ShareAgreement memory act, bytes memory revertData) private {
        expectRefused(address(shares), callOf(act), revertData);
    }
}
