// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    AccessKeyRegistration,
    AccessKeyRevocation,
    DepartmentAccountsChange,
    DepartmentRegistration,
    DepartmentStatusChange
} from "../interfaces/IDepartmentRegistry.sol";

/// @dev EIP-712 struct hashes of the acts of {IDepartmentRegistry}.
library RegistryActHash {
    bytes32 private constant DEPARTMENT_REGISTRATION_TYPEHASH = keccak256(
        "DepartmentRegistration(bytes18 authority,bytes18 department,uint8 kind,bytes18 superior,bytes6 region,"
        "bytes maker,bytes office,bytes head,uint256 nonce,uint64 expiresAt)"
    );
    bytes32 private constant DEPARTMENT_ACCOUNTS_CHANGE_TYPEHASH = keccak256(
        "DepartmentAccountsChange(bytes18 department,bytes maker,bytes office,bytes head,uint256 nonce,"
        "uint64 expiresAt)"
    );
    bytes32 private constant DEPARTMENT_STATUS_CHANGE_TYPEHASH = keccak256(
        "DepartmentStatusChange(bytes18 authority,bytes18 department,uint8 status,bytes32 reasonCode,"
        "uint256 nonce,uint64 expiresAt)"
    );
    bytes32 private constant ACCESS_KEY_REGISTRATION_TYPEHASH = keccak256(
        "AccessKeyRegistration(bytes18 department,uint8 algorithm,bytes publicKey,uint64 notBefore,"
        "uint64 notAfter,uint256 nonce,uint64 expiresAt)"
    );
    bytes32 private constant ACCESS_KEY_REVOCATION_TYPEHASH = keccak256(
        "AccessKeyRevocation(bytes18 department,bytes32 keyId,uint256 nonce,uint64 expiresAt)"
    );

    function structHash(DepartmentRegistration calldata act) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    DEPARTMENT_REGISTRATION_TYPEHASH,
                    act.authority,
                    act.department,
                    act.kind,
                    act.superior,
                    act.region,
                    keccak256(act.maker),
                    keccak256(act.office),
                    keccak256(act.head),
                    act.nonce,
                    act.expiresAt
                )
            );
    }

    function structHash(DepartmentAccountsChange calldata act) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    DEPARTMENT_ACCOUNTS_CHANGE_TYPEHASH,
                    act.department,
                    keccak256(act.maker),
                    keccak256(act.office),
                    keccak256(act.head),
                    act.nonce,
                    act.expiresAt
                )
            );
    }

    // The fields of a struct without dynamic members are encoded in place, one word each, as EIP-712 asks.
    function structHash(DepartmentStatusChange calldata act) internal pure returns (bytes32) {
        return keccak256(abi.encode(DEPARTMENT_STATUS_CHANGE_TYPEHASH, act));
    }

    function structHash(AccessKeyRegistration calldata act) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    ACCESS_KEY_REGISTRATION_TYPEHASH,
                    act.department,
                    act.algorithm,
                    keccak256(act.publicKey),
                    act.notBefore,
                    act.notAfter,
                    act.nonce,
                    act.expiresAt
                )
            );
    }

    function structHash(AccessKeyRevocation calldata act) internal pure returns (bytes32) {
        return keccak256(abi.encode(ACCESS_KEY_REVOCATION_TYPEHASH, act));
    }
}
