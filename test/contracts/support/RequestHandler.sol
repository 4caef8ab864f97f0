// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DisputeOpening, DisputeSubject} from "../../../contracts/interfaces/ICaseBook.sol";
import {ShareAgreement} from "../../../contracts/interfaces/IShareLedger.sol";
import {
    IShareRequests,
    RequestKind,
    RequestStatus,
    ShareRefusal,
    ShareRequest
} from "../../../contracts/interfaces/IShareRequests.sol";
import {CaseId, DepartmentId, RequestId, ResourceId} from "../../../contracts/types/Ids.sol";
import {ReasonCodes} from "../../../contracts/types/ReasonCodes.sol";
import {JointStep} from "../../../contracts/types/Step.sol";
import {CatalogHandler} from "./CatalogHandler.sol";
import {JointKind, StepKind} from "./Steps.sol";

/// @dev Random acts on requests.
abstract contract RequestHandler is CatalogHandler {
    /// @dev Acts recorded although another account signed them; never one.
    uint256 public forgeries;

    function newRequest(uint256 seed) external {
        seed = mixed(seed);
        ResourceId id = resourceFrom(seed);
        ShareRequest memory act = requestOfLatest(id);
        act.requester = mostly((seed >> 8) % 4 == 0 ? BRANCH : REQUESTER, seed >> 16);
        uint16 fieldCount = catalog.versionOf(id, act.resourceVersion).fieldCount;
        act.fields = (seed >> 32) % 6 == 0 ? mixed(seed) : mixed(seed) >> (256 - fieldCount);
        if ((seed >> 40) % 3 == 0) {
            (act.kind, act.requester) = (RequestKind.Reflow, mostly(BRANCH, seed >> 48));
            act.regionPrefix = (seed >> 64) % 3 == 0 ? bytes12("9901") : bytes12("9901020");
        } else if ((seed >> 40) % 8 == 1 && replay.grantCount() != 0) {
            act.kind = RequestKind((seed >> 48) % 6);
            act.priorGrantId = replay.grantAt((seed >> 56) % replay.grantCount());
        }
        act.notAfter = _time + 1 days + uint64((seed >> 72) % 200 days);
        attempt(address(shares), callOf(act));
    }

    /// @dev Two steps, of requests that are open if there are any.
    function requestAct(uint256 seed) public {
        seed = mixed(seed);
        RequestId requestId = openFrom(seed);
        takeNext(requestId, mixed(seed >> 64));
        takeNext(seed % 2 == 0 ? requestId : openFrom(seed >> 128), mixed(seed >> 192));
    }

    function openFrom(uint256 seed) private view returns (RequestId requestId) {
        for (uint256 i = 0; i < 6; ++i) {
            requestId = replay.requestAt((seed >> (8 * i)) % replay.requestCount());
            RequestStatus status = shares.requestOf(requestId).status;
            if (status != RequestStatus.Agreed && status != RequestStatus.Withdrawn) return requestId;
        }
    }

    function takeNext(RequestId requestId, uint256 seed) private {
        RequestStatus status = shares.requestOf(requestId).status;
        uint256 choice = seed % 16;
        seed >>= 8;
        if (choice == 0) takeAny(requestId, seed);
        else if (status == RequestStatus.Supplementing) take(StepKind.Supplement, requestId, true, seed);
        else if (status == RequestStatus.Refused) takeWhileRefused(requestId, seed);
        else if (status != RequestStatus.Submitted || choice < 7) tryAgreement(requestId, seed);
        else if (choice < 10) tryRefusal(requestId, seed);
        else if (choice < 12) take(StepKind.AskSupplement, requestId, false, seed);
        else if (choice < 15) extendAnswer(requestId, seed);
        else take(StepKind.Withdraw, requestId, true, seed);
    }

    function forgeAgreement(uint256 seed) external {
        seed = mixed(seed);
        RequestId requestId = replay.requestAt(seed % replay.requestCount());
        ShareAgreement memory act = agreementFor(requestId);
        bytes32 actDigest = digest(act);
        bytes memory office = byOffice(act.provider, actDigest);
        bytes memory maker = byMaker(act.provider, actDigest);
        uint256 choice = (seed >> 32) % 4;
        // The office twice, the maker twice, the two exchanged, or those of before the last change of accounts.
        if (choice == 0) maker = office;
        else if (choice == 1) office = maker;
        else if (choice == 2) (office, maker) = (maker, office);
        else {
            office = signed(keyOf(officeKey(act.provider), !_isRotated[act.provider]), actDigest);
            maker = signed(keyOf(makerKey(act.provider), !_isRotated[act.provider]), actDigest);
        }
        if (attempt(address(shares), abi.encodeCall(shares.agreeBySig, (act, office, maker)))) ++forgeries;
    }

    function tryAgreement(RequestId requestId, uint256 seed) private {
        ShareAgreement memory act = agreementFor(requestId);
        act.provider = mostly(act.provider, seed);
        if ((seed >> 32) % 5 == 0) act.fields = mixed(seed);
        if ((seed >> 40) % 4 == 0) act.conditionsHash = CONDITIONS;
        act.notBefore += uint64((seed >> 48) % 100);
        act.notAfter += uint64((seed >> 56) % 4 == 0 ? 1 : 0);
        if ((seed >> 64) % 5 == 0) act.regionPrefix = "9901020";
        // Often short, so that grants expire while more was asked for.
        if ((seed >> 72) % 2 == 0) act.notAfter = _time + 1 + uint64((seed >> 80) % 3 days);
        act.documentHash = keccak256(abi.encode(seed));
        attempt(address(shares), callOf(act));
    }

    function tryRefusal(RequestId requestId, uint256 seed) private {
        ShareRefusal memory act = refusal(requestId);
        act.provider = mostly(PROVIDER, seed);
        if ((seed >> 32) % 3 == 0) (act.reasonCode, act.groundsHash) = (ReasonCodes.CONDITION_NOT_MET, CONDITIONS);
        if ((seed >> 40) % 6 == 0) act.reasonCode = 0;
        if ((seed >> 48) % 6 == 0) act.groundsHash = 0;
        attempt(address(shares), callOf(act));
    }

    function extendAnswer(RequestId requestId, uint256 seed) private {
        uint64 dueAt = shares.requestOf(requestId).dueAt + uint64((seed >> 32) % 16 days);
        bytes32 subject = RequestId.unwrap(requestId);
        JointStep memory act = jointStep(mostly(PROVIDER, seed), mostly(AUTHORITY, seed >> 16), subject, dueAt);
        attempt(JointKind.ExtendAnswer, act);
    }

    /// @dev A dispute, or its outcome.
    function takeWhileRefused(RequestId requestId, uint256 seed) private {
        bytes32 reopening = CaseId.unwrap(cases.reopeningOf(RequestId.unwrap(requestId)));
        bool isNew = reopening != 0 && reopening != CaseId.unwrap(shares.requestOf(requestId).reopenedBy);
        if (isNew || (seed >> 48) % 8 == 0) take(StepKind.Reopen, requestId, true, seed);
        else openOver(requestId, seed);
    }

    function openOver(RequestId requestId, uint256 seed) private {
        DisputeOpening memory act = opening(DisputeSubject.Request, RequestId.unwrap(requestId));
        act.claimant = mostly(shares.requestOf(requestId).requester, seed);
        attempt(address(cases), callOf(act));
    }

    function take(StepKind kind, RequestId requestId, bool isRequesters, uint256 seed) private {
        DepartmentId actor = isRequesters ? shares.requestOf(requestId).requester : PROVIDER;
        attempt(kind, step(mostly(actor, seed), RequestId.unwrap(requestId), REASON));
    }

    function takeAny(RequestId requestId, uint256 seed) private {
        StepKind kind = StepKind(uint8(StepKind.AskSupplement) + uint8(seed % 4));
        attempt(kind, step(departmentFrom(seed >> 8), RequestId.unwrap(requestId), REASON));
    }

    /// @dev Everything that was asked for, by the provider.
    function agreementFor(RequestId requestId) private returns (ShareAgreement memory act) {
        IShareRequests.Request memory entry = shares.requestOf(requestId);
        act = agreement(requestId);
        (act.fields, act.regionPrefix) = (entry.fields, entry.regionPrefix);
        (act.notBefore, act.notAfter) = (entry.notBefore, entry.notAfter);
    }
}
