// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ShareClass} from "../../contracts/interfaces/IResourceCatalog.sol";
import {GrantChange, GrantStatus, IShareLedger} from "../../contracts/interfaces/IShareLedger.sol";
import {IShareRequests} from "../../contracts/interfaces/IShareRequests.sol";
import {DepartmentRole, ISignedActs} from "../../contracts/interfaces/ISignedActs.sol";
import {DepartmentId, GrantId, RequestId, ResourceId} from "../../contracts/types/Ids.sol";
import {Check} from "./support/Check.sol";
import {LedgerTest} from "./support/LedgerTest.sol";
import {StepKind} from "./support/Steps.sol";
import {Vm, vm} from "./support/Vm.sol";

/// @dev New terms after negotiation and filing (R29).
contract GrantChangeTest is LedgerTest {
    GrantId private _grantId;

    function setUp() public override {
        super.setUp();
        _grantId = activeGrant();
    }

    function test_changeGrantBySig_issuesNewTermsAtOnce() public {
        GrantChange memory act = change(_grantId);
        RequestId requestId = shares.grantOf(_grantId).requestId;
        vm.recordLogs();
        GrantId grantId = changeGrant(act);
        Vm.Log[] memory logs = vm.getRecordedLogs();

        bytes32 expected = keccak256(
            abi.encode(requestId, act.fields, act.notBefore, act.notAfter, act.documentHash, uint8(1))
        );
        Check.equal(GrantId.unwrap(grantId), expected, "the id commits to the terms");
        IShareLedger.Grant memory grant = shares.grantOf(grantId);
        Check.isTrue(grant.status == GrantStatus.Active && grant.provider == PROVIDER, "grant");
        Check.equal(RequestId.unwrap(grant.requestId), RequestId.unwrap(requestId), "request");
        Check.equal(grant.disposalDays, 30, "disposal days");
        Check.equal(grant.notAfter, act.notAfter, "not after");
        Check.isTrue(shares.grantOf(_grantId).status == GrantStatus.Changed, "the old grant");
        (uint64 open, uint64 latestEnd) = shares.openGrantsOf(resourceId());
        Check.equal(open, 1, "open grants");
        Check.equal(latestEnd, act.notAfter, "latest end");

        Check.equal(logs.length, 3, "events");
        Check.equal(logs[0].topics[0], IShareLedger.GrantChanged.selector, "event");
        Check.equal(logs[0].topics[1], GrantId.unwrap(grantId), "grant");
        Check.equal(logs[0].topics[2], GrantId.unwrap(_grantId), "prior grant");
        (RequestId recordedId, GrantChange memory recorded) = abi.decode(logs[0].data, (RequestId, GrantChange));
        Check.equal(RequestId.unwrap(recordedId), RequestId.unwrap(requestId), "request");
        Check.equal(abi.encode(recorded), abi.encode(act), "act");
    }

    function test_changeGrantBySig_canBeChangedAndEndedItself() public {
        GrantChange memory act = change(changeGrant(change(_grantId)));
        act.documentHash = sha256("third");
        act.notAfter = NOW + 100 days;
        GrantId grantId = changeGrant(act);
        (uint64 open, uint64 latestEnd) = shares.openGrantsOf(resourceId());
        Check.equal(open, 1, "open grants");
        Check.equal(latestEnd, NOW + 250 days, "the latest end never comes back");
        terminate(grantId);
        (open, ) = shares.openGrantsOf(resourceId());
        Check.equal(open, 0, "open grants");
    }

    function test_changeGrantBySig_revertsUnlessActive() public {
        GrantId issued = agree(agreement(submitRequest(request(resourceId()))));
        expectUnexpectedStatus(issued, GrantStatus.Issued);
        expectUnexpectedStatus(GrantId.wrap(keccak256("unknown")), GrantStatus.None);
        take(StepKind.Suspend, misuse(PROVIDER, _grantId, NOW + 1));
        expectUnexpectedStatus(_grantId, GrantStatus.Suspended);
        terminate(_grantId);
        expectUnexpectedStatus(_grantId, GrantStatus.Terminated);
    }

    /// @dev I13: a grant that has expired comes back by a new request only.
    function test_changeGrantBySig_revertsOnceExpired() public {
        vm.warp(NOW + 200 days + 1);
        expectUnexpectedStatus(_grantId, GrantStatus.Active);
        vm.warp(NOW + 200 days);
        changeGrant(change(_grantId));
    }

    function test_changeGrantBySig_revertsForWrongSides() public {
        DepartmentId[6] memory others = [REQUESTER, REGULATOR, GOVERNMENT, OPERATOR, COUNTY_AUTHORITY, BRANCH];
        for (uint256 i = 0; i < others.length; ++i) {
            GrantChange memory act = change(_grantId);
            act.provider = others[i];
            expectRefusal(
                act,
                abi.encodeWithSelector(IShareLedger.ShareLedgerNotEntitled.selector, _grantId, others[i])
            );
            act = change(_grantId);
            act.authority = others[i];
            expectRefusal(
                act,
                abi.encodeWithSelector(ISignedActs.SignedActsNotSameLevel.selector, others[i], PROVIDER)
            );
        }
        GrantChange memory alone = change(_grantId);
        alone.authority = PROVIDER;
        expectRefusal(alone, abi.encodeWithSelector(ISignedActs.SignedActsNotSameLevel.selector, PROVIDER, PROVIDER));
    }

    function test_changeGrantBySig_revertsUnlessBothSign() public {
        GrantChange memory act = change(_grantId);
        bytes32 actDigest = digest(act);
        bytes memory own = byOffice(PROVIDER, actDigest);
        expectRefused(
            address(shares),
            abi.encodeCall(shares.changeGrantBySig, (act, own, own)),
            abi.encodeWithSelector(
                ISignedActs.SignedActsInvalidSignature.selector,
                AUTHORITY,
                DepartmentRole.Office,
                actDigest
            )
        );
    }

    function test_changeGrantBySig_holdsToTheRequest() public {
        GrantChange memory act = change(_grantId);
        act.fields = 0x10;
        expectRefusal(act, abi.encodeWithSelector(IShareRequests.ShareLedgerInvalidFields.selector, 0x10, 0x0f));
        act = change(_grantId);
        act.notAfter = NOW + 300 days + 1;
        expectRefusal(
            act,
            abi.encodeWithSelector(IShareRequests.ShareLedgerInvalidWindow.selector, act.notBefore, act.notAfter)
        );
        act = change(_grantId);
        act.notBefore = NOW - 1;
        expectRefusal(
            act,
            abi.encodeWithSelector(IShareRequests.ShareLedgerInvalidWindow.selector, act.notBefore, act.notAfter)
        );
    }

    function test_changeGrantBySig_revertsWithoutRecordOrDocument() public {
        GrantChange memory act = change(_grantId);
        act.negotiationHash = 0;
        expectRefusal(act, abi.encodeWithSelector(IShareLedger.ShareLedgerNegotiationMissing.selector));
        act = change(_grantId);
        act.documentHash = 0;
        expectRefusal(act, abi.encodeWithSelector(ISignedActs.SignedActsDocumentMissing.selector));
    }

    function test_changeGrantBySig_revertsForTermsThatWereThere() public {
        GrantChange memory act = change(_grantId);
        (act.fields, act.notBefore, act.notAfter) = (0x07, NOW + 1 days, NOW + 200 days);
        expectRefusal(act, abi.encodeWithSelector(IShareLedger.ShareLedgerGrantKnown.selector, _grantId));
    }

    function test_changeGrantBySig_revertsWhenNothingMayBeGranted() public {
        uint256 id = vm.snapshotState();
        suspendDepartment(REQUESTER);
        expectRefusal(
            change(_grantId),
            abi.encodeWithSelector(
                IShareLedger.ShareLedgerRequesterNotActive.selector,
                shares.grantOf(_grantId).requestId,
                REQUESTER
            )
        );
        vm.revertToState(id);
        publishSecondVersion(ShareClass.Denied);
        expectRefusal(
            change(_grantId),
            abi.encodeWithSelector(IShareRequests.ShareLedgerResourceDenied.selector, resourceId())
        );
        take(StepKind.Freeze, AUTHORITY, ResourceId.unwrap(resourceId()));
        expectRefusal(
            change(_grantId),
            abi.encodeWithSelector(IShareRequests.ShareLedgerResourceNotPublished.selector, resourceId(), 2)
        );
    }

    function expectUnexpectedStatus(GrantId grantId, GrantStatus status) private {
        expectRefusal(
            change(grantId),
            abi.encodeWithSelector(IShareLedger.ShareLedgerUnexpectedGrantStatus.selector, grantId, status)
        );
    }

    function expectRefusal(GrantChange memory act, bytes memory revertData) private {
        expectRefused(address(shares), callOf(act), revertData);
    }
}
