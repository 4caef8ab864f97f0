// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessKeyRegistration, AccessKeyRevocation, IDepartmentRegistry} from "./interfaces/IDepartmentRegistry.sol";
import {DepartmentRole} from "./interfaces/ISignedActs.sol";
import {RegistryActHash} from "./libraries/RegistryActHash.sol";
import {SignedActs} from "./SignedActs.sol";
import {AccessKeyLib} from "./types/AccessKeyLib.sol";
import {AccessKeyId, KeyAlgorithm} from "./types/Ids.sol";

/// @dev The keys that sign HTTP requests, as part of {DepartmentRegistry}.
abstract contract AccessKeys is SignedActs, IDepartmentRegistry {
    using RegistryActHash for AccessKeyRegistration;
    using RegistryActHash for AccessKeyRevocation;

    mapping(AccessKeyId keyId => AccessKey) private _accessKeys;

    /// @inheritdoc IDepartmentRegistry
    function registerAccessKeyBySig(
        AccessKeyRegistration calldata act,
        bytes calldata signature
    ) external returns (AccessKeyId keyId) {
        Approval memory approval = _authenticate(
            Act({
                department: act.department,
                role: DepartmentRole.Office,
                structHash: act.structHash(),
                nonce: act.nonce,
                expiresAt: act.expiresAt,
                evenIfSuspended: false
            }),
            signature
        );
        uint64 seq;
        (keyId, seq) = _registerAccessKey(act);
        _emitSigned(seq, approval, signature);
    }

    /// @inheritdoc IDepartmentRegistry
    function revokeAccessKeyBySig(AccessKeyRevocation calldata act, bytes calldata signature) external {
        Approval memory approval = _authenticate(
            Act({
                department: act.department,
                role: DepartmentRole.Office,
                structHash: act.structHash(),
                nonce: act.nonce,
                expiresAt: act.expiresAt,
                evenIfSuspended: true
            }),
            signature
        );
        uint64 seq = _revokeAccessKey(act);
        _emitSigned(seq, approval, signature);
    }

    /// @inheritdoc IDepartmentRegistry
    function accessKeyOf(AccessKeyId keyId) external view returns (AccessKey memory) {
        return _accessKeys[keyId];
    }

    function _registerAccessKey(AccessKeyRegistration calldata act) private returns (AccessKeyId keyId, uint64 seq) {
        bool isPublicKey = AccessKeyLib.isPublicKey(act.algorithm, act.publicKey);
        require(isPublicKey, DepartmentRegistryInvalidPublicKey(act.algorithm, act.publicKey.length));
        bool isUsable = act.notBefore < act.notAfter && block.timestamp < act.notAfter;
        require(isUsable, DepartmentRegistryInvalidValidity(act.notBefore, act.notAfter));
        keyId = AccessKeyLib.toId(act.department, act.algorithm, act.publicKey);
        bool isNew = _accessKeys[keyId].algorithm == KeyAlgorithm.None;
        require(isNew, DepartmentRegistryKeyAlreadyRegistered(keyId));
        _accessKeys[keyId] = AccessKey({
            department: act.department,
            algorithm: act.algorithm,
            notBefore: act.notBefore,
            notAfter: act.notAfter,
            revokedAt: 0
        });

        uint64 recordedAt = _now();
        bytes32 head;
        (seq, head) = _append(
            keccak256(abi.encode(AccessKeyRegistered.selector, keyId, act.department, act, recordedAt))
        );
        emit AccessKeyRegistered(keyId, act.department, act, recordedAt, seq, head);
    }

    function _revokeAccessKey(AccessKeyRevocation calldata act) private returns (uint64 seq) {
        AccessKey storage key = _accessKeys[act.keyId];
        bool isRevocable = key.department == act.department && key.revokedAt == 0;
        require(isRevocable, DepartmentRegistryKeyNotRevocable(act.keyId, act.department));
        uint64 recordedAt = _now();
        key.revokedAt = recordedAt;

        bytes32 head;
        (seq, head) = _append(
            keccak256(abi.encode(AccessKeyRevoked.selector, act.keyId, act.department, act, recordedAt))
        );
        emit AccessKeyRevoked(act.keyId, act.department, act, recordedAt, seq, head);
    }
}
