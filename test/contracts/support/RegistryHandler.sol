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
    StatusOrder
} from "../../../contracts/interfaces/IDepartmentRegistry.sol";
import {AccessKeyId, DepartmentId} from "../../../contracts/types/Ids.sol";
import {HandlerBase} from "./HandlerBase.sol";

/// @dev Random acts of the registry.
abstract contract RegistryHandler is HandlerBase {
    AccessKeyId[] private _keys;

    function registryAct(uint256 seed) external {
        seed = mixed(seed);
        uint256 choice = seed % 8;
        seed >>= 8;
        lift(seed);
        if (choice == 0) registerDepartment(seed);
        else if (choice == 1) changeAccounts(seed);
        else if (choice == 2) restoreAccounts(seed);
        else if (choice == 3) governStatus(seed);
        else if (choice == 4) registerKey(seed);
        else if (choice == 5) revokeKey(seed);
        else changeStatus(seed);
    }

    /// @dev Without these three nothing happens any more.
    function lift(uint256 seed) private {
        DepartmentId[3] memory needed = [PROVIDER, REQUESTER, AUTHORITY];
        DepartmentId department = needed[(seed >> 64) % 3];
        if (registry.departmentOf(department).status != DepartmentStatus.Suspended) return;
        attempt(
            address(registry),
            abi.encodeCall(registry.governStatus, (statusOrder(department, DepartmentStatus.Active)))
        );
    }

    function registerDepartment(uint256 seed) private {
        DepartmentId[2] memory newcomers = [STRANGER, DepartmentId.wrap("11990100MB0000027F")];
        DepartmentRegistration memory act = registration(newcomers[seed % 2], DepartmentKind((seed >> 8) % 6));
        act.authority = mostly(AUTHORITY, seed >> 16);
        bytes memory signature = byOffice(act.authority, digest(act));
        attempt(address(registry), abi.encodeCall(registry.registerDepartmentBySig, (act, signature)));
    }

    function changeAccounts(uint256 seed) private {
        DepartmentId department = departmentFrom(seed);
        DepartmentAccountsChange memory act = accountsChange(department);
        (act.maker, act.office, act.head) = nextAccounts(department);
        bytes memory signature = byHead(mostly(department, seed >> 16), digest(act));
        bool done = attempt(
            address(registry),
            abi.encodeCall(registry.changeDepartmentAccountsBySig, (act, signature))
        );
        if (done) _isRotated[department] = !_isRotated[department];
    }

    function restoreAccounts(uint256 seed) private {
        AccountsRestoration memory act = restoration(departmentFrom(seed));
        (act.maker, act.office, act.head) = nextAccounts(act.department);
        bool done = attempt(address(registry), abi.encodeCall(registry.restoreAccounts, (act)));
        if (done) _isRotated[act.department] = !_isRotated[act.department];
    }

    /// @dev Mostly lifting: otherwise everybody is soon suspended and nothing happens any more.
    function governStatus(uint256 seed) private {
        DepartmentStatus status = seed % 6 == 0 ? DepartmentStatus.Suspended : DepartmentStatus.Active;
        StatusOrder memory act = statusOrder(departmentFrom(seed >> 8), status);
        attempt(address(registry), abi.encodeCall(registry.governStatus, (act)));
    }

    function changeStatus(uint256 seed) private {
        DepartmentStatus status = seed % 6 == 0 ? DepartmentStatus.Suspended : DepartmentStatus.Active;
        DepartmentStatusChange memory act = statusChange(departmentFrom(seed >> 8), status);
        bytes memory signature = byOffice(AUTHORITY, digest(act));
        attempt(address(registry), abi.encodeCall(registry.changeDepartmentStatusBySig, (act, signature)));
    }

    function registerKey(uint256 seed) private {
        AccessKeyRegistration memory act = keyRegistration(departmentFrom(seed));
        _keys.push(AccessKeyId.wrap(keccak256(abi.encode(act.department, act.algorithm, act.publicKey))));
        bytes memory signature = byOffice(act.department, digest(act));
        attempt(address(registry), abi.encodeCall(registry.registerAccessKeyBySig, (act, signature)));
    }

    function revokeKey(uint256 seed) private {
        if (_keys.length == 0) return;
        AccessKeyRevocation memory act = keyRevocation(departmentFrom(seed), _keys[(seed >> 8) % _keys.length]);
        bytes memory signature = byOffice(act.department, digest(act));
        attempt(address(registry), abi.encodeCall(registry.revokeAccessKeyBySig, (act, signature)));
    }

    function nextAccounts(
        DepartmentId department
    ) private view returns (bytes memory maker, bytes memory office, bytes memory head) {
        bool isRotated = !_isRotated[department];
        maker = accountOf(keyOf(makerKey(department), isRotated));
        office = accountOf(keyOf(officeKey(department), isRotated));
        head = accountOf(keyOf(headKey(department), isRotated));
    }
}
