// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DepartmentKind, DepartmentStatus} from "../../contracts/interfaces/IDepartmentRegistry.sol";
import {GrantRevocation, GrantStatus, IShareLedger} from "../../contracts/interfaces/IShareLedger.sol";
import {ISignedActs} from "../../contracts/interfaces/ISignedActs.sol";
import {DepartmentId, GrantId} from "../../contracts/types/Ids.sol";
import {Check} from "./support/Check.sol";
import {LedgerTest} from "./support/LedgerTest.sol";
import {vm} from "./support/Vm.sol";

contract RevocationTest is LedgerTest {
    GrantId private _grantId;

    function setUp() public override {
        super.setUp();
        _grantId = agree(agreement(openRequest()));
    }

    function test_revokeBySig_byTheProvider() public {
        expectRevokedBy(PROVIDER);
    }

    function test_revokeBySig_byAnAuthority() public {
        expectRevokedBy(AUTHORITY);
    }

    function test_revokeBySig_byARegulator() public {
        expectRevokedBy(REGULATOR);
    }

    function test_revokeBySig_byASuspendedProvider() public {
        setStatus(PROVIDER, DepartmentStatus.Suspended);
        expectRevokedBy(PROVIDER);
    }

    function test_revokeBySig_byASuspendedRegulator() public {
        registry.governStatus(statusOrder(REGULATOR, DepartmentStatus.Suspended));
        expectRevokedBy(REGULATOR);
    }

    function test_revokeBySig_afterTheGrantHasExpired() public {
        vm.warp(NOW + 25 days);
        GrantRevocation memory act = revocation(PROVIDER, _grantId);
        act.expiresAt = NOW + 26 days;
        revoke(act);
        Check.isTrue(shares.grantOf(_grantId).status == GrantStatus.Revoked, "revoked");
    }

    function test_revokeBySig_revertsForAnyoneElse() public {
        register(STRANGER, DepartmentKind.Department);
        DepartmentId[4] memory others = [REQUESTER, STRANGER, GOVERNMENT, OPERATOR];
        for (uint256 i = 0; i < others.length; ++i) {
            expectRefusal(
                revocation(others[i], _grantId),
                abi.encodeWithSelector(IShareLedger.ShareLedgerNotRevoker.selector, _grantId, others[i])
            );
        }
    }

    function test_revokeBySig_revertsForUnknownDepartment() public {
        expectRefusal(
            revocation(STRANGER, _grantId),
            abi.encodeWithSelector(ISignedActs.SignedActsDepartmentNotActive.selector, STRANGER)
        );
    }

    function test_revokeBySig_revertsForUnknownGrant() public {
        GrantId unknown = GrantId.wrap(keccak256("unknown"));
        expectRefusal(revocation(AUTHORITY, unknown), unexpectedStatus(unknown, GrantStatus.None));
    }

    function test_revokeBySig_isFinal() public {
        revoke(revocation(PROVIDER, _grantId));
        expectRefusal(revocation(AUTHORITY, _grantId), unexpectedStatus(_grantId, GrantStatus.Revoked));
    }

    function test_revokeBySig_revertsWithoutReason() public {
        GrantRevocation memory act = revocation(PROVIDER, _grantId);
        act.reasonCode = 0;
        expectRefusal(act, abi.encodeWithSelector(IShareLedger.ShareLedgerReasonMissing.selector));
    }

    function test_revokeBySig_revertsWithoutDocument() public {
        GrantRevocation memory act = revocation(PROVIDER, _grantId);
        act.documentHash = 0;
        expectRefusal(act, abi.encodeWithSelector(ISignedActs.SignedActsDocumentMissing.selector));
    }

    function expectRevokedBy(DepartmentId department) private {
        revoke(revocation(department, _grantId));
        Check.isTrue(shares.grantOf(_grantId).status == GrantStatus.Revoked, "revoked");
    }

    function unexpectedStatus(GrantId grantId, GrantStatus status) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IShareLedger.ShareLedgerUnexpectedGrantStatus.selector, grantId, status);
    }

    function expectRefusal(GrantRevocation memory act, bytes memory revertData) private {
        bytes memory signature = byOffice(act.department, digest(act));
        vm.expectRevert(revertData);
        shares.revokeBySig(act, signature);
    }
}
