// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {
    AccessKeyRegistration,
    AccessKeyRevocation,
    DepartmentAccountsChange,
    DepartmentKind,
    DepartmentRegistration,
    DepartmentStatus,
    DepartmentStatusChange,
    IDepartmentRegistry
} from "./interfaces/IDepartmentRegistry.sol";
import {DepartmentRole} from "./interfaces/ISignedActs.sol";
import {RegistryActHash} from "./libraries/RegistryActHash.sol";
import {SocialCreditCode} from "./libraries/SocialCreditCode.sol";
import {SignedActs} from "./SignedActs.sol";
import {AccessKeyLib} from "./types/AccessKeyLib.sol";
import {AccessKeyId, DepartmentId, KeyAlgorithm} from "./types/Ids.sol";

/**
 * @title DepartmentRegistry
 * @dev See {IDepartmentRegistry}.
 */
contract DepartmentRegistry is SignedActs, AccessManaged, IDepartmentRegistry {
    using RegistryActHash for DepartmentRegistration;
    using RegistryActHash for DepartmentAccountsChange;
    using RegistryActHash for DepartmentStatusChange;
    using RegistryActHash for AccessKeyRegistration;
    using RegistryActHash for AccessKeyRevocation;

    mapping(DepartmentId department => Department) private _departments;
    mapping(AccessKeyId keyId => AccessKey) private _accessKeys;

    constructor(address accessManager) EIP712("DepartmentRegistry", "1") AccessManaged(accessManager) {}

    /// @inheritdoc IDepartmentRegistry
    function admitAuthority(DepartmentRegistration calldata act) external restricted {
        require(act.kind == DepartmentKind.Authority, DepartmentRegistryInvalidKind(act.kind));
        _register(act);
    }

    /// @inheritdoc IDepartmentRegistry
    function registerDepartmentBySig(DepartmentRegistration calldata act, bytes calldata signature) external {
        Approval memory approval = _approveByAuthority(
            act.authority,
            act.structHash(),
            act.nonce,
            act.expiresAt,
            signature
        );
        require(act.kind != DepartmentKind.None, DepartmentRegistryInvalidKind(act.kind));
        uint64 seq = _register(act);
        emit ActSigned(seq, approval.actDigest, approval.signer, signature);
    }

    /// @inheritdoc IDepartmentRegistry
    function changeDepartmentAccountsBySig(DepartmentAccountsChange calldata act, bytes calldata signature) external {
        Approval memory approval = _approveByAuthority(
            act.authority,
            act.structHash(),
            act.nonce,
            act.expiresAt,
            signature
        );
        uint64 seq = _changeAccounts(act);
        emit ActSigned(seq, approval.actDigest, approval.signer, signature);
    }

    /// @inheritdoc IDepartmentRegistry
    function changeDepartmentStatusBySig(DepartmentStatusChange calldata act, bytes calldata signature) external {
        Approval memory approval = _approveByAuthority(
            act.authority,
            act.structHash(),
            act.nonce,
            act.expiresAt,
            signature
        );
        uint64 seq = _changeStatus(act);
        emit ActSigned(seq, approval.actDigest, approval.signer, signature);
    }

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
        emit ActSigned(seq, approval.actDigest, approval.signer, signature);
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
        emit ActSigned(seq, approval.actDigest, approval.signer, signature);
    }

    /// @inheritdoc IDepartmentRegistry
    function departmentOf(DepartmentId department) external view returns (Department memory) {
        return _departments[department];
    }

    /// @inheritdoc IDepartmentRegistry
    function accessKeyOf(AccessKeyId keyId) external view returns (AccessKey memory) {
        return _accessKeys[keyId];
    }

    /// @inheritdoc IDepartmentRegistry
    function signerOf(
        DepartmentId department,
        DepartmentRole role
    ) external view returns (bytes memory account, DepartmentKind kind, DepartmentStatus status) {
        return _signerOf(department, role);
    }

    function _signerOf(
        DepartmentId department,
        DepartmentRole role
    ) internal view override returns (bytes memory account, DepartmentKind kind, DepartmentStatus status) {
        Department storage entry = _departments[department];
        if (role == DepartmentRole.Head) return (entry.head, entry.kind, entry.status);
        return (entry.office, entry.kind, entry.status);
    }

    function _approveByAuthority(
        DepartmentId authority,
        bytes32 structHash,
        uint256 nonce,
        uint64 expiresAt,
        bytes calldata signature
    ) private returns (Approval memory approval) {
        approval = _authenticate(
            Act({
                department: authority,
                role: DepartmentRole.Office,
                structHash: structHash,
                nonce: nonce,
                expiresAt: expiresAt,
                evenIfSuspended: false
            }),
            signature
        );
        require(approval.kind == DepartmentKind.Authority, DepartmentRegistryNotAuthority(authority));
    }

    function _register(DepartmentRegistration calldata act) private returns (uint64 seq) {
        _checkRegistration(act);
        _departments[act.department] = Department({
            kind: act.kind,
            status: DepartmentStatus.Active,
            superior: act.superior,
            region: act.region,
            office: act.office,
            head: act.head
        });

        uint64 recordedAt = _now();
        bytes32 head;
        (seq, head) = _append(
            keccak256(abi.encode(DepartmentRegistered.selector, act.department, act.authority, act, recordedAt))
        );
        emit DepartmentRegistered(act.department, act.authority, act, recordedAt, seq, head);
    }

    function _checkRegistration(DepartmentRegistration calldata act) private view {
        require(SocialCreditCode.isValid(act.department), DepartmentRegistryInvalidCreditCode(act.department));
        require(!_isKnown(act.department), DepartmentRegistryAlreadyRegistered(act.department));
        bool isRoot = DepartmentId.unwrap(act.superior) == 0;
        require(isRoot || _isKnown(act.superior), DepartmentRegistryUnknownDepartment(act.superior));
        _checkRegion(act.region);
        _checkAccounts(act.office, act.head);
    }

    function _changeAccounts(DepartmentAccountsChange calldata act) private returns (uint64 seq) {
        require(_isKnown(act.department), DepartmentRegistryUnknownDepartment(act.department));
        _checkAccounts(act.office, act.head);
        Department storage entry = _departments[act.department];
        entry.office = act.office;
        entry.head = act.head;

        uint64 recordedAt = _now();
        bytes32 head;
        (seq, head) = _append(
            keccak256(abi.encode(DepartmentAccountsChanged.selector, act.department, act.authority, act, recordedAt))
        );
        emit DepartmentAccountsChanged(act.department, act.authority, act, recordedAt, seq, head);
    }

    function _changeStatus(DepartmentStatusChange calldata act) private returns (uint64 seq) {
        require(_isKnown(act.department), DepartmentRegistryUnknownDepartment(act.department));
        Department storage entry = _departments[act.department];
        bool isChange = act.status != DepartmentStatus.None && act.status != entry.status;
        require(isChange, DepartmentRegistryInvalidStatus(act.department, act.status));
        entry.status = act.status;

        uint64 recordedAt = _now();
        bytes32 head;
        (seq, head) = _append(
            keccak256(abi.encode(DepartmentStatusChanged.selector, act.department, act.authority, act, recordedAt))
        );
        emit DepartmentStatusChanged(act.department, act.authority, act, recordedAt, seq, head);
    }

    function _registerAccessKey(AccessKeyRegistration calldata act) private returns (AccessKeyId keyId, uint64 seq) {
        _checkPublicKey(act.algorithm, act.publicKey);
        bool isUsable = act.notBefore < act.notAfter && block.timestamp < act.notAfter;
        require(isUsable, DepartmentRegistryInvalidValidity(act.notBefore, act.notAfter));
        keyId = AccessKeyLib.toId(act.algorithm, act.publicKey);
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

    function _isKnown(DepartmentId department) private view returns (bool) {
        return _departments[department].status != DepartmentStatus.None;
    }

    function _checkRegion(bytes6 region) private pure {
        for (uint256 i = 0; i < 6; ++i) {
            require(region[i] >= "0" && region[i] <= "9", DepartmentRegistryInvalidRegion(region));
        }
    }

    function _checkAccounts(bytes calldata office, bytes calldata head) private pure {
        bool isValid = _isAccount(office) && _isAccount(head) && keccak256(office) != keccak256(head);
        require(isValid, DepartmentRegistryInvalidAccounts(office, head));
    }

    /// @dev An address has 20 bytes; an ERC-7913 signer has more, and a zero verifier would never answer.
    function _isAccount(bytes calldata account) private pure returns (bool) {
        return account.length >= 20 && bytes20(account) != 0;
    }

    function _checkPublicKey(KeyAlgorithm algorithm, bytes calldata publicKey) private pure {
        bool isValid =
            (algorithm == KeyAlgorithm.Ed25519 && publicKey.length == 32) ||
                (algorithm == KeyAlgorithm.EcdsaP256 && publicKey.length == 64);
        require(isValid, DepartmentRegistryInvalidPublicKey(algorithm, publicKey.length));
    }
}
