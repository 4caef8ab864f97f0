// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    AccessKeyRegistration,
    AccessKeyRevocation,
    AccountsRestoration,
    DepartmentAccountsChange,
    DepartmentKind,
    DepartmentRegistration,
    DepartmentStatus,
    DepartmentStatusChange,
    IDepartmentRegistry,
    StatusOrder
} from "../../../contracts/interfaces/IDepartmentRegistry.sol";
import {AccessKeyId, DepartmentId} from "../../../contracts/types/Ids.sol";
import {Replay} from "./Replay.sol";
import {Vm} from "./Vm.sol";

/// @dev The state of the registry as a reader of events has it.
abstract contract RegistryReplay is Replay {
    mapping(DepartmentId department => IDepartmentRegistry.Department) internal _departments;
    mapping(AccessKeyId keyId => IDepartmentRegistry.AccessKey) private _accessKeys;
    DepartmentId[] private _departmentIds;
    AccessKeyId[] private _accessKeyIds;

    function departmentCount() external view returns (uint256) {
        return _departmentIds.length;
    }

    function departmentAt(uint256 index) external view returns (DepartmentId) {
        return _departmentIds[index];
    }

    function departmentEntry(DepartmentId department) external view returns (IDepartmentRegistry.Department memory) {
        return _departments[department];
    }

    function accessKeyCount() external view returns (uint256) {
        return _accessKeyIds.length;
    }

    function accessKeyAt(uint256 index) external view returns (AccessKeyId) {
        return _accessKeyIds[index];
    }

    function accessKeyEntry(AccessKeyId keyId) external view returns (IDepartmentRegistry.AccessKey memory) {
        return _accessKeys[keyId];
    }

    /// @dev The department takes part in a business act: never as an operator (I11).
    function _act(DepartmentId department) internal {
        DepartmentKind kind = _departments[department].kind;
        _check("I11", kind != DepartmentKind.Operator && kind != DepartmentKind.None);
    }

    function _office(DepartmentId department) internal view returns (bytes memory) {
        return _departments[department].office;
    }

    function _governmentOf(DepartmentId department) internal view returns (DepartmentId) {
        while (DepartmentId.unwrap(department) != 0 && _departments[department].kind != DepartmentKind.Government) {
            department = _departments[department].superior;
        }
        return department;
    }

    /// @dev Another department of kind Authority on the same level.
    function _isConsenting(DepartmentId authority, DepartmentId department) internal view returns (bool) {
        bool isAuthority = _departments[authority].kind == DepartmentKind.Authority && authority != department;
        return isAuthority && _governmentOf(authority) == _governmentOf(department);
    }

    function _readRegistryEntry(Vm.Log calldata log) internal {
        bytes32 topic = log.topics[0];
        if (topic == IDepartmentRegistry.DepartmentRegistered.selector) _readRegistration(log);
        else if (topic == IDepartmentRegistry.DepartmentAccountsChanged.selector) _readAccounts(log);
        else if (topic == IDepartmentRegistry.DepartmentAccountsRestored.selector) _readRestoration(log);
        else if (topic == IDepartmentRegistry.DepartmentStatusChanged.selector) _readStatus(log);
        else if (topic == IDepartmentRegistry.DepartmentStatusGoverned.selector) _readOrder(log);
        else if (topic == IDepartmentRegistry.AccessKeyRegistered.selector) _readKey(log);
        else if (topic == IDepartmentRegistry.AccessKeyRevoked.selector) _readKeyRevocation(log);
    }

    function _readRegistration(Vm.Log calldata log) private {
        DepartmentRegistration memory act = abi.decode(log.data, (DepartmentRegistration));
        bool isSigned = act.kind != DepartmentKind.Authority && act.kind != DepartmentKind.Government;
        _expectSigners(isSigned ? _departments[act.authority].office : bytes(""), "");
        _departments[act.department] = IDepartmentRegistry.Department({
            kind: act.kind,
            status: DepartmentStatus.Active,
            superior: act.superior,
            region: act.region,
            maker: act.maker,
            office: act.office,
            head: act.head
        });
        _departmentIds.push(act.department);
    }

    function _readAccounts(Vm.Log calldata log) private {
        DepartmentAccountsChange memory act = abi.decode(log.data, (DepartmentAccountsChange));
        _expectSigners(_departments[act.department].head, "");
        IDepartmentRegistry.Department storage entry = _departments[act.department];
        (entry.maker, entry.office, entry.head) = (act.maker, act.office, act.head);
    }

    function _readRestoration(Vm.Log calldata log) private {
        AccountsRestoration memory act = abi.decode(log.data, (AccountsRestoration));
        _expectSigners("", "");
        IDepartmentRegistry.Department storage entry = _departments[act.department];
        (entry.maker, entry.office, entry.head) = (act.maker, act.office, act.head);
    }

    function _readStatus(Vm.Log calldata log) private {
        DepartmentStatusChange memory act = abi.decode(log.data, (DepartmentStatusChange));
        _expectSigners(_departments[act.authority].office, "");
        _departments[act.department].status = act.status;
    }

    function _readOrder(Vm.Log calldata log) private {
        StatusOrder memory act = abi.decode(log.data, (StatusOrder));
        _expectSigners("", "");
        _departments[act.department].status = act.status;
    }

    function _readKey(Vm.Log calldata log) private {
        AccessKeyRegistration memory act = abi.decode(log.data, (AccessKeyRegistration));
        _expectSigners(_departments[act.department].office, "");
        AccessKeyId keyId = AccessKeyId.wrap(log.topics[1]);
        _accessKeys[keyId] = IDepartmentRegistry.AccessKey({
            department: act.department,
            algorithm: act.algorithm,
            notBefore: act.notBefore,
            notAfter: act.notAfter,
            revokedAt: 0
        });
        _accessKeyIds.push(keyId);
    }

    function _readKeyRevocation(Vm.Log calldata log) private {
        (AccessKeyRevocation memory act, uint64 recordedAt) = abi.decode(log.data, (AccessKeyRevocation, uint64));
        _expectSigners(_departments[act.department].office, "");
        _accessKeys[act.keyId].revokedAt = recordedAt;
    }
}
