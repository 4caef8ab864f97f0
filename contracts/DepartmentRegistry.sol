// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {AccessKeys} from "./AccessKeys.sol";
import {
    AccountsRestoration,
    DepartmentAccountsChange,
    DepartmentKind,
    DepartmentRegistration,
    DepartmentStatus,
    DepartmentStatusChange,
    IDepartmentRegistry,
    StatusOrder
} from "./interfaces/IDepartmentRegistry.sol";
import {DepartmentRole} from "./interfaces/ISignedActs.sol";
import {RegistryActHash} from "./libraries/RegistryActHash.sol";
import {SignerBytes} from "./libraries/SignerBytes.sol";
import {SocialCreditCode} from "./libraries/SocialCreditCode.sol";
import {DepartmentId} from "./types/Ids.sol";

/**
 * @title DepartmentRegistry
 * @dev See {IDepartmentRegistry}.
 */
contract DepartmentRegistry is AccessKeys, AccessManaged {
    using RegistryActHash for DepartmentRegistration;
    using RegistryActHash for DepartmentAccountsChange;
    using RegistryActHash for DepartmentStatusChange;

    DepartmentId private constant NOBODY = DepartmentId.wrap(0);

    mapping(DepartmentId department => Department) private _departments;

    constructor(address accessManager) EIP712("DepartmentRegistry", "1") AccessManaged(accessManager) {}

    /// @inheritdoc IDepartmentRegistry
    function admitSupervisor(DepartmentRegistration calldata act) external restricted {
        require(_isSupervisor(act.kind), DepartmentRegistryInvalidKind(act.kind));
        _register(act);
    }

    /// @inheritdoc IDepartmentRegistry
    function restoreAccounts(AccountsRestoration calldata act) external restricted {
        _setAccounts(act.department, act.maker, act.office, act.head);
        uint64 recordedAt = _now();
        (uint64 seq, bytes32 head) = _append(
            keccak256(abi.encode(DepartmentAccountsRestored.selector, act.department, act.reasonCode, act, recordedAt))
        );
        emit DepartmentAccountsRestored(act.department, act.reasonCode, act, recordedAt, seq, head);
    }

    /// @inheritdoc IDepartmentRegistry
    function governStatus(StatusOrder calldata act) external restricted {
        _setStatus(act.department, act.status);
        uint64 recordedAt = _now();
        (uint64 seq, bytes32 head) = _append(
            keccak256(abi.encode(DepartmentStatusGoverned.selector, act.department, act.reasonCode, act, recordedAt))
        );
        emit DepartmentStatusGoverned(act.department, act.reasonCode, act, recordedAt, seq, head);
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
        bool mayRegister = act.kind != DepartmentKind.None && !_isSupervisor(act.kind);
        require(mayRegister, DepartmentRegistryInvalidKind(act.kind));
        _checkOversight(act.authority, act.superior);
        uint64 seq = _register(act);
        _emitSigned(seq, approval, signature);
    }

    /// @inheritdoc IDepartmentRegistry
    function changeDepartmentAccountsBySig(DepartmentAccountsChange calldata act, bytes calldata signature) external {
        Approval memory approval = _authenticate(
            Act({
                department: act.department,
                role: DepartmentRole.Head,
                structHash: act.structHash(),
                nonce: act.nonce,
                expiresAt: act.expiresAt,
                evenIfSuspended: false
            }),
            signature
        );
        uint64 seq = _changeAccounts(act);
        _emitSigned(seq, approval, signature);
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
        _emitSigned(seq, approval, signature);
    }

    /// @inheritdoc IDepartmentRegistry
    function departmentOf(DepartmentId department) external view returns (Department memory) {
        return _departments[department];
    }

    /// @inheritdoc IDepartmentRegistry
    function signerOf(
        DepartmentId department,
        DepartmentRole role
    ) external view returns (bytes memory account, DepartmentKind kind, DepartmentStatus status) {
        return _signerOf(department, role);
    }

    /// @inheritdoc IDepartmentRegistry
    function governmentOf(DepartmentId department) external view returns (DepartmentId) {
        return _governmentAt(department);
    }

    /// @inheritdoc IDepartmentRegistry
    function commonGovernmentOf(DepartmentId one, DepartmentId other) public view returns (DepartmentId) {
        for (DepartmentId mine = _governmentAt(one); !_isNobody(mine); mine = _governmentAbove(mine)) {
            DepartmentId theirs = _governmentAt(other);
            while (!_isNobody(theirs) && theirs != mine) theirs = _governmentAbove(theirs);
            if (theirs == mine) return mine;
        }
        return NOBODY;
    }

    function _signerOf(
        DepartmentId department,
        DepartmentRole role
    ) internal view override returns (bytes memory account, DepartmentKind kind, DepartmentStatus status) {
        Department storage entry = _departments[department];
        if (role == DepartmentRole.Head) return (entry.head, entry.kind, entry.status);
        if (role == DepartmentRole.Maker) return (entry.maker, entry.kind, entry.status);
        return (entry.office, entry.kind, entry.status);
    }

    function _approveByAuthority(
        DepartmentId department,
        bytes32 structHash,
        uint256 nonce,
        uint64 expiresAt,
        bytes calldata signature
    ) private returns (Approval memory approval) {
        approval = _authenticate(
            Act({
                department: department,
                role: DepartmentRole.Office,
                structHash: structHash,
                nonce: nonce,
                expiresAt: expiresAt,
                evenIfSuspended: false
            }),
            signature
        );
        require(approval.kind == DepartmentKind.Authority, DepartmentRegistryNotAuthority(department));
    }

    function _register(DepartmentRegistration calldata act) private returns (uint64 seq) {
        _checkRegistration(act);
        _departments[act.department] = Department({
            kind: act.kind,
            status: DepartmentStatus.Active,
            superior: act.superior,
            region: act.region,
            maker: act.maker,
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
        _checkKnownOrNobody(act.superior);
        _checkRegion(act.region);
        _checkAccounts(act.maker, act.office, act.head);
    }

    function _changeAccounts(DepartmentAccountsChange calldata act) private returns (uint64 seq) {
        _setAccounts(act.department, act.maker, act.office, act.head);
        uint64 recordedAt = _now();
        bytes32 head;
        (seq, head) = _append(
            keccak256(abi.encode(DepartmentAccountsChanged.selector, act.department, act, recordedAt))
        );
        emit DepartmentAccountsChanged(act.department, act, recordedAt, seq, head);
    }

    function _setAccounts(
        DepartmentId department,
        bytes calldata maker,
        bytes calldata office,
        bytes calldata head
    ) private {
        require(_isKnown(department), DepartmentRegistryUnknownDepartment(department));
        _checkAccounts(maker, office, head);
        Department storage entry = _departments[department];
        entry.maker = maker;
        entry.office = office;
        entry.head = head;
    }

    function _changeStatus(DepartmentStatusChange calldata act) private returns (uint64 seq) {
        DepartmentKind kind = _departments[act.department].kind;
        // Who is restrained must not be able to restrain those who supervise it.
        bool mayRestrain = kind != DepartmentKind.Regulator && !_isSupervisor(kind);
        require(mayRestrain, DepartmentRegistryNotRestrainable(act.department, kind));
        _checkOversight(act.authority, act.department);
        _setStatus(act.department, act.status);
        uint64 recordedAt = _now();
        bytes32 head;
        (seq, head) = _append(
            keccak256(abi.encode(DepartmentStatusChanged.selector, act.department, act.authority, act, recordedAt))
        );
        emit DepartmentStatusChanged(act.department, act.authority, act, recordedAt, seq, head);
    }

    function _setStatus(DepartmentId department, DepartmentStatus status) private {
        require(_isKnown(department), DepartmentRegistryUnknownDepartment(department));
        Department storage entry = _departments[department];
        bool isChange = status != DepartmentStatus.None && status != entry.status;
        require(isChange, DepartmentRegistryInvalidStatus(department, status));
        entry.status = status;
    }

    /// @dev A superior is registered before its inferiors and never changes, so the tree has no circle.
    function _governmentAt(DepartmentId department) private view returns (DepartmentId) {
        while (!_isNobody(department) && _departments[department].kind != DepartmentKind.Government) {
            department = _departments[department].superior;
        }
        return department;
    }

    function _governmentAbove(DepartmentId government) private view returns (DepartmentId) {
        return _governmentAt(_departments[government].superior);
    }

    function _checkKnownOrNobody(DepartmentId department) private view {
        bool isFound = _isNobody(department) || _isKnown(department);
        require(isFound, DepartmentRegistryUnknownDepartment(department));
    }

    /// @dev The authority's government is at or above that of the department; who has none is over who has none.
    function _checkOversight(DepartmentId overseer, DepartmentId department) private view {
        _checkKnownOrNobody(department);
        DepartmentId own = _governmentAt(overseer);
        bool mayGovern = !_isNobody(own) || _isNobody(_governmentAt(department));
        bool isOver = mayGovern && commonGovernmentOf(overseer, department) == own;
        require(isOver, DepartmentRegistryNotOverseer(overseer, department));
    }

    function _isKnown(DepartmentId department) private view returns (bool) {
        return _departments[department].status != DepartmentStatus.None;
    }

    function _checkAccounts(bytes calldata maker, bytes calldata office, bytes calldata head) private view {
        bool areAccounts = SignerBytes.isAccount(maker) && SignerBytes.isAccount(office) && SignerBytes.isAccount(head);
        (bytes32 first, bytes32 second, bytes32 third) = (keccak256(maker), keccak256(office), keccak256(head));
        bool areDifferent = first != second && second != third && first != third;
        require(areAccounts && areDifferent, DepartmentRegistryInvalidAccounts(maker, office, head));
        require(!SignerBytes.lacksVerifier(maker), DepartmentRegistryVerifierMissing(maker));
        require(!SignerBytes.lacksVerifier(office), DepartmentRegistryVerifierMissing(office));
        require(!SignerBytes.lacksVerifier(head), DepartmentRegistryVerifierMissing(head));
    }

    /// @dev Who supervises is entered and restrained by governance alone.
    function _isSupervisor(DepartmentKind kind) private pure returns (bool) {
        return kind == DepartmentKind.Authority || kind == DepartmentKind.Government;
    }

    function _isNobody(DepartmentId department) private pure returns (bool) {
        return department == NOBODY;
    }

    function _checkRegion(bytes6 region) private pure {
        for (uint256 i = 0; i < 6; ++i) {
            require(region[i] >= "0" && region[i] <= "9", DepartmentRegistryInvalidRegion(region));
        }
    }
}
