// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    GrantChange,
    GrantStatus,
    IShareLedger,
    ShareAgreement,
    SuspensionReason
} from "../../../contracts/interfaces/IShareLedger.sol";
import {IShareRequests, RequestKind, RequestStatus} from "../../../contracts/interfaces/IShareRequests.sol";
import {DepartmentId, GrantId, RequestId, ResourceId} from "../../../contracts/types/Ids.sol";
import {RequestReplay} from "./RequestReplay.sol";
import {Vm} from "./Vm.sol";

/// @dev The state of grants as a reader of events has it, and what the invariants want to know of each step.
abstract contract GrantReplay is RequestReplay {
    mapping(GrantId grantId => IShareLedger.Grant) internal _grants;
    mapping(ResourceId resourceId => uint64) private _open;
    mapping(ResourceId resourceId => uint64) private _latestEnd;
    GrantId[] private _grantIds;

    function grantCount() external view returns (uint256) {
        return _grantIds.length;
    }

    function grantAt(uint256 index) external view returns (GrantId) {
        return _grantIds[index];
    }

    function grantEntry(GrantId grantId) external view returns (IShareLedger.Grant memory) {
        return _grants[grantId];
    }

    function openGrantsEntry(ResourceId resourceId) external view returns (uint64 open, uint64 latestEnd) {
        return (_open[resourceId], _latestEnd[resourceId]);
    }

    function _readShareEntry(Vm.Log calldata log) internal {
        bytes32 topic = log.topics[0];
        if (topic == IShareRequests.ShareRequested.selector) return _readRequest(log);
        if (topic == IShareRequests.ShareRefused.selector) return _readRefusal(log);
        if (topic == IShareLedger.GrantIssued.selector) return _readGrant(log);
        if (topic == IShareLedger.GrantChanged.selector) return _readChange(log);
        bool isJoint =
            topic == IShareRequests.AnswerExtended.selector || topic == IShareLedger.GrantTerminated.selector;
        StepEntry memory step = _stepOf(log, isJoint);
        _act(step.department);
        _expectSigners(_office(step.department), isJoint ? _office(step.authority) : bytes(""));
        if (!_readRequestStep(topic, step)) _readGrantStep(topic, step, _grants[GrantId.wrap(step.subject)]);
    }

    function _readGrant(Vm.Log calldata log) private {
        GrantId grantId = GrantId.wrap(log.topics[1]);
        (, ShareAgreement memory act, uint64 dueAt) = abi.decode(log.data, (uint32, ShareAgreement, uint64));
        IShareRequests.Request storage request = _requests[act.requestId];
        IShareLedger.Grant storage entry = _grants[grantId];
        _check("I1", request.status == RequestStatus.Submitted && entry.status == GrantStatus.None);
        _check("I1", act.provider == _resources[request.resourceId].provider && request.requester != act.provider);
        (entry.status, entry.provider, entry.requestId) = (GrantStatus.Issued, act.provider, act.requestId);
        (entry.disposalDays, entry.notAfter, entry.dueAt) = (act.disposalDays, act.notAfter, dueAt);
        request.status = RequestStatus.Agreed;
        _checkTerms(request, act.fields, act.notBefore, act.notAfter);
        if (request.kind == RequestKind.Reflow) {
            bool isOwn = _isOwnRegion(request.requester, act.regionPrefix);
            _check("I14", isOwn && act.conditionsHash == 0);
            _reach("reflow agreed");
        }
        ++_open[request.resourceId];
        _grantIds.push(grantId);
        _reach("agreed");
        _act(act.provider);
        bytes storage maker = _departments[act.provider].maker;
        _check("I1", keccak256(maker) != keccak256(_office(act.provider)));
        _expectSigners(_office(act.provider), maker);
    }

    function _readChange(Vm.Log calldata log) private {
        GrantId grantId = GrantId.wrap(log.topics[1]);
        (, GrantChange memory act, uint64 recordedAt) = abi.decode(log.data, (RequestId, GrantChange, uint64));
        IShareLedger.Grant storage prior = _grants[act.grantId];
        IShareLedger.Grant storage entry = _grants[grantId];
        _check("I1", prior.status == GrantStatus.Active && act.provider == prior.provider);
        _check("I7", _isConsenting(act.authority, act.provider) && act.negotiationHash != 0);
        _check("I13", recordedAt <= prior.notAfter);
        prior.status = GrantStatus.Changed;
        (entry.status, entry.provider, entry.requestId) = (GrantStatus.Active, act.provider, prior.requestId);
        (entry.disposalDays, entry.notAfter) = (prior.disposalDays, act.notAfter);
        _checkTerms(_requests[prior.requestId], act.fields, act.notBefore, act.notAfter);
        _grantIds.push(grantId);
        _reach("changed");
        _act(act.provider);
        _expectSigners(_office(act.provider), _office(act.authority));
    }

    /// @dev I2 and I3: within the request, which lies within the version; of a resource that may be shared.
    function _checkTerms(
        IShareRequests.Request storage request,
        uint256 fields,
        uint64 notBefore,
        uint64 notAfter
    ) private {
        uint256 count = _versions[request.resourceId][request.resourceVersion].fieldCount;
        bool isOfVersion = count == 256 || request.fields >> count == 0;
        _check("I2", fields != 0 && fields & ~request.fields == 0 && isOfVersion);
        _check("I2", notBefore >= request.notBefore && notAfter <= request.notAfter && notBefore < notAfter);
        _check("I3", _isShared(request.resourceId));
        if (notAfter > _latestEnd[request.resourceId]) _latestEnd[request.resourceId] = notAfter;
    }

    function _readGrantStep(bytes32 topic, StepEntry memory step, IShareLedger.Grant storage grant) private {
        if (topic == IShareLedger.GrantDelivered.selector) {
            _check("I1", grant.status == GrantStatus.Issued && step.department == grant.provider);
            grant.status = GrantStatus.Delivered;
        } else if (topic == IShareLedger.GrantActivated.selector) {
            _check("I1", grant.status == GrantStatus.Delivered && step.department == _requesterOf(grant));
            grant.status = GrantStatus.Active;
            _reach("active");
        } else if (topic == IShareLedger.GrantSuspended.selector) {
            bool isMisuse = step.reasonCode == "MISUSE";
            (grant.status, grant.followedUp, grant.suspender) = (GrantStatus.Suspended, false, step.department);
            grant.suspension = isMisuse ? SuspensionReason.Misuse : SuspensionReason.Security;
            grant.dueAt = step.dueAt;
            _reach("suspended");
        } else if (topic == IShareLedger.SuspensionFollowedUp.selector) {
            grant.followedUp = true;
            _reach("followed up");
        } else if (topic == IShareLedger.GrantResumed.selector) {
            _check("I13", grant.status == GrantStatus.Suspended && _mayResume(grant, step));
            grant.status = GrantStatus.Active;
            _reach("resumed");
        } else _readEnd(topic, step, grant);
    }

    function _readEnd(bytes32 topic, StepEntry memory step, IShareLedger.Grant storage grant) private {
        ResourceId resourceId = _requests[grant.requestId].resourceId;
        if (topic == IShareLedger.DisposalCertified.selector) {
            bool hasEnded = grant.status == GrantStatus.Terminated || grant.status == GrantStatus.Released;
            if (!hasEnded) --_open[resourceId];
            grant.status = GrantStatus.DisposalCertified;
            return _reach("disposal certified");
        }
        if (topic == IShareLedger.GrantClosed.selector) {
            grant.status = GrantStatus.Closed;
            return _reach("closed");
        }
        if (topic == IShareLedger.GrantTerminated.selector) {
            _check("I7", step.department == grant.provider && _isConsenting(step.authority, grant.provider));
            _reach("terminated");
        } else if (topic == IShareLedger.GrantForfeited.selector) {
            bool isMisuse = grant.status == GrantStatus.Suspended && grant.suspension == SuspensionReason.Misuse;
            bool isUnmended = step.recordedAt >= grant.dueAt || step.reasonCode == "RECTIFICATION_INSUFFICIENT";
            _check("I7", isMisuse && isUnmended && _isJudge(grant, step.department));
            _reach("forfeited");
        } else _reach("released");
        bool isReleased = topic == IShareLedger.GrantReleased.selector;
        (grant.status, grant.dueAt) = (isReleased ? GrantStatus.Released : GrantStatus.Terminated, step.dueAt);
        --_open[resourceId];
    }

    function _mayResume(IShareLedger.Grant storage grant, StepEntry memory step) private view returns (bool) {
        bool hasLapsed =
            grant.suspension == SuspensionReason.Security && !grant.followedUp && step.recordedAt >= grant.dueAt;
        return
            step.department == grant.suspender ||
            _isJudge(grant, step.department) ||
            (hasLapsed && step.department == _requesterOf(grant));
    }

    /// @dev An authority on the level of one side that is neither of them.
    function _isJudge(IShareLedger.Grant storage grant, DepartmentId department) private view returns (bool) {
        DepartmentId requester = _requesterOf(grant);
        bool isSide = department == grant.provider || department == requester;
        return !isSide && (_isConsenting(department, grant.provider) || _isConsenting(department, requester));
    }

    function _requesterOf(IShareLedger.Grant storage grant) private view returns (DepartmentId) {
        return _requests[grant.requestId].requester;
    }
}
