// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {ERC7913P256Verifier} from "@openzeppelin/contracts/utils/cryptography/verifiers/ERC7913P256Verifier.sol";
import {
    DepartmentAccountsChange,
    DepartmentKind,
    DepartmentRegistration,
    DepartmentStatus,
    IDepartmentRegistry
} from "../../contracts/interfaces/IDepartmentRegistry.sol";
import {DepartmentRole, ISignedActs} from "../../contracts/interfaces/ISignedActs.sol";
import {DepartmentId} from "../../contracts/types/Ids.sol";
import {Check} from "./support/Check.sol";
import {LedgerTest} from "./support/LedgerTest.sol";
import {vm} from "./support/Vm.sol";

contract DepartmentRegistryTest is LedgerTest {
    function test_admitSupervisor_entersAnAuthorityWithoutSignature() public {
        DepartmentRegistration memory act = registration(STRANGER, DepartmentKind.Authority);
        act.authority = STRANGER;
        act.expiresAt = 0;
        registry.admitSupervisor(act);
        IDepartmentRegistry.Department memory entry = registry.departmentOf(STRANGER);
        Check.isTrue(entry.kind == DepartmentKind.Authority && entry.status == DepartmentStatus.Active, "entry");
        Check.equal(registry.nonceOf(STRANGER, 0), 0, "no nonce was used");
    }

    function test_admitSupervisor_entersAGovernment() public {
        register(STRANGER, DepartmentKind.Government);
        Check.isTrue(registry.departmentOf(STRANGER).kind == DepartmentKind.Government, "kind");
    }

    function test_admitSupervisor_revertsForAnyoneElse() public {
        DepartmentRegistration memory act = registration(STRANGER, DepartmentKind.Authority);
        vm.prank(address(0xbad));
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, address(0xbad)));
        registry.admitSupervisor(act);
    }

    function test_admitSupervisor_revertsForAnotherKind() public {
        DepartmentRegistration memory act = registration(STRANGER, DepartmentKind.Department);
        vm.expectRevert(
            abi.encodeWithSelector(
                IDepartmentRegistry.DepartmentRegistryInvalidKind.selector,
                DepartmentKind.Department
            )
        );
        registry.admitSupervisor(act);
    }

    function test_admitSupervisor_keepsTheOtherRules() public {
        vm.expectRevert(
            abi.encodeWithSelector(IDepartmentRegistry.DepartmentRegistryAlreadyRegistered.selector, AUTHORITY)
        );
        registry.admitSupervisor(registration(AUTHORITY, DepartmentKind.Authority));
    }

    function test_registerDepartmentBySig_entersTheDepartment() public {
        DepartmentRegistration memory act = registration(STRANGER, DepartmentKind.Department);
        act.superior = GOVERNMENT;
        registry.registerDepartmentBySig(act, byOffice(AUTHORITY, digest(act)));

        IDepartmentRegistry.Department memory entry = registry.departmentOf(STRANGER);
        Check.isTrue(entry.kind == DepartmentKind.Department, "kind");
        Check.isTrue(entry.status == DepartmentStatus.Active, "status");
        Check.isTrue(entry.superior == GOVERNMENT, "superior");
        Check.equal(entry.region, bytes32("990100"), "region");
        Check.equal(entry.maker, act.maker, "maker");
        Check.equal(entry.office, act.office, "office");
        Check.equal(entry.head, act.head, "head");
    }

    /// @dev Only governance admits who supervises.
    function test_registerDepartmentBySig_revertsForNoKindAndForSupervisors() public {
        DepartmentKind[3] memory wrong = [DepartmentKind.None, DepartmentKind.Authority, DepartmentKind.Government];
        for (uint256 i = 0; i < wrong.length; ++i) {
            expectRefusal(
                registration(STRANGER, wrong[i]),
                abi.encodeWithSelector(IDepartmentRegistry.DepartmentRegistryInvalidKind.selector, wrong[i])
            );
        }
    }

    function test_registerDepartmentBySig_revertsForWrongCreditCode() public {
        DepartmentId wrong = DepartmentId.wrap("13990100MB00000HXX");
        DepartmentRegistration memory act = registration(wrong, DepartmentKind.Department);
        expectRefusal(
            act,
            abi.encodeWithSelector(IDepartmentRegistry.DepartmentRegistryInvalidCreditCode.selector, wrong)
        );
    }

    function test_registerDepartmentBySig_revertsForKnownDepartment() public {
        DepartmentRegistration memory act = registration(PROVIDER, DepartmentKind.Department);
        expectRefusal(
            act,
            abi.encodeWithSelector(IDepartmentRegistry.DepartmentRegistryAlreadyRegistered.selector, PROVIDER)
        );
    }

    function test_registerDepartmentBySig_revertsForUnknownSuperior() public {
        DepartmentRegistration memory act = registration(STRANGER, DepartmentKind.Department);
        act.superior = STRANGER;
        expectRefusal(
            act,
            abi.encodeWithSelector(IDepartmentRegistry.DepartmentRegistryUnknownDepartment.selector, STRANGER)
        );
    }

    function test_registerDepartmentBySig_revertsForWrongRegion() public {
        bytes6[4] memory wrong = [bytes6("99010"), "9901 0", "9901a0", "/90100"];
        for (uint256 i = 0; i < wrong.length; ++i) {
            DepartmentRegistration memory act = registration(STRANGER, DepartmentKind.Department);
            act.region = wrong[i];
            expectRefusal(
                act,
                abi.encodeWithSelector(IDepartmentRegistry.DepartmentRegistryInvalidRegion.selector, wrong[i])
            );
        }
    }

    function test_registerDepartmentBySig_revertsForWrongAccounts() public {
        bytes memory good = abi.encodePacked(address(0xa1));
        bytes[3] memory wrong = [bytes(""), abi.encodePacked(bytes19("short")), abi.encodePacked(address(0))];
        for (uint256 i = 0; i < wrong.length; ++i) {
            expectAccountsRefused(wrong[i], good);
            expectAccountsRefused(good, wrong[i]);
        }
        expectAccountsRefused(abi.encodePacked(address(0), uint256(7)), good);
    }

    /// @dev Three of them stand in one log, and a line of evidence has an end.
    function test_registerDepartmentBySig_boundsTheLengthOfAccounts() public {
        bytes memory longest = abi.encodePacked(address(registry), new bytes(1_004));
        expectAccountsRefused(abi.encodePacked(longest, bytes1(0)), abi.encodePacked(address(0xa1)));
        DepartmentRegistration memory act = registration(STRANGER, DepartmentKind.Department);
        act.head = longest;
        registry.registerDepartmentBySig(act, byOffice(act.authority, digest(act)));
    }

    /// @dev Who makes, who approves and who heads are three (R3).
    function test_registerDepartmentBySig_revertsUnlessTheThreeAreDifferent() public {
        for (uint256 same = 0; same < 3; ++same) {
            DepartmentRegistration memory act = registration(STRANGER, DepartmentKind.Department);
            if (same == 0) act.maker = act.office;
            else if (same == 1) act.head = act.maker;
            else act.head = act.office;
            expectRefusal(act, invalidAccounts(act.maker, act.office, act.head));
        }
    }

    function test_registerDepartmentBySig_takesKeysBehindVerifiers() public {
        DepartmentRegistration memory act = registration(STRANGER, DepartmentKind.Department);
        act.head = abi.encodePacked(address(new ERC7913P256Verifier()), uint256(1), uint256(2));
        registry.registerDepartmentBySig(act, byOffice(AUTHORITY, digest(act)));
        Check.equal(registry.departmentOf(STRANGER).head, act.head, "head");
    }

    /// @dev The identity precompile (4) would accept every signature.
    function test_registerDepartmentBySig_revertsForVerifiersWithoutCode() public {
        address[3] memory wrong = [address(4), address(1), address(0xa1)];
        for (uint256 i = 0; i < wrong.length; ++i) {
            bytes memory account = abi.encodePacked(wrong[i], uint256(1), uint256(2));
            bytes memory revertData = abi.encodeWithSelector(
                IDepartmentRegistry.DepartmentRegistryVerifierMissing.selector,
                account
            );
            DepartmentRegistration memory act = registration(STRANGER, DepartmentKind.Department);
            act.office = account;
            expectRefusal(act, revertData);
            act = registration(STRANGER, DepartmentKind.Department);
            act.head = account;
            expectRefusal(act, revertData);
            act = registration(STRANGER, DepartmentKind.Department);
            act.maker = account;
            expectRefusal(act, revertData);
        }
    }

    function test_registerDepartmentBySig_revertsUnlessAnAuthoritySigns() public {
        DepartmentId[4] memory others = [PROVIDER, REGULATOR, GOVERNMENT, OPERATOR];
        for (uint256 i = 0; i < others.length; ++i) {
            DepartmentRegistration memory act = registration(STRANGER, DepartmentKind.Department);
            act.authority = others[i];
            bytes memory signature = byOffice(others[i], digest(act));
            vm.expectRevert(
                abi.encodeWithSelector(IDepartmentRegistry.DepartmentRegistryNotAuthority.selector, others[i])
            );
            registry.registerDepartmentBySig(act, signature);
        }
    }

    function test_registerDepartmentBySig_revertsForSuspendedAuthority() public {
        registry.governStatus(statusOrder(AUTHORITY, DepartmentStatus.Suspended));
        DepartmentRegistration memory act = registration(
            DepartmentId.wrap("11990100MB00000Q3R"),
            DepartmentKind.Department
        );
        expectRefusal(act, abi.encodeWithSelector(ISignedActs.SignedActsDepartmentNotActive.selector, AUTHORITY));
    }

    function test_changeDepartmentAccountsBySig_replacesAllAccounts() public {
        DepartmentAccountsChange memory act = accountsChange(PROVIDER);
        changeAccounts(act);
        (bytes memory office, , ) = registry.signerOf(PROVIDER, DepartmentRole.Office);
        (bytes memory head, , ) = registry.signerOf(PROVIDER, DepartmentRole.Head);
        (bytes memory maker, , ) = registry.signerOf(PROVIDER, DepartmentRole.Maker);
        Check.equal(maker, act.maker, "maker");
        Check.equal(office, act.office, "office");
        Check.equal(head, act.head, "head");
    }

    function test_changeDepartmentAccountsBySig_revertsForWrongAccounts() public {
        DepartmentAccountsChange memory act = accountsChange(PROVIDER);
        act.head = act.office;
        bytes memory signature = byHead(PROVIDER, digest(act));
        vm.expectRevert(invalidAccounts(act.maker, act.office, act.head));
        registry.changeDepartmentAccountsBySig(act, signature);
    }

    function test_changeDepartmentAccountsBySig_revertsUnlessTheHeadSigns() public {
        DepartmentAccountsChange memory act = accountsChange(PROVIDER);
        bytes32 actDigest = digest(act);
        uint256[4] memory others = [officeKey(PROVIDER), makerKey(PROVIDER), headKey(AUTHORITY), headKey(REQUESTER)];
        for (uint256 i = 0; i < others.length; ++i) {
            bytes memory signature = signed(others[i], actDigest);
            vm.expectRevert(
                abi.encodeWithSelector(
                    ISignedActs.SignedActsInvalidSignature.selector,
                    PROVIDER,
                    DepartmentRole.Head,
                    actDigest
                )
            );
            registry.changeDepartmentAccountsBySig(act, signature);
        }
    }

    function test_changeDepartmentAccountsBySig_revertsUnlessActive() public {
        setStatus(PROVIDER, DepartmentStatus.Suspended);
        expectInactive(accountsChange(PROVIDER));
        expectInactive(accountsChange(STRANGER));
    }

    function test_signerOf_answersNothingForUnknownDepartment() public view {
        (bytes memory account, DepartmentKind kind, DepartmentStatus status) = registry.signerOf(
            STRANGER,
            DepartmentRole.Head
        );
        Check.equal(account.length, 0, "account");
        Check.isTrue(kind == DepartmentKind.None && status == DepartmentStatus.None, "unknown");
    }

    function expectAccountsRefused(bytes memory office, bytes memory head) private {
        DepartmentRegistration memory act = registration(STRANGER, DepartmentKind.Department);
        (act.office, act.head) = (office, head);
        expectRefusal(act, invalidAccounts(act.maker, office, head));
        act = registration(STRANGER, DepartmentKind.Department);
        (act.maker, act.head) = (office, head);
        expectRefusal(act, invalidAccounts(office, act.office, head));
    }

    function invalidAccounts(
        bytes memory maker,
        bytes memory office,
        bytes memory head
    ) private pure returns (bytes memory) {
        return
            abi.encodeWithSelector(IDepartmentRegistry.DepartmentRegistryInvalidAccounts.selector, maker, office, head);
    }

    function expectInactive(DepartmentAccountsChange memory act) private {
        bytes memory signature = byHead(act.department, digest(act));
        vm.expectRevert(abi.encodeWithSelector(ISignedActs.SignedActsDepartmentNotActive.selector, act.department));
        registry.changeDepartmentAccountsBySig(act, signature);
    }

    function expectRefusal(DepartmentRegistration memory act, bytes memory revertData) private {
        bytes memory signature = byOffice(act.authority, digest(act));
        vm.expectRevert(revertData);
        registry.registerDepartmentBySig(act, signature);
    }
}
