// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DepartmentStatus} from "../../contracts/interfaces/IDepartmentRegistry.sol";
import {ILedgerHistory} from "../../contracts/interfaces/ILedgerHistory.sol";
import {CompactSignature, GatewayStatus, IReceiptLog, TreeHead} from "../../contracts/interfaces/IReceiptLog.sol";
import {GatewayId} from "../../contracts/types/Ids.sol";
import {Check} from "./support/Check.sol";
import {LedgerTest} from "./support/LedgerTest.sol";
import {ReferenceTree} from "./support/ReferenceTree.sol";
import {Vm, vm} from "./support/Vm.sol";

/// @dev Anchored heads, and proofs of two logs.
contract TreeHeadsTest is LedgerTest {
    GatewayId private _gateway;
    bytes32[] private _none;

    function setUp() public override {
        super.setUp();
        _gateway = enterGateway(OPERATOR);
    }

    function test_anchor_replacesTheHeadAndSaysSo() public {
        anchorUpTo(5);
        expectHead(5);
        vm.warp(NOW + 60);
        vm.recordLogs();
        carry(address(receipts), callOf(gatewayKey(OPERATOR), headOf(9), ReferenceTree.proofOf(0, 5, 9)));
        Vm.Log[] memory logs = vm.getRecordedLogs();
        expectHead(9);
        Check.equal(logs.length, 1, "events");
        Check.equal(logs[0].topics[0], IReceiptLog.HeadAnchored.selector, "event");
        Check.equal(logs[0].topics[1], GatewayId.unwrap(_gateway), "gateway");
        Check.equal(logs[0].data, abi.encode(uint64(9), ReferenceTree.rootOf(0, 9), NOW + 60), "event data");
    }

    function test_anchor_isNoEntryOfTheHistory() public {
        (uint64 seqBefore, bytes32 headBefore) = receipts.historyHead();
        anchorUpTo(5);
        (uint64 seq, bytes32 head) = receipts.historyHead();
        Check.isTrue(seq == seqBefore && head == headBefore, "history");
    }

    function test_anchor_isTakenFromAnybodyAndWhileTheOperatorIsSuspended() public {
        setStatus(OPERATOR, DepartmentStatus.Suspended);
        bytes memory data = callOf(gatewayKey(OPERATOR), headOf(5), _none);
        vm.prank(address(0xbeef));
        carry(address(receipts), data);
        expectHead(5);
    }

    function test_anchor_keepsTheGateway() public {
        bytes memory before = abi.encode(receipts.gatewayOf(_gateway));
        anchorUpTo(5);
        Check.equal(abi.encode(receipts.gatewayOf(_gateway)), before, "gateway");
    }

    function test_anchor_revertsForASizeThatIsNotLarger() public {
        expectSizeRefused(0, 0);
        anchorUpTo(5);
        expectSizeRefused(5, 5);
        expectSizeRefused(4, 5);
        expectSizeRefused(2 ** 40, 5);
        expectSizeRefused(type(uint64).max, 5);
    }

    function test_anchor_takesTheLargestSize() public {
        TreeHead memory head = TreeHead({gateway: _gateway, size: 2 ** 40 - 1, root: bytes32(type(uint256).max)});
        anchor(head, _none);
        (uint64 size, bytes27 rootPrefix) = receipts.headOf(_gateway);
        Check.isTrue(size == head.size && rootPrefix == bytes27(head.root), "head");
        Check.isTrue(receipts.gatewayOf(_gateway).account == vm.addr(gatewayKey(OPERATOR)), "account");
    }

    function test_anchor_revertsForAHeadThatDoesNotFollow() public {
        expectInconsistent(headOf(5), ReferenceTree.proofOf(0, 3, 5));
        anchorUpTo(5);
        expectInconsistent(headOf(9), _none);
        expectInconsistent(headOf(9), ReferenceTree.proofOf(0, 4, 9));
        expectInconsistent(headOf(9), ReferenceTree.proofOf(1, 5, 9));
        TreeHead memory other = TreeHead({gateway: _gateway, size: 9, root: ReferenceTree.rootOf(1, 9)});
        expectInconsistent(other, ReferenceTree.proofOf(1, 5, 9));
        expectHead(5);
    }

    function test_anchor_revertsForAnotherSigner() public {
        TreeHead memory head = headOf(5);
        uint256[3] memory others = [officeKey(OPERATOR), headKey(OPERATOR), gatewayKey(PROVIDER)];
        for (uint256 i = 0; i < others.length; ++i) {
            expectRefused(address(receipts), callOf(others[i], head, _none), invalidSignature(head));
        }
    }

    function test_anchor_revertsForASignatureOverAnotherHead() public {
        TreeHead memory head = headOf(5);
        TreeHead memory other = headOf(6);
        other.root = head.root;
        expectSignatureRefused(head, compactlySigned(gatewayKey(OPERATOR), other));
        (other.size, other.root) = (5, headOf(6).root);
        expectSignatureRefused(head, compactlySigned(gatewayKey(OPERATOR), other));
        (other.root, other.gateway) = (head.root, enterGateway(OPERATOR));
        expectSignatureRefused(head, compactlySigned(gatewayKey(OPERATOR), other));
    }

    /// @dev Zeros are a signature of nobody. A higher s, of the same account, cannot be written in this form.
    function test_anchor_revertsForNoSignature() public {
        expectSignatureRefused(headOf(5), CompactSignature(0, 0));
    }

    function test_anchor_revertsUnlessTheGatewayIsActive() public {
        TreeHead memory head = headOf(5);
        head.gateway = GatewayId.wrap("unknown");
        expectStatusRefused(callOf(gatewayKey(OPERATOR), head, _none), head.gateway, GatewayStatus.None);
        retireGateway(OPERATOR, _gateway);
        expectStatusRefused(callOf(gatewayKey(OPERATOR), headOf(5), _none), _gateway, GatewayStatus.Retired);
    }

    function test_proveEquivocation_endsTheGatewayForEver() public {
        anchorUpTo(5);
        vm.warp(NOW + 60);
        TreeHead memory head = headOf(7);
        vm.recordLogs();
        carry(address(receipts), callOf(gatewayKey(OPERATOR), head, bytes32("other")));
        expectProofRecorded(vm.getRecordedLogs(), head);

        Check.isTrue(receipts.gatewayOf(_gateway).status == GatewayStatus.Equivocated, "status");
        expectHead(5);
        bytes memory again = callOf(gatewayKey(OPERATOR), head, bytes32("third"));
        expectStatusRefused(again, _gateway, GatewayStatus.Equivocated);
        bytes memory next = callOf(gatewayKey(OPERATOR), headOf(9), ReferenceTree.proofOf(0, 5, 9));
        expectStatusRefused(next, _gateway, GatewayStatus.Equivocated);
        bytes memory end = callOf(gatewayRetirement(OPERATOR, _gateway));
        expectStatusRefused(end, _gateway, GatewayStatus.Equivocated);
    }

    function test_proveEquivocation_isTakenOfARetiredGateway() public {
        retireGateway(OPERATOR, _gateway);
        vm.prank(address(0xbeef));
        carry(address(receipts), callOf(gatewayKey(OPERATOR), headOf(7), bytes32("other")));
        Check.isTrue(receipts.gatewayOf(_gateway).status == GatewayStatus.Equivocated, "status");
    }

    function test_proveEquivocation_revertsForOneRoot() public {
        TreeHead memory head = headOf(7);
        expectRefused(
            address(receipts),
            callOf(gatewayKey(OPERATOR), head, head.root),
            abi.encodeWithSelector(IReceiptLog.ReceiptLogSameRoot.selector, _gateway, head.root)
        );
    }

    function test_proveEquivocation_revertsUnlessBothHeadsAreSigned() public {
        TreeHead memory head = headOf(7);
        TreeHead memory other = TreeHead({gateway: _gateway, size: 7, root: "other"});
        (uint256 own, uint256 foreign) = (gatewayKey(OPERATOR), gatewayKey(PROVIDER));
        expectRefused(address(receipts), proofOf(head, own, other, foreign), invalidSignature(other));
        expectRefused(address(receipts), proofOf(head, foreign, other, own), invalidSignature(head));
        // Of two sizes: a log that grew.
        TreeHead memory later = TreeHead({gateway: _gateway, size: 8, root: "other"});
        expectRefused(address(receipts), proofOf(head, own, later, own), invalidSignature(other));
    }

    function test_proveEquivocation_revertsForAnUnknownGateway() public {
        TreeHead memory head = headOf(7);
        head.gateway = GatewayId.wrap("unknown");
        bytes memory data = callOf(gatewayKey(OPERATOR), head, bytes32("other"));
        expectStatusRefused(data, head.gateway, GatewayStatus.None);
    }

    /// @dev The entry, and then both signatures: whoever reads the events can check the proof again.
    function expectProofRecorded(Vm.Log[] memory logs, TreeHead memory head) private view {
        TreeHead memory other = TreeHead({gateway: _gateway, size: head.size, root: "other"});
        Check.equal(logs.length, 3, "events");
        Check.equal(logs[0].topics[0], IReceiptLog.GatewayEquivocated.selector, "event");
        (uint64 seq, bytes32 historyHead) = receipts.historyHead();
        bytes memory expected = abi.encode(head.size, head.root, other.root, NOW + 60, seq, historyHead);
        Check.equal(logs[0].data, expected, "entry");
        expectSigned(logs[1], seq, head);
        expectSigned(logs[2], seq, other);
    }

    function expectSigned(Vm.Log memory log, uint64 seq, TreeHead memory head) private view {
        CompactSignature memory signature = compactlySigned(gatewayKey(OPERATOR), head);
        Check.equal(log.topics[0], ILedgerHistory.ActSigned.selector, "signature event");
        Check.equal(log.topics[1], bytes32(uint256(seq)), "entry");
        Check.equal(log.topics[2], digest(head), "digest");
        bytes memory signer = abi.encodePacked(vm.addr(gatewayKey(OPERATOR)));
        Check.equal(log.data, abi.encode(signer, abi.encodePacked(signature.r, signature.vs)), "signature");
    }

    function headOf(uint64 size) private view returns (TreeHead memory) {
        return TreeHead({gateway: _gateway, size: size, root: ReferenceTree.rootOf(0, size)});
    }

    function anchorUpTo(uint64 size) private {
        anchor(headOf(size), _none);
    }

    function expectHead(uint64 size) private view {
        (uint64 actualSize, bytes27 rootPrefix) = receipts.headOf(_gateway);
        Check.equal(actualSize, size, "size");
        Check.equal(rootPrefix, bytes27(ReferenceTree.rootOf(0, size)), "root");
    }

    function proofOf(
        TreeHead memory head,
        uint256 key,
        TreeHead memory other,
        uint256 otherKey
    ) private view returns (bytes memory) {
        (CompactSignature memory first, CompactSignature memory second) = (
            compactlySigned(key, head),
            compactlySigned(otherKey, other)
        );
        return
            abi.encodeCall(receipts.proveEquivocation, (head.gateway, head.size, head.root, first, other.root, second));
    }

    function expectSizeRefused(uint64 size, uint64 anchored) private {
        TreeHead memory head = TreeHead({gateway: _gateway, size: size, root: "root"});
        expectRefused(
            address(receipts),
            callOf(gatewayKey(OPERATOR), head, _none),
            abi.encodeWithSelector(IReceiptLog.ReceiptLogInvalidSize.selector, _gateway, size, anchored)
        );
    }

    function expectInconsistent(TreeHead memory head, bytes32[] memory proof) private {
        expectRefused(
            address(receipts),
            callOf(gatewayKey(OPERATOR), head, proof),
            abi.encodeWithSelector(IReceiptLog.ReceiptLogInconsistent.selector, _gateway, head.size, head.root)
        );
    }

    function expectSignatureRefused(TreeHead memory head, CompactSignature memory signature) private {
        bytes memory data = abi.encodeCall(receipts.anchor, (head.gateway, head.size, head.root, _none, signature));
        expectRefused(address(receipts), data, invalidSignature(head));
    }

    function expectStatusRefused(bytes memory data, GatewayId gateway, GatewayStatus status) private {
        expectRefused(
            address(receipts),
            data,
            abi.encodeWithSelector(IReceiptLog.ReceiptLogUnexpectedStatus.selector, gateway, status)
        );
    }

    function invalidSignature(TreeHead memory head) private view returns (bytes memory) {
        return abi.encodeWithSelector(IReceiptLog.ReceiptLogInvalidSignature.selector, head.gateway, digest(head));
    }
}
