// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DepartmentStatus} from "../../contracts/interfaces/IDepartmentRegistry.sol";
import {GrantStatus, IShareLedger} from "../../contracts/interfaces/IShareLedger.sol";
import {ISignedActs} from "../../contracts/interfaces/ISignedActs.sol";
import {DepartmentId, GrantId} from "../../contracts/types/Ids.sol";
import {JointStep} from "../../contracts/types/Step.sol";
import {Check} from "./support/Check.sol";
import {LedgerTest} from "./support/LedgerTest.sol";
import {JointKind, StepKind} from "./support/Steps.sol";
import {vm} from "./support/Vm.sol";

/// @dev Delivery, and how a grant ends: by agreement (R29), by the requester (R31), by time.
contract GrantEndTest is LedgerTest {
    GrantId private _grantId;
    bytes32 private _subject;

    function setUp() public override {
        super.setUp();
        _grantId = issuedGrant();
        _subject = GrantId.unwrap(_grantId);
    }

    /// @dev R19 and R22: late, but not in vain.
    function test_deliverBySig_isTakenLate() public {
        vm.warp(shares.grantOf(_grantId).dueAt + 1);
        take(StepKind.Deliver, PROVIDER, _subject);
        expectStatus(GrantStatus.Delivered);
        take(StepKind.Acknowledge, REQUESTER, _subject);
        expectStatus(GrantStatus.Active);
    }

    function test_terminateBySig_endsEveryLiveGrant() public {
        for (uint256 state = 0; state < 4; ++state) {
            if (state == 1) take(StepKind.Deliver, PROVIDER, _subject);
            if (state == 2) take(StepKind.Acknowledge, REQUESTER, _subject);
            if (state == 3) take(StepKind.Suspend, emergency(REGULATOR, _grantId));
            uint256 id = vm.snapshotState();
            vm.warp(NOW + 7);
            terminate(_grantId);
            expectStatus(GrantStatus.Terminated);
            Check.equal(shares.grantOf(_grantId).dueAt, NOW + 7 + 30 days, "disposal (R31)");
            expectOpen(0);
            vm.revertToState(id);
        }
    }

    function test_terminateBySig_revertsOnceEnded() public {
        expectRefusedIn(GrantStatus.None, GrantId.wrap(keccak256("unknown")));
        terminate(_grantId);
        expectRefusedIn(GrantStatus.Terminated, _grantId);
        take(StepKind.CertifyDisposal, REQUESTER, _subject);
        expectRefusedIn(GrantStatus.DisposalCertified, _grantId);
        take(StepKind.AcceptDisposal, PROVIDER, _subject);
        expectRefusedIn(GrantStatus.Closed, _grantId);
    }

    /// @dev I7: never the provider alone, and no one in its place.
    function test_terminateBySig_revertsForWrongSides() public {
        DepartmentId[7] memory others = [
            REQUESTER,
            REGULATOR,
            GOVERNMENT,
            OPERATOR,
            COUNTY_AUTHORITY,
            BRANCH,
            PROVIDER
        ];
        for (uint256 i = 0; i < others.length; ++i) {
            if (others[i] != PROVIDER) {
                expectRefused(
                    JointKind.Terminate,
                    jointStep(others[i], AUTHORITY, _subject, 0),
                    abi.encodeWithSelector(IShareLedger.ShareLedgerNotEntitled.selector, _grantId, others[i])
                );
            }
            expectRefused(
                JointKind.Terminate,
                jointStep(PROVIDER, others[i], _subject, 0),
                abi.encodeWithSelector(ISignedActs.SignedActsNotSameLevel.selector, others[i], PROVIDER)
            );
        }
    }

    function test_releaseBySig_endsAGrantThatIsNotSuspended() public {
        for (uint256 state = 0; state < 3; ++state) {
            if (state == 1) take(StepKind.Deliver, PROVIDER, _subject);
            if (state == 2) take(StepKind.Acknowledge, REQUESTER, _subject);
            uint256 id = vm.snapshotState();
            take(StepKind.Release, REQUESTER, _subject);
            expectStatus(GrantStatus.Released);
            Check.equal(shares.grantOf(_grantId).dueAt, NOW + 30 days, "disposal (R31)");
            expectOpen(0);
            vm.revertToState(id);
        }
    }

    function test_releaseBySig_worksWhileSuspended() public {
        setStatus(REQUESTER, DepartmentStatus.Suspended);
        take(StepKind.Release, REQUESTER, _subject);
        expectStatus(GrantStatus.Released);
    }

    function test_certifyDisposalBySig_closesWithTheProvidersConsent() public {
        terminate(_grantId);
        vm.warp(NOW + 31 days);
        take(StepKind.CertifyDisposal, REQUESTER, _subject);
        expectStatus(GrantStatus.DisposalCertified);
        take(StepKind.AcceptDisposal, PROVIDER, _subject);
        expectStatus(GrantStatus.Closed);
        expectOpen(0);
    }

    /// @dev A grant that only expired counts as open until its disposal.
    function test_certifyDisposalBySig_settlesAnExpiredGrant() public {
        activate(_grantId);
        vm.warp(NOW + 200 days + 1);
        expectOpen(1);
        take(StepKind.CertifyDisposal, REQUESTER, _subject);
        expectStatus(GrantStatus.DisposalCertified);
        expectOpen(0);
    }

    function expectRefusedIn(GrantStatus status, GrantId grantId) private {
        JointStep memory act = jointStep(PROVIDER, AUTHORITY, GrantId.unwrap(grantId), 0);
        expectRefused(
            JointKind.Terminate,
            act,
            abi.encodeWithSelector(IShareLedger.ShareLedgerUnexpectedGrantStatus.selector, grantId, status)
        );
    }

    function expectStatus(GrantStatus status) private view {
        Check.isTrue(shares.grantOf(_grantId).status == status, "status");
    }

    function expectOpen(uint64 expected) private view {
        (uint64 open, ) = shares.openGrantsOf(resourceId());
        Check.equal(open, expected, "open grants");
    }
}
