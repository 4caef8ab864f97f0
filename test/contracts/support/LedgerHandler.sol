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
import {ResourcePublication, ResourceSubmission, ShareClass} from "../../../contracts/interfaces/IResourceCatalog.sol";
import {
    GrantRevocation,
    ShareAgreement,
    ShareRefusal,
    ShareRequest
} from "../../../contracts/interfaces/IShareLedger.sol";
import {AccessKeyId, DepartmentId, GrantId, RequestId, ResourceId} from "../../../contracts/types/Ids.sol";
import {DepartmentRegistry} from "../../../contracts/DepartmentRegistry.sol";
import {ResourceCatalog} from "../../../contracts/ResourceCatalog.sol";
import {ShareLedger} from "../../../contracts/ShareLedger.sol";
import {LedgerFixture} from "./LedgerFixture.sol";
import {LedgerReplay} from "./LedgerReplay.sol";
import {vm} from "./Vm.sol";

/**
 * @dev Random acts of random departments, some allowed and some not. Whatever the contracts emit goes to a replay that
 * knows nothing else; the invariants compare the two.
 */
contract LedgerHandler is LedgerFixture {
    LedgerReplay public replay;
    /// @dev Acts recorded although another account signed them; never one.
    uint256 public forgeries;

    AccessKeyId[] private _keys;
    /// @dev Which of its two sets of keys the accounts of a department are of.
    mapping(DepartmentId department => bool) private _isRotated;
    uint64 private _time = NOW;

    constructor() {
        vm.recordLogs();
        deployLedger();
        for (uint256 code = 0; code < 3; ++code) {
            ResourceSubmission memory act = submission(ShareClass(1 + code));
            act.codeHash = bytes32(code);
            ResourceId id = submit(act);
            publish(publication(id));
            if (act.shareClass != ShareClass.Denied) for (uint256 i = 0; i < 4; ++i) submitRequest(request(id));
        }
        replay = new LedgerReplay(registry, catalog, shares);
        replay.read(vm.getRecordedLogs());
    }

    function ledgers() external view returns (DepartmentRegistry, ResourceCatalog, ShareLedger) {
        return (registry, catalog, shares);
    }

    function registerDepartment(uint256 seed) external {
        seed = mixed(seed);
        DepartmentId[2] memory newcomers = [STRANGER, DepartmentId.wrap("11990100MB0000027F")];
        DepartmentRegistration memory act = registration(newcomers[seed % 2], DepartmentKind((seed >> 8) % 6));
        act.authority = authorityFrom(seed >> 16);
        act.expiresAt = _time;
        bytes memory signature = signedByOffice(act.authority, digest(act));
        carry(address(registry), abi.encodeCall(registry.registerDepartmentBySig, (act, signature)));
    }

    function changeAccounts(uint256 seed) external {
        seed = mixed(seed);
        DepartmentId department = departmentFrom(seed);
        DepartmentAccountsChange memory act = accountsChange(department);
        (act.office, act.head) = nextAccounts(department);
        act.expiresAt = _time;
        DepartmentId signer = (seed >> 16) % 4 == 0 ? departmentFrom(seed >> 20) : department;
        bytes memory signature = signedByHead(signer, digest(act));
        bool done = carry(address(registry), abi.encodeCall(registry.changeDepartmentAccountsBySig, (act, signature)));
        if (done) _isRotated[department] = !_isRotated[department];
    }

    function restoreAccounts(uint256 seed) external {
        seed = mixed(seed);
        AccountsRestoration memory act = restoration(departmentFrom(seed));
        (act.office, act.head) = nextAccounts(act.department);
        bool done = carry(address(registry), abi.encodeCall(registry.restoreAccounts, (act)));
        if (done) _isRotated[act.department] = !_isRotated[act.department];
    }

    function governStatus(uint256 seed) external {
        seed = mixed(seed);
        DepartmentStatus status = seed % 4 == 0 ? DepartmentStatus.Suspended : DepartmentStatus.Active;
        StatusOrder memory act = statusOrder(departmentFrom(seed >> 8), status);
        carry(address(registry), abi.encodeCall(registry.governStatus, (act)));
    }

    function changeStatus(uint256 seed) external {
        seed = mixed(seed);
        // Mostly lifting: otherwise everybody is soon suspended and nothing happens any more.
        DepartmentStatus status = seed % 3 == 0 ? DepartmentStatus.Suspended : DepartmentStatus.Active;
        DepartmentStatusChange memory act = statusChange(departmentFrom(seed >> 8), status);
        act.expiresAt = _time;
        bytes memory signature = signedByOffice(AUTHORITY, digest(act));
        carry(address(registry), abi.encodeCall(registry.changeDepartmentStatusBySig, (act, signature)));
    }

    function registerKey(uint256 seed) external {
        seed = mixed(seed);
        AccessKeyRegistration memory act = keyRegistration(departmentFrom(seed));
        act.expiresAt = _time;
        _keys.push(AccessKeyId.wrap(keccak256(abi.encode(act.department, act.algorithm, act.publicKey))));
        bytes memory signature = signedByOffice(act.department, digest(act));
        carry(address(registry), abi.encodeCall(registry.registerAccessKeyBySig, (act, signature)));
    }

    function revokeKey(uint256 seed) external {
        seed = mixed(seed);
        if (_keys.length == 0) return;
        AccessKeyRevocation memory act = keyRevocation(departmentFrom(seed), _keys[(seed >> 8) % _keys.length]);
        act.expiresAt = _time;
        bytes memory signature = signedByOffice(act.department, digest(act));
        carry(address(registry), abi.encodeCall(registry.revokeAccessKeyBySig, (act, signature)));
    }

    function submitResource(uint256 seed) external {
        seed = mixed(seed);
        ResourceSubmission memory act = submission(ShareClass((seed >> 8) % 4));
        act.provider = seed % 2 == 0 ? PROVIDER : departmentFrom(seed >> 16);
        act.codeHash = bytes32((seed >> 24) % 3);
        (, uint32 published) = catalog.resourceOf(idOf(act));
        act.version = published + uint32((seed >> 32) % 8 == 0 ? 2 : 1);
        act.fieldCount = uint16(1 + ((seed >> 40) % 256));
        act.expiresAt = _time;
        bytes memory signature = signedByHead(act.provider, digest(act));
        carry(address(catalog), abi.encodeCall(catalog.submitResourceBySig, (act, signature)));
        // Often at once, so that classes change under open requests.
        if ((seed >> 48) % 2 == 0) announce(idOf(act), act.version, AUTHORITY);
    }

    function publishResource(uint256 seed) external {
        seed = mixed(seed);
        if (replay.submissionCount() == 0) return;
        (ResourceId id, uint32 version) = replay.submissionAt(seed % replay.submissionCount());
        announce(id, version, authorityFrom(seed >> 16));
    }

    function submitRequest(uint256 seed, uint256 fields) external {
        seed = mixed(seed);
        if (replay.submissionCount() == 0) return;
        (ResourceId id, ) = replay.submissionAt(seed % replay.submissionCount());
        ShareRequest memory act = request(id);
        (, act.resourceVersion) = catalog.resourceOf(id);
        act.requester = (seed >> 8) % 2 == 0 ? REQUESTER : departmentFrom(seed >> 16);
        uint16 fieldCount = catalog.versionOf(id, act.resourceVersion).fieldCount;
        act.fields = (seed >> 24) % 4 == 0 ? fields : fields % (2 ** (fieldCount == 0 ? 1 : fieldCount % 256));
        (act.notBefore, act.notAfter) = (_time, _time + uint64((seed >> 32) % 30 days));
        act.expiresAt = _time;
        bytes memory signature = signedByOffice(act.requester, digest(act));
        carry(address(shares), abi.encodeCall(shares.submitRequestBySig, (act, signature)));
    }

    function agree(uint256 seed, uint256 fields) external {
        seed = mixed(seed);
        if (replay.requestCount() == 0) return;
        RequestId requestId = replay.requestAt(seed % replay.requestCount());
        ShareAgreement memory act = agreement(requestId);
        act.provider = answererFrom(requestId, seed >> 8);
        act.fields = (seed >> 16) % 4 == 0 ? fields : fields & shares.requestOf(requestId).fields;
        act.notBefore = shares.requestOf(requestId).notBefore + uint64((seed >> 24) % 100);
        act.notAfter = shares.requestOf(requestId).notAfter - uint64((seed >> 32) % 3);
        act.expiresAt = _time;
        bytes memory signature = signedByOffice(act.provider, digest(act));
        carry(address(shares), abi.encodeCall(shares.agreeBySig, (act, signature)));
    }

    function refuse(uint256 seed) external {
        seed = mixed(seed);
        if (replay.requestCount() == 0) return;
        RequestId requestId = replay.requestAt(seed % replay.requestCount());
        ShareRefusal memory act = refusal(requestId);
        act.provider = answererFrom(requestId, seed >> 8);
        if ((seed >> 16) % 4 == 0) act.reasonCode = 0;
        act.expiresAt = _time;
        bytes memory signature = signedByOffice(act.provider, digest(act));
        carry(address(shares), abi.encodeCall(shares.refuseBySig, (act, signature)));
    }

    function revoke(uint256 seed) external {
        seed = mixed(seed);
        if (replay.grantCount() == 0) return;
        GrantId grantId = replay.grantAt(seed % replay.grantCount());
        GrantRevocation memory act = revocation(departmentFrom(seed >> 8), grantId);
        if ((seed >> 16) % 4 == 0) act.reasonCode = 0;
        act.expiresAt = _time;
        bytes memory signature = signedByOffice(act.department, digest(act));
        carry(address(shares), abi.encodeCall(shares.revokeBySig, (act, signature)));
    }

    function forgeAgreement(uint256 seed) external {
        seed = mixed(seed);
        RequestId requestId = replay.requestAt(seed % replay.requestCount());
        ShareAgreement memory act = agreement(requestId);
        (act.provider, ) = catalog.resourceOf(shares.requestOf(requestId).resourceId);
        act.notBefore = shares.requestOf(requestId).notBefore;
        act.notAfter = shares.requestOf(requestId).notAfter;
        (act.fields, act.expiresAt) = (shares.requestOf(requestId).fields, _time);
        DepartmentId forger = seed & 4 == 0 ? act.provider : departmentFrom(seed >> 8);
        uint256 key = keyOf(officeKey(forger), _isRotated[forger]);
        // Of the provider itself: its head, or the office that it has had or will have.
        if (forger == act.provider && seed & 8 == 0) key = keyOf(headKey(forger), _isRotated[forger]);
        else if (forger == act.provider) key = keyOf(officeKey(forger), !_isRotated[forger]);
        if (carry(address(shares), abi.encodeCall(shares.agreeBySig, (act, signed(key, digest(act)))))) ++forgeries;
    }

    function passTime(uint256 seed) external {
        seed = mixed(seed);
        _time += uint64(seed % 3 days);
        vm.warp(_time);
    }

    function announce(ResourceId id, uint32 version, DepartmentId authority) private {
        ResourcePublication memory act = publication(id);
        (act.version, act.authority, act.expiresAt) = (version, authority, _time);
        bytes memory signature = signedByOffice(act.authority, digest(act));
        carry(address(catalog), abi.encodeCall(catalog.publishResourceBySig, (act, signature)));
    }

    function signedByOffice(DepartmentId department, bytes32 actDigest) private view returns (bytes memory) {
        return signed(keyOf(officeKey(department), _isRotated[department]), actDigest);
    }

    function signedByHead(DepartmentId department, bytes32 actDigest) private view returns (bytes memory) {
        return signed(keyOf(headKey(department), _isRotated[department]), actDigest);
    }

    function nextAccounts(DepartmentId department) private view returns (bytes memory office, bytes memory head) {
        bool isRotated = !_isRotated[department];
        return (accountOf(keyOf(officeKey(department), isRotated)), accountOf(keyOf(headKey(department), isRotated)));
    }

    function keyOf(uint256 firstKey, bool isRotated) private pure returns (uint256) {
        return isRotated ? uint256(keccak256(abi.encode(firstKey))) >> 1 : firstKey;
    }

    /// @dev The runner likes small numbers; here every bit is to be as likely set as not.
    function mixed(uint256 seed) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed)));
    }

    /// @dev A refused act must leave no event; the replay would otherwise follow it.
    function carry(address target, bytes memory data) private returns (bool done) {
        vm.recordLogs();
        (done, ) = target.call(data);
        replay.read(vm.getRecordedLogs());
    }

    function idOf(ResourceSubmission memory act) private pure returns (ResourceId) {
        return ResourceId.wrap(keccak256(abi.encode(act.provider, act.codeHash)));
    }

    function answererFrom(RequestId requestId, uint256 seed) private view returns (DepartmentId provider) {
        (provider, ) = catalog.resourceOf(shares.requestOf(requestId).resourceId);
        if (seed % 3 == 0) provider = departmentFrom(seed >> 4);
    }

    function authorityFrom(uint256 seed) private pure returns (DepartmentId) {
        return seed % 3 == 0 ? departmentFrom(seed >> 4) : AUTHORITY;
    }

    function departmentFrom(uint256 seed) private pure returns (DepartmentId) {
        DepartmentId[7] memory all = [AUTHORITY, PROVIDER, REQUESTER, REGULATOR, GOVERNMENT, OPERATOR, STRANGER];
        return all[seed % 7];
    }
}
