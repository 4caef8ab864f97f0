// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DepartmentStatus} from "../../contracts/interfaces/IDepartmentRegistry.sol";
import {
    GatewayRegistration,
    GatewayRetirement,
    GatewayStatus,
    IReceiptLog
} from "../../contracts/interfaces/IReceiptLog.sol";
import {DepartmentRole, ISignedActs} from "../../contracts/interfaces/ISignedActs.sol";
import {DepartmentId, GatewayId} from "../../contracts/types/Ids.sol";
import {Check} from "./support/Check.sol";
import {LedgerTest} from "./support/LedgerTest.sol";
import {vm} from "./support/Vm.sol";

/// @dev Gateways coming and going; their heads are in {TreeHeadsTest}.
contract ReceiptLogTest is LedgerTest {
    function test_registerGatewayBySig_entersTheGateway() public {
        GatewayRegistration memory act = gatewayRegistration(OPERATOR);
        GatewayId gateway = abi.decode(carry(address(receipts), callOf(act)), (GatewayId));
        bytes32 expected = keccak256(abi.encode(uint8(1), abi.encodePacked(act.publicKey)));
        Check.equal(GatewayId.unwrap(gateway), expected, "id");
        IReceiptLog.Gateway memory entry = receipts.gatewayOf(gateway);
        Check.isTrue(entry.status == GatewayStatus.Active, "status");
        Check.isTrue(entry.operator == OPERATOR, "operator");
        Check.isTrue(entry.account == act.account, "account");
        Check.equal(entry.publicKey, act.publicKey, "public key");
        expectHead(gateway, 0, 0);
    }

    function test_registerGatewayBySig_revertsForNoKeyOrNoAccount() public {
        GatewayRegistration memory act = gatewayRegistration(OPERATOR);
        act.publicKey = 0;
        expectInvalid(act);
        act = gatewayRegistration(OPERATOR);
        act.account = address(0);
        expectInvalid(act);
    }

    /// @dev By whomever, and whatever became of it.
    function test_registerGatewayBySig_revertsForKnownKey() public {
        GatewayRegistration memory act = gatewayRegistration(OPERATOR);
        GatewayId gateway = abi.decode(carry(address(receipts), callOf(act)), (GatewayId));
        expectKnown(act, OPERATOR, gateway);
        expectKnown(act, PROVIDER, gateway);
        retireGateway(OPERATOR, gateway);
        expectKnown(act, OPERATOR, gateway);
    }

    function test_registerGatewayBySig_revertsForAnotherSigner() public {
        GatewayRegistration memory act = gatewayRegistration(OPERATOR);
        bytes32 actDigest = digest(act);
        uint256[3] memory others = [headKey(OPERATOR), officeKey(PROVIDER), gatewayKey(OPERATOR)];
        for (uint256 i = 0; i < others.length; ++i) {
            bytes memory data = abi.encodeCall(receipts.registerGatewayBySig, (act, signed(others[i], actDigest)));
            expectRefused(address(receipts), data, invalidSignature(OPERATOR, actDigest));
        }
    }

    function test_registerGatewayBySig_revertsWhileSuspended() public {
        setStatus(OPERATOR, DepartmentStatus.Suspended);
        expectRefused(address(receipts), callOf(gatewayRegistration(OPERATOR)), notActive(OPERATOR));
    }

    function test_retireGatewayBySig_endsTheGatewayForEver() public {
        GatewayId gateway = enterGateway(OPERATOR);
        retireGateway(OPERATOR, gateway);
        Check.isTrue(receipts.gatewayOf(gateway).status == GatewayStatus.Retired, "status");
        expectRefused(
            address(receipts),
            callOf(gatewayRetirement(OPERATOR, gateway)),
            unexpected(gateway, GatewayStatus.Retired)
        );
    }

    function test_retireGatewayBySig_worksWhileSuspended() public {
        GatewayId gateway = enterGateway(OPERATOR);
        setStatus(OPERATOR, DepartmentStatus.Suspended);
        retireGateway(OPERATOR, gateway);
        Check.isTrue(receipts.gatewayOf(gateway).status == GatewayStatus.Retired, "status");
    }

    function test_retireGatewayBySig_revertsForAnotherOperator() public {
        GatewayId gateway = enterGateway(OPERATOR);
        expectRefused(
            address(receipts),
            callOf(gatewayRetirement(PROVIDER, gateway)),
            abi.encodeWithSelector(IReceiptLog.ReceiptLogNotOperator.selector, gateway, PROVIDER)
        );
    }

    function test_retireGatewayBySig_revertsForUnknownGateway() public {
        GatewayId gateway = GatewayId.wrap("unknown");
        expectRefused(
            address(receipts),
            callOf(gatewayRetirement(OPERATOR, gateway)),
            unexpected(gateway, GatewayStatus.None)
        );
    }

    function test_retireGatewayBySig_revertsForAnotherSigner() public {
        GatewayRetirement memory act = gatewayRetirement(OPERATOR, enterGateway(OPERATOR));
        bytes32 actDigest = digest(act);
        bytes memory data = abi.encodeCall(receipts.retireGatewayBySig, (act, signed(headKey(OPERATOR), actDigest)));
        expectRefused(address(receipts), data, invalidSignature(OPERATOR, actDigest));
    }

    function test_gatewayOf_isEmptyForAnUnknownGateway() public view {
        IReceiptLog.Gateway memory none;
        Check.equal(abi.encode(receipts.gatewayOf(GatewayId.wrap("unknown"))), abi.encode(none), "gateway");
        expectHead(GatewayId.wrap("unknown"), 0, 0);
    }

    function expectHead(GatewayId gateway, uint64 size, bytes32 root) private view {
        (uint64 actualSize, bytes27 rootPrefix) = receipts.headOf(gateway);
        Check.equal(actualSize, size, "size");
        Check.equal(rootPrefix, bytes27(root), "root");
    }

    function expectInvalid(GatewayRegistration memory act) private {
        expectRefused(
            address(receipts),
            callOf(act),
            abi.encodeWithSelector(IReceiptLog.ReceiptLogInvalidGateway.selector, act.publicKey, act.account)
        );
    }

    function expectKnown(GatewayRegistration memory act, DepartmentId operator, GatewayId gateway) private {
        (act.operator, act.nonce) = (operator, nextNonce());
        expectRefused(
            address(receipts),
            callOf(act),
            abi.encodeWithSelector(IReceiptLog.ReceiptLogGatewayAlreadyRegistered.selector, gateway)
        );
    }

    function unexpected(GatewayId gateway, GatewayStatus status) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IReceiptLog.ReceiptLogUnexpectedStatus.selector, gateway, status);
    }

    function notActive(DepartmentId department) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ISignedActs.SignedActsDepartmentNotActive.selector, department);
    }

    function invalidSignature(DepartmentId department, bytes32 actDigest) private pure returns (bytes memory) {
        return
            abi.encodeWithSelector(
                ISignedActs.SignedActsInvalidSignature.selector,
                department,
                DepartmentRole.Office,
                actDigest
            );
    }
}
