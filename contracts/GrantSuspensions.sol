// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DepartmentKind} from "./interfaces/IDepartmentRegistry.sol";
import {GrantStatus, IShareLedger, SuspensionReason} from "./interfaces/IShareLedger.sol";
import {ShareRequests} from "./ShareRequests.sol";
import {DepartmentId, GrantId} from "./types/Ids.sol";
import {ReasonCodes} from "./types/ReasonCodes.sol";
import {Step} from "./types/Step.sol";

/// @dev Suspensions (R30, R32) and their end by resumption, as part of {ShareLedger}.
abstract contract GrantSuspensions is ShareRequests {
    // Not working days: what ends a right must not wait for the calendar of next year.
    uint64 private constant FOLLOW_UP_TIME = 10 days;
    uint64 private constant RECTIFICATION_TIME = 366 days;

    /// @inheritdoc IShareLedger
    function suspendBySig(Step calldata act, bytes calldata signature) external {
        Approval memory approval = _approveDatedStep(act, "GrantSuspension", true, signature);
        GrantId grantId = GrantId.wrap(act.subject);
        Grant storage grant = _grantIn(grantId, GrantStatus.Active);
        SuspensionReason reason = _suspensionReason(act);
        _checkEntitled(grantId, act.department, _maySuspend(grant, act.department, approval.kind, reason));
        uint64 dueAt = reason == SuspensionReason.Misuse ? act.dueAt : _now() + FOLLOW_UP_TIME;
        (grant.status, grant.suspension, grant.followedUp) = (GrantStatus.Suspended, reason, false);
        (grant.dueAt, grant.suspender) = (dueAt, act.department);

        (uint64 recordedAt, uint64 seq, bytes32 head) = _recordStep(GrantSuspended.selector, act, dueAt);
        emit GrantSuspended(grantId, act.department, act.reasonCode, act, dueAt, recordedAt, seq, head);
        _emitSigned(seq, approval, signature);
    }

    /// @inheritdoc IShareLedger
    function followUpSuspensionBySig(Step calldata act, bytes calldata signature) external {
        Approval memory approval = _approveRestraint(act, "SuspensionFollowUp", signature);
        GrantId grantId = GrantId.wrap(act.subject);
        Grant storage grant = _grantIn(grantId, GrantStatus.Suspended);
        _checkEntitled(grantId, act.department, act.department == grant.suspender);
        bool isOpen =
            grant.suspension == SuspensionReason.Security && !grant.followedUp && block.timestamp < grant.dueAt;
        require(isOpen, ShareLedgerFollowUpNotOpen(grantId, grant.dueAt));
        grant.followedUp = true;

        (uint64 recordedAt, uint64 seq, bytes32 head) = _recordStep(SuspensionFollowedUp.selector, act, 0);
        emit SuspensionFollowedUp(grantId, act.department, act.reasonCode, act, 0, recordedAt, seq, head);
        _emitSigned(seq, approval, signature);
    }

    /// @inheritdoc IShareLedger
    function resumeBySig(Step calldata act, bytes calldata signature) external {
        Approval memory approval = _approveStep(act, "GrantResumption", signature);
        GrantId grantId = GrantId.wrap(act.subject);
        Grant storage grant = _grantIn(grantId, GrantStatus.Suspended);
        _checkEntitled(grantId, act.department, _mayResume(grant, act.department));
        grant.status = GrantStatus.Active;

        (uint64 recordedAt, uint64 seq, bytes32 head) = _recordStep(GrantResumed.selector, act, 0);
        emit GrantResumed(grantId, act.department, act.reasonCode, act, 0, recordedAt, seq, head);
        _emitSigned(seq, approval, signature);
    }

    function _suspensionReason(Step calldata act) private view returns (SuspensionReason) {
        bool isDated = act.dueAt > block.timestamp && act.dueAt <= block.timestamp + RECTIFICATION_TIME;
        bool isMisuse = act.reasonCode == ReasonCodes.MISUSE && isDated;
        bool isSecurity = act.reasonCode == ReasonCodes.SECURITY && act.dueAt == 0;
        require(isMisuse || isSecurity, ShareLedgerInvalidSuspension(act.reasonCode, act.dueAt));
        return isMisuse ? SuspensionReason.Misuse : SuspensionReason.Security;
    }

    function _maySuspend(
        Grant storage grant,
        DepartmentId department,
        DepartmentKind kind,
        SuspensionReason reason
    ) private view returns (bool) {
        bool isRegulator = kind == DepartmentKind.Regulator && reason == SuspensionReason.Security;
        return isRegulator || department == grant.provider || _isAuthorityOver(grant, department);
    }

    function _mayResume(Grant storage grant, DepartmentId department) private view returns (bool) {
        bool hasLapsed =
            grant.suspension == SuspensionReason.Security && !grant.followedUp && block.timestamp >= grant.dueAt;
        return
            department == grant.suspender ||
            (hasLapsed && _isRequester(grant, department)) ||
            _isAuthorityOver(grant, department);
    }

    /// @dev An authority on the level of either side, unless it is a side itself: nobody judges its own case.
    function _isAuthorityOver(Grant storage grant, DepartmentId department) internal view returns (bool) {
        DepartmentId requester = _requests[grant.requestId].requester;
        bool isSide = department == grant.provider || department == requester;
        return !isSide && (_isSameLevel(department, grant.provider) || _isSameLevel(department, requester));
    }

    function _isRequester(Grant storage grant, DepartmentId department) internal view returns (bool) {
        return department == _requests[grant.requestId].requester;
    }

    function _grantIn(GrantId grantId, GrantStatus needed) internal view returns (Grant storage grant) {
        grant = _grants[grantId];
        require(grant.status == needed, ShareLedgerUnexpectedGrantStatus(grantId, grant.status));
    }

    function _checkEntitled(GrantId grantId, DepartmentId department, bool isEntitled) internal pure {
        require(isEntitled, ShareLedgerNotEntitled(grantId, department));
    }
}
