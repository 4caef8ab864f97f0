// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CaseId, DepartmentId, GrantId, RequestId, ResourceId} from "../../contracts/types/Ids.sol";
import {ReasonCodes} from "../../contracts/types/ReasonCodes.sol";
import {JointStep, Step} from "../../contracts/types/Step.sol";
import {ActFuzz} from "./support/ActFuzz.sol";
import {JOINT_KINDS, JointKind, STEP_KINDS, StepKind} from "./support/Steps.sol";

/// @dev See {ActFuzz}. Steps on what is there: a published resource, an open request, an active grant and a correction.
contract StepActFuzzTest is ActFuzz {
    uint64 private constant DUE_AT = 1_791_820_800;

    bytes32 private _resource;
    bytes32 private _request;
    bytes32 private _grant;
    bytes32 private _correction;

    function setUp() public override {
        super.setUp();
        _grant = GrantId.unwrap(activeGrant());
        _resource = ResourceId.unwrap(resourceId());
        _request = RequestId.unwrap(submitRequest(request(resourceId())));
        _correction = CaseId.unwrap(fileCorrection(filing(resourceId())));
    }

    function test_fuzz_allSteps(
        uint8 kindSeed,
        bytes32 other,
        uint64 dueAt,
        bytes32 documentHash,
        uint256 seed
    ) public {
        seed = mixed(seed);
        StepKind kind = kindFrom(kindSeed, seed >> 40);
        bytes32 subject = seed & 12 == 0 ? other : subjectOf(kind);
        Step memory act = step(actorFrom(seed >> 8), subject, reasonFrom(seed >> 16));
        (act.documentHash, act.hashAlgorithm) = (documentHash, algorithmFrom(seed));
        uint64[4] memory dates = [0, NOW, NOW + 1, dueAt];
        if (seed & 1 == 0 || kind == StepKind.Suspend) act.dueAt = dates[(seed >> 24) % 4];
        bool valid =
            subject == subjectOf(kind) &&
                act.reasonCode != 0 &&
                isDocument(act.documentHash, act.hashAlgorithm) &&
                (act.dueAt == 0 || kind == StepKind.Suspend) &&
                mayTake(kind, act);
        expectOutcome(Attempt({target: targetOf(kind), data: callOf(kind, act), query: queryOf(kind)}), valid);
    }

    function test_fuzz_allJointSteps(bytes32 other, uint64 dueAt, bytes32 documentHash, uint256 seed) public {
        seed = mixed(seed);
        JointKind kind = JointKind((seed >> 64) % JOINT_KINDS);
        bytes32 own =
            kind == JointKind.Retire
                ? _resource
                : kind == JointKind.ExtendAnswer
                    ? _request
                    : _grant;
        JointStep memory act = jointStep(
            seed & 3 == 0 ? departmentFrom(seed >> 8) : PROVIDER,
            seed & 12 == 0 ? departmentFrom(seed >> 16) : AUTHORITY,
            seed & 48 == 0 ? other : own,
            0
        );
        (act.documentHash, act.hashAlgorithm) = (documentHash, algorithmFrom(seed));
        if (seed & 192 == 0) act.reasonCode = 0;
        uint64[4] memory dates = [
            kind == JointKind.ExtendAnswer ? DUE_AT + 3 days : 0,
            DUE_AT,
            DUE_AT + 15 days,
            dueAt
        ];
        act.dueAt = dates[seed & 256 == 0 ? 0 : (seed >> 24) % 4];
        bool isDue =
            kind == JointKind.ExtendAnswer ? act.dueAt > DUE_AT && act.dueAt <= DUE_AT + 14 days : act.dueAt == 0;
        // The resource has a grant in force.
        bool valid =
            kind != JointKind.Retire &&
                act.department == PROVIDER &&
                act.authority == AUTHORITY &&
                act.subject == own &&
                act.reasonCode != 0 &&
                isDue &&
                isDocument(act.documentHash, act.hashAlgorithm);
        bytes memory query =
            kind == JointKind.Terminate
                ? abi.encodeCall(shares.grantOf, (GrantId.wrap(_grant)))
                : abi.encodeCall(shares.requestOf, (RequestId.wrap(_request)));
        if (kind == JointKind.Retire) query = abi.encodeCall(catalog.resourceOf, (ResourceId.wrap(_resource)));
        expectOutcome(Attempt({target: targetOf(kind), data: callOf(kind, act), query: query}), valid);
    }

    function mayTake(StepKind kind, Step memory act) private pure returns (bool) {
        DepartmentId actor = act.department;
        bool isSecurity = act.reasonCode == ReasonCodes.SECURITY;
        if (kind == StepKind.RequireUpdate) return actor == PROVIDER || actor == AUTHORITY;
        if (kind == StepKind.Freeze) return actor == AUTHORITY || (actor == PROVIDER && isSecurity);
        if (kind == StepKind.AskSupplement || kind == StepKind.Verify) return actor == PROVIDER;
        if (kind == StepKind.Withdraw || kind == StepKind.Release) return actor == REQUESTER;
        if (kind != StepKind.Suspend) return false;
        bool isEmergency = isSecurity && act.dueAt == 0;
        bool isDated = act.dueAt > NOW && act.dueAt <= NOW + 366 days;
        bool isMisuse = act.reasonCode == ReasonCodes.MISUSE && isDated;
        return
            (isEmergency && (actor == REGULATOR || actor == PROVIDER || actor == AUTHORITY)) ||
            (isMisuse && (actor == PROVIDER || actor == AUTHORITY));
    }

    /// @dev Every other time one of the steps that the states allow.
    function kindFrom(uint8 kindSeed, uint256 seed) private pure returns (StepKind) {
        StepKind[8] memory usual = [
            StepKind.RequireUpdate,
            StepKind.Freeze,
            StepKind.AskSupplement,
            StepKind.Withdraw,
            StepKind.Suspend,
            StepKind.Suspend,
            StepKind.Release,
            StepKind.Verify
        ];
        return seed & 1 == 0 ? usual[kindSeed % 8] : StepKind(kindSeed % STEP_KINDS);
    }

    function actorFrom(uint256 seed) private pure returns (DepartmentId) {
        DepartmentId[3] memory usual = [PROVIDER, REQUESTER, AUTHORITY];
        return seed & 64 == 0 ? departmentFrom(seed) : usual[seed % 3];
    }

    function reasonFrom(uint256 seed) private pure returns (bytes32) {
        bytes32[4] memory reasons = [REASON, ReasonCodes.MISUSE, ReasonCodes.SECURITY, 0];
        return reasons[seed % 4];
    }

    function subjectOf(StepKind kind) private view returns (bytes32) {
        if (kind <= StepKind.Unfreeze) return _resource;
        if (kind <= StepKind.Reopen) return _request;
        return kind <= StepKind.AcceptDisposal ? _grant : _correction;
    }

    function queryOf(StepKind kind) private view returns (bytes memory) {
        if (kind <= StepKind.Unfreeze) return abi.encodeCall(catalog.resourceOf, (ResourceId.wrap(_resource)));
        if (kind <= StepKind.Reopen) return abi.encodeCall(shares.requestOf, (RequestId.wrap(_request)));
        if (kind <= StepKind.AcceptDisposal) return abi.encodeCall(shares.grantOf, (GrantId.wrap(_grant)));
        return abi.encodeCall(cases.caseOf, (CaseId.wrap(_correction)));
    }
}
