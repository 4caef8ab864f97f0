// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DepartmentStatus} from "../../contracts/interfaces/IDepartmentRegistry.sol";
import {GrantStatus, IShareLedger, SuspensionReason} from "../../contracts/interfaces/IShareLedger.sol";
import {ShareRequest} from "../../contracts/interfaces/IShareRequests.sol";
import {DepartmentId, GrantId} from "../../contracts/types/Ids.sol";
import {ReasonCodes} from "../../contracts/types/ReasonCodes.sol";
import {Step} from "../../contracts/types/Step.sol";
import {Check} from "./support/Check.sol";
import {LedgerTest} from "./support/LedgerTest.sol";
import {StepKind} from "./support/Steps.sol";
import {vm} from "./support/Vm.sol";

/// @dev Suspension, and what may follow it (R30, R32). Who may not take a step is in {GrantMatrixTest}.
contract RevocationTest is LedgerTest {
    uint64 private constant RECTIFY_BY = NOW + 5 days;
    uint64 private constant FOLLOW_UP_BY = NOW + 10 days;

    GrantId private _grantId;
    bytes32 private _subject;

    function setUp() public override {
        super.setUp();
        _grantId = activeGrant();
        _subject = GrantId.unwrap(_grantId);
    }

    function test_suspendBySig_forMisuseSetsTheDateOfRectification() public {
        DepartmentId[2] memory both = [PROVIDER, AUTHORITY];
        for (uint256 i = 0; i < both.length; ++i) {
            uint256 id = vm.snapshotState();
            take(StepKind.Suspend, misuse(both[i], _grantId, RECTIFY_BY));
            expectSuspended(SuspensionReason.Misuse, both[i], RECTIFY_BY);
            vm.revertToState(id);
        }
    }

    function test_suspendBySig_forSecurityWaitsForAFollowUp() public {
        DepartmentId[3] memory all = [PROVIDER, AUTHORITY, REGULATOR];
        for (uint256 i = 0; i < all.length; ++i) {
            uint256 id = vm.snapshotState();
            take(StepKind.Suspend, emergency(all[i], _grantId));
            expectSuspended(SuspensionReason.Security, all[i], FOLLOW_UP_BY);
            vm.revertToState(id);
        }
    }

    /// @dev Taking a right away is never blocked: not by a suspension, and not by a calendar that is not there yet.
    function test_suspendBySig_isNeverBlocked() public {
        suspendDepartment(REGULATOR);
        take(StepKind.Suspend, emergency(REGULATOR, _grantId));
        take(StepKind.Resume, AUTHORITY, _subject);
        setStatus(PROVIDER, DepartmentStatus.Suspended);
        take(StepKind.Suspend, misuse(PROVIDER, _grantId, RECTIFY_BY));
        take(StepKind.Resume, AUTHORITY, _subject);
        vm.warp(1_830_268_800);
        Step memory act = emergency(AUTHORITY, _grantId);
        act.expiresAt = type(uint64).max;
        take(StepKind.Suspend, act);
    }

    function test_suspendBySig_byTheAuthorityOfTheRequestersLevel() public {
        GrantId grantId = grantOfTheBranch();
        take(StepKind.Suspend, misuse(COUNTY_AUTHORITY, grantId, RECTIFY_BY));
        take(StepKind.Resume, AUTHORITY, GrantId.unwrap(grantId));
        take(StepKind.Suspend, misuse(AUTHORITY, grantId, RECTIFY_BY));
        take(StepKind.Forfeit, step(COUNTY_AUTHORITY, GrantId.unwrap(grantId), ReasonCodes.RECTIFICATION_INSUFFICIENT));
    }

    function test_suspendBySig_revertsForOtherReasonsAndDates() public {
        expectSuspensionRefused(ReasonCodes.MISUSE, 0);
        expectSuspensionRefused(ReasonCodes.MISUSE, NOW);
        expectSuspensionRefused(ReasonCodes.MISUSE, NOW + 366 days + 1);
        expectSuspensionRefused(ReasonCodes.SECURITY, RECTIFY_BY);
        expectSuspensionRefused(REASON, 0);
        expectSuspensionRefused(REASON, RECTIFY_BY);
        take(StepKind.Suspend, misuse(PROVIDER, _grantId, NOW + 1));
    }

    function test_suspendBySig_byARegulatorForSecurityOnly() public {
        expectRefused(StepKind.Suspend, misuse(REGULATOR, _grantId, RECTIFY_BY), notEntitled(REGULATOR));
    }

    function test_suspendBySig_revertsForAnyoneElse() public {
        DepartmentId[5] memory others = [REQUESTER, GOVERNMENT, OPERATOR, COUNTY_AUTHORITY, BRANCH];
        for (uint256 i = 0; i < others.length; ++i) {
            expectRefused(StepKind.Suspend, emergency(others[i], _grantId), notEntitled(others[i]));
        }
    }

    function test_followUpSuspensionBySig_isInTimeUntilTheLastSecond() public {
        take(StepKind.Suspend, emergency(REGULATOR, _grantId));
        expectRefused(StepKind.FollowUp, step(AUTHORITY, _subject, REASON), notEntitled(AUTHORITY));
        vm.warp(FOLLOW_UP_BY);
        expectRefused(StepKind.FollowUp, step(REGULATOR, _subject, REASON), followUpNotOpen(FOLLOW_UP_BY));
        vm.warp(FOLLOW_UP_BY - 1);
        take(StepKind.FollowUp, REGULATOR, _subject);
        Check.isTrue(shares.grantOf(_grantId).followedUp, "followed up");
        expectRefused(StepKind.FollowUp, step(REGULATOR, _subject, REASON), followUpNotOpen(FOLLOW_UP_BY));
    }

    function test_followUpSuspensionBySig_worksWhileSuspended() public {
        take(StepKind.Suspend, emergency(REGULATOR, _grantId));
        suspendDepartment(REGULATOR);
        take(StepKind.FollowUp, REGULATOR, _subject);
    }

    function test_suspendBySig_waitsForANewFollowUpEachTime() public {
        take(StepKind.Suspend, emergency(REGULATOR, _grantId));
        take(StepKind.FollowUp, REGULATOR, _subject);
        take(StepKind.Resume, REGULATOR, _subject);
        take(StepKind.Suspend, emergency(PROVIDER, _grantId));
        Check.isTrue(!shares.grantOf(_grantId).followedUp, "followed up");
    }

    function test_resumeBySig_byTheSuspenderOrAnAuthority() public {
        DepartmentId[2] memory both = [REGULATOR, AUTHORITY];
        for (uint256 i = 0; i < both.length; ++i) {
            take(StepKind.Suspend, emergency(REGULATOR, _grantId));
            expectRefused(StepKind.Resume, step(PROVIDER, _subject, REASON), notEntitled(PROVIDER));
            expectRefused(StepKind.Resume, step(REQUESTER, _subject, REASON), notEntitled(REQUESTER));
            take(StepKind.Resume, both[i], _subject);
            expectStatus(GrantStatus.Active);
        }
    }

    /// @dev I13: the grant stays suspended when nobody follows up; the requester may ask for it, and it is recorded.
    function test_resumeBySig_byTheRequesterOnceAnEmergencyHasLapsed() public {
        take(StepKind.Suspend, emergency(REGULATOR, _grantId));
        vm.warp(FOLLOW_UP_BY - 1);
        expectRefused(StepKind.Resume, step(REQUESTER, _subject, REASON), notEntitled(REQUESTER));
        vm.warp(FOLLOW_UP_BY);
        expectStatus(GrantStatus.Suspended);
        expectRefused(StepKind.Resume, step(PROVIDER, _subject, REASON), notEntitled(PROVIDER));
        take(StepKind.Resume, REQUESTER, _subject);
        expectStatus(GrantStatus.Active);
    }

    function test_resumeBySig_neverByTheRequesterAfterAFollowUpOrForMisuse() public {
        take(StepKind.Suspend, emergency(REGULATOR, _grantId));
        take(StepKind.FollowUp, REGULATOR, _subject);
        vm.warp(FOLLOW_UP_BY);
        expectRefused(StepKind.Resume, step(REQUESTER, _subject, REASON), notEntitled(REQUESTER));
        take(StepKind.Resume, REGULATOR, _subject);
        take(StepKind.Suspend, misuse(PROVIDER, _grantId, FOLLOW_UP_BY + 1));
        vm.warp(FOLLOW_UP_BY + 2);
        expectRefused(StepKind.Resume, step(REQUESTER, _subject, REASON), notEntitled(REQUESTER));
    }

    /// @dev R30: not before the date of rectification, unless what was done is found insufficient.
    function test_forfeitBySig_waitsForTheDateOfRectification() public {
        take(StepKind.Suspend, misuse(PROVIDER, _grantId, RECTIFY_BY));
        vm.warp(RECTIFY_BY - 1);
        expectNotForfeited(REASON, RECTIFY_BY);
        uint256 id = vm.snapshotState();
        take(StepKind.Forfeit, step(AUTHORITY, _subject, ReasonCodes.RECTIFICATION_INSUFFICIENT));
        expectStatus(GrantStatus.Terminated);
        vm.revertToState(id);
        vm.warp(RECTIFY_BY);
        take(StepKind.Forfeit, AUTHORITY, _subject);
        expectStatus(GrantStatus.Terminated);
        Check.equal(shares.grantOf(_grantId).dueAt, RECTIFY_BY + 30 days, "disposal (R31)");
    }

    function test_forfeitBySig_revertsForAnEmergency() public {
        take(StepKind.Suspend, emergency(REGULATOR, _grantId));
        expectNotForfeited(ReasonCodes.RECTIFICATION_INSUFFICIENT, FOLLOW_UP_BY);
        vm.warp(FOLLOW_UP_BY);
        expectNotForfeited(REASON, FOLLOW_UP_BY);
    }

    function test_forfeitBySig_worksWhileSuspended() public {
        take(StepKind.Suspend, misuse(PROVIDER, _grantId, RECTIFY_BY));
        suspendDepartment(AUTHORITY);
        take(StepKind.Forfeit, step(AUTHORITY, _subject, ReasonCodes.RECTIFICATION_INSUFFICIENT));
        expectStatus(GrantStatus.Terminated);
    }

    function grantOfTheBranch() private returns (GrantId grantId) {
        ShareRequest memory act = request(resourceId());
        act.requester = BRANCH;
        grantId = agree(agreement(submitRequest(act)));
        take(StepKind.Deliver, PROVIDER, GrantId.unwrap(grantId));
        take(StepKind.Acknowledge, BRANCH, GrantId.unwrap(grantId));
    }

    function expectSuspensionRefused(bytes32 reasonCode, uint64 dueAt) private {
        Step memory act = step(PROVIDER, _subject, reasonCode);
        act.dueAt = dueAt;
        expectRefused(
            StepKind.Suspend,
            act,
            abi.encodeWithSelector(IShareLedger.ShareLedgerInvalidSuspension.selector, reasonCode, dueAt)
        );
    }

    function expectNotForfeited(bytes32 reasonCode, uint64 dueAt) private {
        expectRefused(
            StepKind.Forfeit,
            step(AUTHORITY, _subject, reasonCode),
            abi.encodeWithSelector(IShareLedger.ShareLedgerNotForfeited.selector, _grantId, dueAt)
        );
    }

    function expectSuspended(SuspensionReason reason, DepartmentId suspender, uint64 dueAt) private view {
        IShareLedger.Grant memory grant = shares.grantOf(_grantId);
        Check.isTrue(grant.status == GrantStatus.Suspended && grant.suspension == reason, "suspended");
        Check.isTrue(grant.suspender == suspender && !grant.followedUp, "suspender");
        Check.equal(grant.dueAt, dueAt, "due at");
    }

    function expectStatus(GrantStatus status) private view {
        Check.isTrue(shares.grantOf(_grantId).status == status, "status");
    }

    function followUpNotOpen(uint64 dueAt) private view returns (bytes memory) {
        return abi.encodeWithSelector(IShareLedger.ShareLedgerFollowUpNotOpen.selector, _grantId, dueAt);
    }

    function notEntitled(DepartmentId department) private view returns (bytes memory) {
        return abi.encodeWithSelector(IShareLedger.ShareLedgerNotEntitled.selector, _grantId, department);
    }
}
