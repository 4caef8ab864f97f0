// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    AccessKeyRegistration,
    AccessKeyRevocation,
    DepartmentAccountsChange,
    DepartmentKind,
    DepartmentRegistration,
    DepartmentStatus,
    DepartmentStatusChange
} from "../../contracts/interfaces/IDepartmentRegistry.sol";
import {DepartmentRole} from "../../contracts/interfaces/ISignedActs.sol";
import {AccessKeyId, DepartmentId, KeyAlgorithm} from "../../contracts/types/Ids.sol";
import {ActFuzz} from "./support/ActFuzz.sol";
import {Check} from "./support/Check.sol";

/// @dev See {ActFuzz}.
contract RegistryActFuzzTest is ActFuzz {
    bytes private constant ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    function test_fuzz_registerDepartmentBySig(
        bytes18 superior,
        bytes6 region,
        bytes memory office,
        bytes memory head,
        uint256 seed
    ) public {
        seed = mixed(seed);
        DepartmentRegistration memory act = registration(
            codeFrom(seed, seed & 1024 != 0),
            DepartmentKind((seed >> 16) % 6)
        );
        (act.superior, act.region, act.office, act.head) = (DepartmentId.wrap(superior), region, office, head);
        act.maker = makerFrom(seed, office, head);
        if (seed & 64 == 0) act.superior = seed & 2048 == 0 ? GOVERNMENT : BRANCH;
        if (seed & 128 == 0) act.region = "990100";
        if (seed & 256 == 0) act.office = abi.encodePacked(address(uint160(seed | 1)));
        if (seed & 512 == 0) act.head = abi.encodePacked(address(this), seed);
        bool valid =
            seed & 1024 != 0 &&
                act.kind != DepartmentKind.None &&
                act.kind != DepartmentKind.Authority &&
                act.kind != DepartmentKind.Government &&
                (act.superior == GOVERNMENT || act.superior == BRANCH) &&
                isRegion(act.region) &&
                areAccounts(act.maker, act.office, act.head);
        expectOutcome(
            Attempt({
                target: address(registry),
                data: abi.encodeCall(registry.registerDepartmentBySig, (act, byOffice(AUTHORITY, digest(act)))),
                query: abi.encodeCall(registry.departmentOf, (act.department))
            }),
            valid
        );
        Check.isTrue((registry.departmentOf(act.department).kind != DepartmentKind.None) == valid, "department");
    }

    function test_fuzz_changeDepartmentAccountsBySig(bytes memory office, bytes memory head, uint256 seed) public {
        seed = mixed(seed);
        DepartmentAccountsChange memory act = accountsChange(seed & 1 == 0 ? PROVIDER : STRANGER);
        (act.maker, act.office, act.head) = (makerFrom(seed, office, head), office, head);
        if (seed & 2 == 0) act.office = abi.encodePacked(address(uint160(seed | 1)));
        if (seed & 4 == 0) act.head = abi.encodePacked(address(this), seed);
        bool valid = act.department == PROVIDER && areAccounts(act.maker, act.office, act.head);

        expectOutcome(
            Attempt({
                target: address(registry),
                data: abi.encodeCall(
                    registry.changeDepartmentAccountsBySig,
                    (act, byHead(act.department, digest(act)))
                ),
                query: abi.encodeCall(registry.departmentOf, (PROVIDER))
            }),
            valid
        );
        (bytes memory account, , ) = registry.signerOf(PROVIDER, DepartmentRole.Office);
        Check.equal(account, valid ? act.office : accountOf(officeKey(PROVIDER)), "office");
    }

    function test_fuzz_changeDepartmentStatusBySig(uint256 seed, bytes32 reasonCode) public {
        seed = mixed(seed);
        bool suspended = seed & 1 == 0;
        DepartmentId department = seed & 24 == 0 ? departmentFrom(seed >> 8) : PROVIDER;
        if (suspended && department != AUTHORITY) {
            registry.governStatus(statusOrder(department, DepartmentStatus.Suspended));
        }
        DepartmentStatusChange memory act = statusChange(department, DepartmentStatus((seed >> 1) % 3));
        act.reasonCode = reasonCode;
        bool mayRestrain = department == PROVIDER || department == REQUESTER || department == OPERATOR;
        bool isChange = act.status == (suspended ? DepartmentStatus.Active : DepartmentStatus.Suspended);
        bool valid = mayRestrain && isChange;

        expectOutcome(
            Attempt({
                target: address(registry),
                data: abi.encodeCall(registry.changeDepartmentStatusBySig, (act, byOffice(AUTHORITY, digest(act)))),
                query: abi.encodeCall(registry.departmentOf, (act.department))
            }),
            valid
        );
        DepartmentStatus status = registry.departmentOf(department).status;
        if (mayRestrain) Check.isTrue((status == DepartmentStatus.Suspended) == (suspended != valid), "status");
    }

    function test_fuzz_registerAccessKeyBySig(
        bytes memory publicKey,
        uint64 notBefore,
        uint64 notAfter,
        uint256 seed
    ) public {
        seed = mixed(seed);
        AccessKeyRegistration memory act = keyRegistration(REQUESTER);
        (act.publicKey, act.notBefore, act.notAfter) = (publicKey, notBefore, notAfter);
        act.algorithm = KeyAlgorithm((seed >> 64) % 3);
        if (seed & 8 == 0) act.publicKey = abi.encodePacked(seed);
        else if (seed & 16 == 0) act.publicKey = abi.encodePacked(seed, seed);
        if (seed & 32 == 0) (act.notBefore, act.notAfter) = (NOW - 5, NOW + 1 + uint64(seed >> 200));
        uint256 length = act.publicKey.length;
        bool valid =
            (act.algorithm == KeyAlgorithm.Ed25519 ? length == 32 : length == 64) &&
                act.algorithm != KeyAlgorithm.None &&
                act.notBefore < act.notAfter &&
                act.notAfter > NOW;

        AccessKeyId keyId = AccessKeyId.wrap(keccak256(abi.encode(REQUESTER, act.algorithm, act.publicKey)));
        expectOutcome(
            Attempt({
                target: address(registry),
                data: abi.encodeCall(registry.registerAccessKeyBySig, (act, byOffice(REQUESTER, digest(act)))),
                query: abi.encodeCall(registry.accessKeyOf, (keyId))
            }),
            valid
        );
        Check.isTrue((registry.accessKeyOf(keyId).department == REQUESTER) == valid, "key");
    }

    function test_fuzz_revokeAccessKeyBySig(bytes32 otherKey, uint256 seed) public {
        seed = mixed(seed);
        AccessKeyRegistration memory key = keyRegistration(REQUESTER);
        AccessKeyId keyId = registry.registerAccessKeyBySig(key, byOffice(REQUESTER, digest(key)));
        AccessKeyRevocation memory act = keyRevocation(
            seed & 1 == 0 ? REQUESTER : departmentFrom(seed >> 8),
            seed & 2 == 0 ? keyId : AccessKeyId.wrap(otherKey)
        );
        bool valid = act.department == REQUESTER && AccessKeyId.unwrap(act.keyId) == AccessKeyId.unwrap(keyId);

        expectOutcome(
            Attempt({
                target: address(registry),
                data: abi.encodeCall(registry.revokeAccessKeyBySig, (act, byOffice(act.department, digest(act)))),
                query: abi.encodeCall(registry.accessKeyOf, (keyId))
            }),
            valid
        );
        Check.isTrue((registry.accessKeyOf(keyId).revokedAt == NOW) == valid, "revoked");
    }

    function codeFrom(uint256 seed, bool valid) private pure returns (DepartmentId) {
        bytes memory code = new bytes(18);
        uint256 sum = 0;
        for (uint256 i = 0; i < 17; ++i) {
            uint256 value = uint256(keccak256(abi.encode(seed, i))) % 31;
            code[i] = ALPHABET[value];
            sum += value * 3 ** i;
        }
        code[17] = ALPHABET[(62 - (sum % 31) + (valid ? 0 : 1)) % 31];
        return DepartmentId.wrap(bytes18(code));
    }

    /// @dev Mostly of its own, now and then one of the two others, or nobody's.
    function makerFrom(uint256 seed, bytes memory office, bytes memory head) private pure returns (bytes memory) {
        uint256 choice = (seed >> 32) % 8;
        if (choice == 0) return office;
        if (choice == 1) return head;
        return choice == 2 ? abi.encodePacked(uint152(seed)) : abi.encodePacked(address(uint160(seed >> 40) | 1));
    }

    function areAccounts(bytes memory maker, bytes memory office, bytes memory head) private view returns (bool) {
        (bytes32 first, bytes32 second, bytes32 third) = (keccak256(maker), keccak256(office), keccak256(head));
        return
            isAccount(maker) &&
            isAccount(office) &&
            isAccount(head) &&
            first != second &&
            second != third &&
            third != first;
    }

    function isAccount(bytes memory account) private view returns (bool) {
        bool verifiable = account.length == 20 || address(bytes20(account)).code.length > 0;
        return account.length >= 20 && bytes20(account) != bytes20(0) && verifiable;
    }

    function isRegion(bytes6 region) private pure returns (bool) {
        for (uint256 i = 0; i < 6; ++i) {
            uint8 digit = uint8(region[i]);
            if (digit < 48 || digit > 57) return false;
        }
        return true;
    }
}
