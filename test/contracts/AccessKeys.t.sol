// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    AccessKeyRegistration,
    AccessKeyRevocation,
    DepartmentStatus,
    IDepartmentRegistry
} from "../../contracts/interfaces/IDepartmentRegistry.sol";
import {DepartmentRole, ISignedActs} from "../../contracts/interfaces/ISignedActs.sol";
import {AccessKeyId, KeyAlgorithm} from "../../contracts/types/Ids.sol";
import {Check} from "./support/Check.sol";
import {LedgerTest} from "./support/LedgerTest.sol";
import {vm} from "./support/Vm.sol";

contract AccessKeysTest is LedgerTest {
    function test_registerAccessKeyBySig_entersTheKey() public {
        AccessKeyRegistration memory act = keyRegistration(REQUESTER);
        AccessKeyId keyId = registry.registerAccessKeyBySig(act, byOffice(REQUESTER, digest(act)));
        bytes32 expected = keccak256(abi.encode(REQUESTER, uint8(1), act.publicKey));
        Check.equal(AccessKeyId.unwrap(keyId), expected, "id");
        IDepartmentRegistry.AccessKey memory key = registry.accessKeyOf(keyId);
        Check.isTrue(key.department == REQUESTER, "department");
        Check.isTrue(key.algorithm == KeyAlgorithm.Ed25519, "algorithm");
        Check.equal(key.notBefore, act.notBefore, "not before");
        Check.equal(key.notAfter, act.notAfter, "not after");
        Check.equal(key.revokedAt, 0, "not revoked");
    }

    function test_registerAccessKeyBySig_takesP256() public {
        AccessKeyRegistration memory act = keyRegistration(REQUESTER);
        act.algorithm = KeyAlgorithm.EcdsaP256;
        act.publicKey = abi.encodePacked(keccak256("x"), keccak256("y"));
        AccessKeyId keyId = registry.registerAccessKeyBySig(act, byOffice(REQUESTER, digest(act)));
        Check.isTrue(registry.accessKeyOf(keyId).algorithm == KeyAlgorithm.EcdsaP256, "algorithm");
    }

    function test_registerAccessKeyBySig_revertsForWrongPublicKey() public {
        expectPublicKeyRefused(KeyAlgorithm.None, 32);
        expectPublicKeyRefused(KeyAlgorithm.None, 64);
        expectPublicKeyRefused(KeyAlgorithm.Ed25519, 0);
        expectPublicKeyRefused(KeyAlgorithm.Ed25519, 31);
        expectPublicKeyRefused(KeyAlgorithm.Ed25519, 64);
        expectPublicKeyRefused(KeyAlgorithm.EcdsaP256, 32);
        expectPublicKeyRefused(KeyAlgorithm.EcdsaP256, 65);
    }

    function test_registerAccessKeyBySig_revertsForEmptyOrPastValidity() public {
        expectValidityRefused(NOW + 2, NOW + 2);
        expectValidityRefused(NOW + 3, NOW + 2);
        expectValidityRefused(NOW - 2, NOW);
    }

    function test_registerAccessKeyBySig_revertsForKnownKey() public {
        AccessKeyRegistration memory act = keyRegistration(REQUESTER);
        AccessKeyId keyId = registry.registerAccessKeyBySig(act, byOffice(REQUESTER, digest(act)));
        AccessKeyRegistration memory second = keyRegistration(REQUESTER);
        second.publicKey = act.publicKey;
        expectRefusal(
            second,
            abi.encodeWithSelector(IDepartmentRegistry.DepartmentRegistryKeyAlreadyRegistered.selector, keyId)
        );
    }

    /// @dev Public keys are public: nobody can block another department's key by registering it first.
    function test_registerAccessKeyBySig_takesAKeyThatAnotherDepartmentHas() public {
        AccessKeyRegistration memory first = keyRegistration(PROVIDER);
        AccessKeyId firstId = registry.registerAccessKeyBySig(first, byOffice(PROVIDER, digest(first)));
        revokeKey(keyRevocation(PROVIDER, firstId));
        AccessKeyRegistration memory act = keyRegistration(REQUESTER);
        act.publicKey = first.publicKey;
        AccessKeyId keyId = registry.registerAccessKeyBySig(act, byOffice(REQUESTER, digest(act)));
        Check.isTrue(registry.accessKeyOf(keyId).department == REQUESTER, "department");
        Check.equal(registry.accessKeyOf(keyId).revokedAt, 0, "not revoked");
    }

    function test_registerAccessKeyBySig_revertsForAnotherSigner() public {
        AccessKeyRegistration memory act = keyRegistration(REQUESTER);
        bytes32 actDigest = digest(act);
        uint256[3] memory others = [headKey(REQUESTER), officeKey(PROVIDER), officeKey(AUTHORITY)];
        for (uint256 i = 0; i < others.length; ++i) {
            bytes memory signature = signed(others[i], actDigest);
            vm.expectRevert(
                abi.encodeWithSelector(
                    ISignedActs.SignedActsInvalidSignature.selector,
                    REQUESTER,
                    DepartmentRole.Office,
                    actDigest
                )
            );
            registry.registerAccessKeyBySig(act, signature);
        }
    }

    function test_registerAccessKeyBySig_revertsWhileSuspended() public {
        setStatus(REQUESTER, DepartmentStatus.Suspended);
        expectRefusal(
            keyRegistration(REQUESTER),
            abi.encodeWithSelector(ISignedActs.SignedActsDepartmentNotActive.selector, REQUESTER)
        );
    }

    function test_revokeAccessKeyBySig_endsTheKeyForEver() public {
        AccessKeyRegistration memory act = keyRegistration(REQUESTER);
        AccessKeyId keyId = registry.registerAccessKeyBySig(act, byOffice(REQUESTER, digest(act)));
        vm.warp(NOW + 60);
        revokeKey(keyRevocation(REQUESTER, keyId));
        Check.equal(registry.accessKeyOf(keyId).revokedAt, NOW + 60, "revoked at");

        act.nonce = nextNonce();
        expectRefusal(
            act,
            abi.encodeWithSelector(IDepartmentRegistry.DepartmentRegistryKeyAlreadyRegistered.selector, keyId)
        );
        expectRevocationRefused(keyRevocation(REQUESTER, keyId));
    }

    function test_revokeAccessKeyBySig_worksWhileSuspended() public {
        AccessKeyRegistration memory act = keyRegistration(REQUESTER);
        AccessKeyId keyId = registry.registerAccessKeyBySig(act, byOffice(REQUESTER, digest(act)));
        setStatus(REQUESTER, DepartmentStatus.Suspended);
        revokeKey(keyRevocation(REQUESTER, keyId));
        Check.equal(registry.accessKeyOf(keyId).revokedAt, NOW, "revoked at");
    }

    function test_revokeAccessKeyBySig_revertsForUnknownAndForeignKeys() public {
        AccessKeyRegistration memory act = keyRegistration(REQUESTER);
        AccessKeyId keyId = registry.registerAccessKeyBySig(act, byOffice(REQUESTER, digest(act)));
        expectRevocationRefused(keyRevocation(PROVIDER, keyId));
        expectRevocationRefused(keyRevocation(REQUESTER, AccessKeyId.wrap(keccak256("unknown"))));
    }

    function test_revokeAccessKeyBySig_revertsForUnknownDepartment() public {
        AccessKeyRevocation memory act = keyRevocation(STRANGER, AccessKeyId.wrap(0));
        bytes memory signature = byOffice(STRANGER, digest(act));
        vm.expectRevert(abi.encodeWithSelector(ISignedActs.SignedActsDepartmentNotActive.selector, STRANGER));
        registry.revokeAccessKeyBySig(act, signature);
    }

    function expectPublicKeyRefused(KeyAlgorithm algorithm, uint256 length) private {
        AccessKeyRegistration memory act = keyRegistration(REQUESTER);
        act.algorithm = algorithm;
        act.publicKey = new bytes(length);
        expectRefusal(
            act,
            abi.encodeWithSelector(IDepartmentRegistry.DepartmentRegistryInvalidPublicKey.selector, algorithm, length)
        );
    }

    function expectValidityRefused(uint64 notBefore, uint64 notAfter) private {
        AccessKeyRegistration memory act = keyRegistration(REQUESTER);
        act.notBefore = notBefore;
        act.notAfter = notAfter;
        expectRefusal(
            act,
            abi.encodeWithSelector(IDepartmentRegistry.DepartmentRegistryInvalidValidity.selector, notBefore, notAfter)
        );
    }

    function expectRefusal(AccessKeyRegistration memory act, bytes memory revertData) private {
        bytes memory signature = byOffice(act.department, digest(act));
        vm.expectRevert(revertData);
        registry.registerAccessKeyBySig(act, signature);
    }

    function expectRevocationRefused(AccessKeyRevocation memory act) private {
        bytes memory signature = byOffice(act.department, digest(act));
        vm.expectRevert(
            abi.encodeWithSelector(
                IDepartmentRegistry.DepartmentRegistryKeyNotRevocable.selector,
                act.keyId,
                act.department
            )
        );
        registry.revokeAccessKeyBySig(act, signature);
    }

    function revokeKey(AccessKeyRevocation memory act) private {
        registry.revokeAccessKeyBySig(act, byOffice(act.department, digest(act)));
    }
}
