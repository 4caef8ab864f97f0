// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    IShareRequests,
    RequestKind,
    RequestStatus,
    ShareRefusal,
    ShareRequest
} from "../../../contracts/interfaces/IShareRequests.sol";
import {IWorkingDayCalendar} from "../../../contracts/interfaces/IWorkingDayCalendar.sol";
import {CaseId, DepartmentId, RequestId} from "../../../contracts/types/Ids.sol";
import {CatalogReplay} from "./CatalogReplay.sol";
import {Vm} from "./Vm.sol";

/// @dev The state of requests as a reader of events and of the calendar has it.
abstract contract RequestReplay is CatalogReplay {
    IWorkingDayCalendar internal immutable _calendar;

    mapping(RequestId requestId => IShareRequests.Request) internal _requests;
    mapping(bytes32 requestId => CaseId) internal _reopenings;
    /// @dev Demands and extensions since the clock of the request was started.
    mapping(RequestId requestId => uint256) private _demands;
    RequestId[] private _requestIds;

    constructor(IWorkingDayCalendar calendar) {
        _calendar = calendar;
    }

    function requestCount() external view returns (uint256) {
        return _requestIds.length;
    }

    function requestAt(uint256 index) external view returns (RequestId) {
        return _requestIds[index];
    }

    function requestEntry(RequestId requestId) external view returns (IShareRequests.Request memory) {
        return _requests[requestId];
    }

    function _readRequest(Vm.Log calldata log) internal {
        RequestId requestId = RequestId.wrap(log.topics[1]);
        (ShareRequest memory act, uint64 dueAt) = abi.decode(log.data, (ShareRequest, uint64));
        IShareRequests.Request storage entry = _requests[requestId];
        (entry.kind, entry.requester, entry.resourceVersion) = (act.kind, act.requester, act.resourceVersion);
        (entry.resourceId, entry.fields, entry.regionPrefix) = (act.resourceId, act.fields, act.regionPrefix);
        (entry.notBefore, entry.notAfter) = (act.notBefore, act.notAfter);
        _start(entry, dueAt);
        _requestIds.push(requestId);
        _check("I3", _isShared(act.resourceId));
        if (act.kind == RequestKind.Reflow) {
            _reach("reflow");
            _check("I14", _isOwnRegion(act.requester, act.regionPrefix));
        }
        _act(act.requester);
        _expectSigners(_office(act.requester), _departments[act.requester].maker);
    }

    /// @dev I4: a law or a published condition, and a document.
    function _readRefusal(Vm.Log calldata log) internal {
        ShareRefusal memory act = abi.decode(log.data, (ShareRefusal));
        IShareRequests.Request storage entry = _requests[act.requestId];
        entry.status = RequestStatus.Refused;
        bool isCondition =
            act.reasonCode == "CONDITION_NOT_MET" &&
                entry.kind != RequestKind.Reflow &&
                act.groundsHash == _versions[entry.resourceId][entry.resourceVersion].conditionsHash;
        bool isReason = isCondition || act.reasonCode == "FORBIDDEN_BY_LAW";
        _check("I4", isReason && act.groundsHash != 0 && act.documentHash != 0);
        _check("I1", act.provider == _resources[entry.resourceId].provider);
        _reach("refused");
        _act(act.provider);
        _expectSigners(_office(act.provider), _departments[act.provider].maker);
    }

    /// @return isRequests Whether the step is one of a request.
    function _readRequestStep(bytes32 topic, StepEntry memory step) internal returns (bool isRequests) {
        RequestId requestId = RequestId.wrap(step.subject);
        IShareRequests.Request storage entry = _requests[requestId];
        if (topic == IShareRequests.SupplementAsked.selector) {
            (entry.status, entry.supplementAsked) = (RequestStatus.Supplementing, true);
            _check("I5", ++_demands[requestId] == 1 && step.recordedAt < entry.dueAt);
            _reach("supplementing");
        } else if (topic == IShareRequests.RequestResubmitted.selector) {
            _start(entry, step.dueAt);
        } else if (topic == IShareRequests.AnswerExtended.selector) {
            bool isWithin = step.dueAt <= entry.extendableTo && step.recordedAt < entry.dueAt;
            _check("I6", isWithin && _isConsenting(step.authority, _resources[entry.resourceId].provider));
            entry.dueAt = step.dueAt;
            _reach("extended");
        } else if (topic == IShareRequests.RequestWithdrawn.selector) {
            entry.status = RequestStatus.Withdrawn;
            _reach("withdrawn");
        } else if (topic == IShareRequests.RequestReopened.selector) {
            CaseId caseId = _reopenings[step.subject];
            _check("I13", entry.status == RequestStatus.Refused && CaseId.unwrap(caseId) != 0);
            _check("I13", CaseId.unwrap(caseId) != CaseId.unwrap(entry.reopenedBy));
            entry.reopenedBy = caseId;
            _start(entry, step.dueAt);
            _reach("reopened");
        } else return false;
        return true;
    }

    function _isOwnRegion(DepartmentId requester, bytes12 prefix) internal view returns (bool) {
        bytes6 region = _departments[requester].region;
        // The regions of the fixture end in a pair of zeros or in none.
        return region[4] == "0" && region[5] == "0" ? bytes4(prefix) == bytes4(region) : bytes6(prefix) == region;
    }

    function _start(IShareRequests.Request storage entry, uint64 dueAt) private {
        entry.status = RequestStatus.Submitted;
        (entry.dueAt, entry.extendableTo) = (dueAt, _calendar.addWorkingDays(dueAt - 1, 10));
    }
}
