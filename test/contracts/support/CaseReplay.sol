// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    CaseKind,
    CaseStatus,
    CorrectionFiling,
    DisputeOpening,
    DisputeSubject,
    ICaseBook
} from "../../../contracts/interfaces/ICaseBook.sol";
import {RequestStatus} from "../../../contracts/interfaces/IShareRequests.sol";
import {CaseId, RequestId, ResourceId} from "../../../contracts/types/Ids.sol";
import {GrantReplay} from "./GrantReplay.sol";
import {Vm} from "./Vm.sol";

/// @dev The state of corrections and disputes as a reader of events has it.
abstract contract CaseReplay is GrantReplay {
    mapping(CaseId caseId => ICaseBook.Case) private _cases;
    CaseId[] private _caseIds;

    function caseCount() external view returns (uint256) {
        return _caseIds.length;
    }

    function caseAt(uint256 index) external view returns (CaseId) {
        return _caseIds[index];
    }

    function caseEntry(CaseId caseId) external view returns (ICaseBook.Case memory) {
        return _cases[caseId];
    }

    function _readCaseEntry(Vm.Log calldata log) internal {
        bytes32 topic = log.topics[0];
        if (topic == ICaseBook.CorrectionFiled.selector) return _readFiling(log);
        if (topic == ICaseBook.DisputeOpened.selector) return _readOpening(log);
        StepEntry memory step = _stepOf(log, false);
        ICaseBook.Case storage entry = _cases[CaseId.wrap(step.subject)];
        entry.status = _statusAfter(topic);
        if (entry.status == CaseStatus.Coordinating) {
            entry.coordinator = step.department;
            // Nobody judges its own case.
            _check("I7", step.department != entry.claimant && step.department != entry.respondent);
        }
        if (entry.status == CaseStatus.Settled || entry.status == CaseStatus.Decided) _conclude(entry, step);
        if (entry.status == CaseStatus.Executed) _reach("executed");
        if (entry.status == CaseStatus.Closed) _reach("correction closed");
        _act(step.department);
        _expectSigners(_office(step.department), "");
    }

    function _conclude(ICaseBook.Case storage entry, StepEntry memory step) private {
        entry.outcome = step.reasonCode;
        _reach(entry.status == CaseStatus.Settled ? bytes32("settled") : bytes32("decided"));
        bool isReopening =
            step.reasonCode == "REOPEN" &&
                entry.subjectKind == DisputeSubject.Request &&
                _requests[RequestId.wrap(entry.subject)].status == RequestStatus.Refused;
        if (isReopening) _reopenings[entry.subject] = CaseId.wrap(step.subject);
    }

    function _readFiling(Vm.Log calldata log) private {
        CaseId caseId = CaseId.wrap(log.topics[1]);
        (CorrectionFiling memory act, uint64 dueAt) = abi.decode(log.data, (CorrectionFiling, uint64));
        ICaseBook.Case storage entry = _cases[caseId];
        (entry.kind, entry.status, entry.dueAt) = (CaseKind.Correction, CaseStatus.Filed, dueAt);
        (entry.claimant, entry.respondent) = (act.requester, _resources[act.resourceId].provider);
        entry.subject = ResourceId.unwrap(act.resourceId);
        _caseIds.push(caseId);
        _act(act.requester);
        _expectSigners(_office(act.requester), "");
    }

    function _readOpening(Vm.Log calldata log) private {
        CaseId caseId = CaseId.wrap(log.topics[1]);
        DisputeOpening memory act = abi.decode(log.data, (DisputeOpening));
        ICaseBook.Case storage entry = _cases[caseId];
        (entry.kind, entry.status) = (CaseKind.Dispute, CaseStatus.Negotiating);
        (entry.claimant, entry.respondent) = (act.claimant, act.respondent);
        (entry.subjectKind, entry.subject) = (act.subjectKind, act.subject);
        _caseIds.push(caseId);
        _act(act.claimant);
        _expectSigners(_office(act.claimant), "");
    }

    function _statusAfter(bytes32 topic) private pure returns (CaseStatus) {
        if (topic == ICaseBook.CorrectionVerifying.selector) return CaseStatus.Verifying;
        if (topic == ICaseBook.CorrectionMade.selector) return CaseStatus.Corrected;
        if (topic == ICaseBook.CorrectionUpheld.selector) return CaseStatus.Upheld;
        if (topic == ICaseBook.CorrectionFedBack.selector) return CaseStatus.FedBack;
        if (topic == ICaseBook.CorrectionClosed.selector) return CaseStatus.Closed;
        if (topic == ICaseBook.CoordinationApplied.selector) return CaseStatus.Applied;
        if (topic == ICaseBook.DisputeCoordinated.selector) return CaseStatus.Coordinating;
        if (topic == ICaseBook.DisputeSettled.selector) return CaseStatus.Settled;
        if (topic == ICaseBook.DisputeEscalated.selector) return CaseStatus.Escalated;
        if (topic == ICaseBook.DisputeDecided.selector) return CaseStatus.Decided;
        return CaseStatus.Executed;
    }
}
