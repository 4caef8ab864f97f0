// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DepartmentRole, ISignedActs} from "../../contracts/interfaces/ISignedActs.sol";
import {IResourceCatalog} from "../../contracts/interfaces/IResourceCatalog.sol";
import {GrantId, HashAlgorithm} from "../../contracts/types/Ids.sol";
import {JointStep, Step} from "../../contracts/types/Step.sol";
import {Check} from "./support/Check.sol";
import {LedgerTest} from "./support/LedgerTest.sol";
import {JOINT_KINDS, JointKind, STEP_KINDS, StepKind} from "./support/Steps.sol";
import {Vm, vm} from "./support/Vm.sol";

/// @dev What every step has to hold to, before anybody looks at its subject.
contract StepRulesTest is LedgerTest {
    bytes32 private constant SUBJECT = keccak256("unknown");

    function test_allSteps_revertWithoutReason() public {
        for (uint8 kind = 0; kind < STEP_KINDS; ++kind) {
            Step memory act = step(PROVIDER, SUBJECT, 0);
            expectRefused(StepKind(kind), act, abi.encodeWithSelector(ISignedActs.SignedActsReasonMissing.selector));
        }
        for (uint8 kind = 0; kind < JOINT_KINDS; ++kind) {
            JointStep memory act = jointStep(PROVIDER, AUTHORITY, SUBJECT, 0);
            act.reasonCode = 0;
            expectRefused(JointKind(kind), act, abi.encodeWithSelector(ISignedActs.SignedActsReasonMissing.selector));
        }
    }

    function test_allSteps_revertWithoutDocument() public {
        bytes memory refusal = abi.encodeWithSelector(ISignedActs.SignedActsDocumentMissing.selector);
        for (uint8 kind = 0; kind < STEP_KINDS; ++kind) {
            Step memory act = step(PROVIDER, SUBJECT, REASON);
            act.documentHash = 0;
            expectRefused(StepKind(kind), act, refusal);
        }
        for (uint8 kind = 0; kind < JOINT_KINDS; ++kind) {
            JointStep memory act = jointStep(PROVIDER, AUTHORITY, SUBJECT, 0);
            act.documentHash = 0;
            expectRefused(JointKind(kind), act, refusal);
        }
    }

    function test_allSteps_revertForUncheckableDocument() public {
        bytes memory refusal = abi.encodeWithSelector(
            ISignedActs.SignedActsHashAlgorithmUnsupported.selector,
            HashAlgorithm.Sm3
        );
        for (uint8 kind = 0; kind < STEP_KINDS; ++kind) {
            Step memory act = step(PROVIDER, SUBJECT, REASON);
            act.hashAlgorithm = HashAlgorithm.Sm3;
            expectRefused(StepKind(kind), act, refusal);
        }
        for (uint8 kind = 0; kind < JOINT_KINDS; ++kind) {
            JointStep memory act = jointStep(PROVIDER, AUTHORITY, SUBJECT, 0);
            act.hashAlgorithm = HashAlgorithm.Sm3;
            expectRefused(JointKind(kind), act, refusal);
        }
    }

    function test_undatedSteps_revertForADeadline() public {
        bytes memory refusal = abi.encodeWithSelector(ISignedActs.SignedActsDueMisplaced.selector, NOW + 1);
        for (uint8 kind = 0; kind < STEP_KINDS; ++kind) {
            if (StepKind(kind) == StepKind.ExtendUpdate || StepKind(kind) == StepKind.Suspend) continue;
            Step memory act = step(PROVIDER, SUBJECT, REASON);
            act.dueAt = NOW + 1;
            expectRefused(StepKind(kind), act, refusal);
        }
        expectRefused(JointKind.Retire, jointStep(PROVIDER, AUTHORITY, SUBJECT, NOW + 1), refusal);
        expectRefused(JointKind.Terminate, jointStep(PROVIDER, AUTHORITY, SUBJECT, NOW + 1), refusal);
    }

    function test_allSteps_revertUnlessTheOfficeSigns() public {
        for (uint8 kind = 0; kind < STEP_KINDS; ++kind) {
            Step memory act = step(PROVIDER, SUBJECT, REASON);
            bytes32 actDigest = digest(StepKind(kind), act);
            uint256[3] memory others = [headKey(PROVIDER), makerKey(PROVIDER), officeKey(REQUESTER)];
            for (uint256 i = 0; i < others.length; ++i) {
                expectRefused(
                    targetOf(StepKind(kind)),
                    abi.encodeWithSelector(infoOf(StepKind(kind)).selector, act, signed(others[i], actDigest)),
                    invalidSignature(DepartmentRole.Office, actDigest)
                );
            }
        }
    }

    function test_jointSteps_revertUnlessBothSign() public {
        for (uint8 kind = 0; kind < JOINT_KINDS; ++kind) {
            JointStep memory act = jointStep(PROVIDER, AUTHORITY, SUBJECT, 0);
            bytes32 actDigest = digest(JointKind(kind), act);
            bool byHeads = JointKind(kind) == JointKind.Retire;
            bytes memory own = byHeads ? byHead(PROVIDER, actDigest) : byOffice(PROVIDER, actDigest);
            bytes memory wrong = byHeads ? byOffice(PROVIDER, actDigest) : byHead(PROVIDER, actDigest);
            bytes4 selector = infoOf(JointKind(kind)).selector;
            expectRefused(
                targetOf(JointKind(kind)),
                abi.encodeWithSelector(selector, act, wrong, byOffice(AUTHORITY, actDigest)),
                invalidSignature(byHeads ? DepartmentRole.Head : DepartmentRole.Office, actDigest)
            );
            expectRefused(
                targetOf(JointKind(kind)),
                abi.encodeWithSelector(selector, act, own, own),
                abi.encodeWithSelector(
                    ISignedActs.SignedActsInvalidSignature.selector,
                    AUTHORITY,
                    DepartmentRole.Office,
                    actDigest
                )
            );
        }
    }

    /// @dev All steps have the same members; only the name of the type keeps one from serving as another.
    function test_allSteps_revertForTheSignatureOfAnotherStep() public {
        for (uint8 kind = 0; kind < STEP_KINDS; ++kind) {
            Step memory act = step(PROVIDER, SUBJECT, REASON);
            bytes32 actDigest = digest(StepKind(kind), act);
            for (uint8 other = 0; other < STEP_KINDS; ++other) {
                if (other == kind) continue;
                bytes memory signature = byOffice(PROVIDER, digest(StepKind(other), act));
                expectRefused(
                    targetOf(StepKind(kind)),
                    abi.encodeWithSelector(infoOf(StepKind(kind)).selector, act, signature),
                    invalidSignature(DepartmentRole.Office, actDigest)
                );
            }
        }
    }

    /// @dev Taking a right away is never blocked; all else is.
    function test_allSteps_revertWhileSuspendedUnlessTheyTakeARightAway() public {
        suspendDepartment(PROVIDER);
        bytes memory refusal = abi.encodeWithSelector(ISignedActs.SignedActsDepartmentNotActive.selector, PROVIDER);
        for (uint8 kind = 0; kind < STEP_KINDS; ++kind) {
            StepKind step_ = StepKind(kind);
            bool isRestraint =
                step_ == StepKind.Freeze ||
                    step_ == StepKind.Suspend ||
                    step_ == StepKind.FollowUp ||
                    step_ == StepKind.Forfeit ||
                    step_ == StepKind.Release;
            Step memory act = step(PROVIDER, SUBJECT, REASON);
            if (!isRestraint) expectRefused(step_, act, refusal);
            else expectSubjectRefused(step_, act);
            act.department = STRANGER;
            expectRefused(
                step_,
                act,
                abi.encodeWithSelector(ISignedActs.SignedActsDepartmentNotActive.selector, STRANGER)
            );
        }
        for (uint8 kind = 0; kind < JOINT_KINDS; ++kind) {
            expectRefused(JointKind(kind), jointStep(PROVIDER, AUTHORITY, SUBJECT, 0), refusal);
        }
    }

    function test_steps_emitTheirMembersAndTheDeadline() public {
        GrantId grantId = activeGrant();
        Step memory act = misuse(PROVIDER, grantId, NOW + 3 days);
        vm.recordLogs();
        take(StepKind.Suspend, act);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        Check.equal(logs.length, 2, "events");
        Check.equal(logs[0].topics[0], infoOf(StepKind.Suspend).topic, "event");
        Check.equal(logs[0].topics[1], act.subject, "subject");
        Check.equal(logs[0].topics[2], bytes32(bytes18("11990100MB0000019L")), "department");
        Check.equal(logs[0].topics[3], act.reasonCode, "reason");
        (Step memory recorded, uint64 dueAt, uint64 recordedAt) = abi.decode(logs[0].data, (Step, uint64, uint64));
        Check.equal(abi.encode(recorded), abi.encode(act), "act");
        Check.equal(dueAt, NOW + 3 days, "due at");
        Check.equal(recordedAt, NOW, "recorded at");
    }

    function expectSubjectRefused(StepKind kind, Step memory act) private {
        (bool done, bytes memory answer) = targetOf(kind).call(callOf(kind, act));
        Check.isTrue(!done, "an unknown subject");
        bool isSubject =
            bytes4(answer) == bytes4(keccak256("ShareLedgerUnexpectedGrantStatus(bytes32,uint8)")) ||
                bytes4(answer) == IResourceCatalog.ResourceCatalogUnknownResource.selector;
        Check.isTrue(isSubject, infoOf(kind).typeName);
    }

    function invalidSignature(DepartmentRole role, bytes32 actDigest) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ISignedActs.SignedActsInvalidSignature.selector, PROVIDER, role, actDigest);
    }
}
