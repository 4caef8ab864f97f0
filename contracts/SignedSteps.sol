// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DepartmentKind, DepartmentStatus, IDepartmentRegistry} from "./interfaces/IDepartmentRegistry.sol";
import {DepartmentRole} from "./interfaces/ISignedActs.sol";
import {StepHash} from "./libraries/StepHash.sol";
import {SignedActs} from "./SignedActs.sol";
import {DepartmentId} from "./types/Ids.sol";
import {JointStep, Step} from "./types/Step.sol";

/// @dev What the contracts with states have in common: signers from the registry, and acts that are a {Step}.
abstract contract SignedSteps is SignedActs {
    using StepHash for Step;
    using StepHash for JointStep;

    IDepartmentRegistry internal immutable _registry;

    constructor(IDepartmentRegistry registry) {
        _registry = registry;
    }

    function _signerOf(
        DepartmentId department,
        DepartmentRole role
    ) internal view override returns (bytes memory account, DepartmentKind kind, DepartmentStatus status) {
        return _registry.signerOf(department, role);
    }

    /// @dev Authenticates a step that the office of `act.department` signs and that sets no deadline.
    function _approveStep(
        Step calldata act,
        string memory typeName,
        bytes calldata signature
    ) internal returns (Approval memory) {
        require(act.dueAt == 0, SignedActsDueMisplaced(act.dueAt));
        return _approveDatedStep(act, typeName, false, signature);
    }

    /// @dev As {_approveStep}, for steps that take a right away: accepted from a suspended department too.
    function _approveRestraint(
        Step calldata act,
        string memory typeName,
        bytes calldata signature
    ) internal returns (Approval memory) {
        require(act.dueAt == 0, SignedActsDueMisplaced(act.dueAt));
        return _approveDatedStep(act, typeName, true, signature);
    }

    /// @dev As {_approveStep}, for steps that may set a deadline; the caller looks at it.
    function _approveDatedStep(
        Step calldata act,
        string memory typeName,
        bool evenIfSuspended,
        bytes calldata signature
    ) internal returns (Approval memory) {
        _checkReason(act.reasonCode);
        _checkDocument(act.documentHash, act.hashAlgorithm);
        return
            _authenticate(
                Act({
                    department: act.department,
                    role: DepartmentRole.Office,
                    structHash: act.structHash(typeName),
                    nonce: act.nonce,
                    expiresAt: act.expiresAt,
                    evenIfSuspended: evenIfSuspended
                }),
                signature
            );
    }

    /**
     * @dev Authenticates a step that needs an authority: `role` of `act.department` and the office of `act.authority`
     * both sign it. That it is an authority, and the right one, is for {_checkSameLevel}.
     */
    function _approveJointStep(
        JointStep calldata act,
        string memory typeName,
        DepartmentRole role,
        bytes calldata signature,
        bytes calldata authoritySignature
    ) internal returns (Approval memory approval) {
        _checkReason(act.reasonCode);
        _checkDocument(act.documentHash, act.hashAlgorithm);
        approval = _authenticate(
            Act({
                department: act.department,
                role: role,
                structHash: act.structHash(typeName),
                nonce: act.nonce,
                expiresAt: act.expiresAt,
                evenIfSuspended: false
            }),
            signature
        );
        _cosign(approval, act.authority, DepartmentRole.Office, authoritySignature);
    }

    /// @dev Appends a step to the history. `dueAt` is the deadline that runs from now on, zero if none.
    function _recordStep(
        bytes32 topic,
        Step calldata act,
        uint64 dueAt
    ) internal returns (uint64 recordedAt, uint64 seq, bytes32 head) {
        recordedAt = _now();
        (seq, head) = _append(
            keccak256(abi.encode(topic, act.subject, act.department, act.reasonCode, act, dueAt, recordedAt))
        );
    }

    function _recordJointStep(
        bytes32 topic,
        JointStep calldata act,
        uint64 dueAt
    ) internal returns (uint64 recordedAt, uint64 seq, bytes32 head) {
        recordedAt = _now();
        (seq, head) = _append(
            keccak256(abi.encode(topic, act.subject, act.department, act.reasonCode, act, dueAt, recordedAt))
        );
    }

    /// @dev Whether `authority` is an authority on the level of `department` (同级主管部门), whatever its status.
    function _isSameLevel(DepartmentId authority, DepartmentId department) internal view returns (bool) {
        (, DepartmentKind kind, ) = _registry.signerOf(authority, DepartmentRole.Office);
        return
            kind == DepartmentKind.Authority && _registry.governmentOf(authority) == _registry.governmentOf(department);
    }

    function _checkSameLevel(DepartmentId authority, DepartmentId department) internal view {
        require(_isSameLevel(authority, department), SignedActsNotSameLevel(authority, department));
    }

    /// @dev For consent and filing: a provider that is an authority itself needs another one.
    function _checkConsent(DepartmentId authority, DepartmentId department) internal view {
        bool mayConsent = authority != department && _isSameLevel(authority, department);
        require(mayConsent, SignedActsNotSameLevel(authority, department));
    }

    function _checkReason(bytes32 reasonCode) internal pure {
        require(reasonCode != 0, SignedActsReasonMissing());
    }
}
