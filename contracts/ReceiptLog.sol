// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IDepartmentRegistry} from "./interfaces/IDepartmentRegistry.sol";
import {
    CompactSignature,
    GatewayRegistration,
    GatewayRetirement,
    GatewayStatus,
    IReceiptLog
} from "./interfaces/IReceiptLog.sol";
import {DepartmentRole} from "./interfaces/ISignedActs.sol";
import {LogActHash} from "./libraries/LogActHash.sol";
import {TreeConsistency} from "./libraries/TreeConsistency.sol";
import {SignedSteps} from "./SignedSteps.sol";
import {GatewayKeyLib} from "./types/GatewayKeyLib.sol";
import {DepartmentId, GatewayId} from "./types/Ids.sol";

/**
 * @title ReceiptLog
 * @dev See {IReceiptLog}.
 */
contract ReceiptLog is SignedSteps, IReceiptLog {
    using LogActHash for GatewayRegistration;
    using LogActHash for GatewayRetirement;

    /// @dev One slot. It has no room for all of a root, and 2,900 gas for another would go into each head.
    struct Head {
        uint40 size;
        bytes27 rootPrefix;
    }

    /// @dev {anchor} reads the first slot and replaces the second; it touches no other.
    struct Entry {
        address account;
        GatewayStatus status;
        Head head;
        bytes32 publicKey;
        DepartmentId operator;
    }

    mapping(GatewayId gateway => Entry) private _gateways;

    constructor(IDepartmentRegistry registry) EIP712("ReceiptLog", "1") SignedSteps(registry) {}

    /// @inheritdoc IReceiptLog
    function registerGatewayBySig(
        GatewayRegistration calldata act,
        bytes calldata signature
    ) external returns (GatewayId gateway) {
        Approval memory approval = _authenticate(
            Act({
                department: act.operator,
                role: DepartmentRole.Office,
                structHash: act.structHash(),
                nonce: act.nonce,
                expiresAt: act.expiresAt,
                evenIfSuspended: false
            }),
            signature
        );
        uint64 seq;
        (gateway, seq) = _registerGateway(act);
        _emitSigned(seq, approval, signature);
    }

    /// @inheritdoc IReceiptLog
    function retireGatewayBySig(GatewayRetirement calldata act, bytes calldata signature) external {
        Approval memory approval = _authenticate(
            Act({
                department: act.operator,
                role: DepartmentRole.Office,
                structHash: act.structHash(),
                nonce: act.nonce,
                expiresAt: act.expiresAt,
                evenIfSuspended: true
            }),
            signature
        );
        uint64 seq = _retireGateway(act);
        _emitSigned(seq, approval, signature);
    }

    /// @inheritdoc IReceiptLog
    function anchor(
        GatewayId gateway,
        uint64 size,
        bytes32 root,
        bytes32[] calldata proof,
        CompactSignature calldata signature
    ) external {
        Entry storage entry = _gateways[gateway];
        (address account, GatewayStatus status) = (entry.account, entry.status);
        require(status == GatewayStatus.Active, ReceiptLogUnexpectedStatus(gateway, status));
        Head memory anchored = entry.head;
        bool isNewer = size > anchored.size && size <= type(uint40).max;
        require(isNewer, ReceiptLogInvalidSize(gateway, size, anchored.size));
        _checkSigned(account, gateway, size, root, signature);
        bool isConsistent = TreeConsistency.isConsistent(anchored.size, anchored.rootPrefix, size, root, proof);
        require(isConsistent, ReceiptLogInconsistent(gateway, size, root));

        entry.head = Head({size: uint40(size), rootPrefix: bytes27(root)});
        emit HeadAnchored(gateway, size, root, _now());
    }

    /// @inheritdoc IReceiptLog
    function proveEquivocation(
        GatewayId gateway,
        uint64 size,
        bytes32 root,
        CompactSignature calldata signature,
        bytes32 otherRoot,
        CompactSignature calldata otherSignature
    ) external {
        Entry storage entry = _gateways[gateway];
        bool isTrusted = entry.status == GatewayStatus.Active || entry.status == GatewayStatus.Retired;
        require(isTrusted, ReceiptLogUnexpectedStatus(gateway, entry.status));
        require(root != otherRoot, ReceiptLogSameRoot(gateway, root));
        bytes32 digest = _checkSigned(entry.account, gateway, size, root, signature);
        bytes32 otherDigest = _checkSigned(entry.account, gateway, size, otherRoot, otherSignature);
        entry.status = GatewayStatus.Equivocated;

        uint64 recordedAt = _now();
        (uint64 seq, bytes32 head) = _append(
            keccak256(abi.encode(GatewayEquivocated.selector, gateway, size, root, otherRoot, recordedAt))
        );
        emit GatewayEquivocated(gateway, size, root, otherRoot, recordedAt, seq, head);
        bytes memory signer = abi.encodePacked(entry.account);
        emit ActSigned(seq, digest, signer, abi.encodePacked(signature.r, signature.vs));
        emit ActSigned(seq, otherDigest, signer, abi.encodePacked(otherSignature.r, otherSignature.vs));
    }

    /// @inheritdoc IReceiptLog
    function gatewayOf(GatewayId gateway) external view returns (Gateway memory) {
        Entry storage entry = _gateways[gateway];
        return
            Gateway({
                status: entry.status,
                operator: entry.operator,
                account: entry.account,
                publicKey: entry.publicKey
            });
    }

    /// @inheritdoc IReceiptLog
    function headOf(GatewayId gateway) external view returns (uint64 size, bytes27 rootPrefix) {
        Head memory head = _gateways[gateway].head;
        return (head.size, head.rootPrefix);
    }

    function _registerGateway(GatewayRegistration calldata act) private returns (GatewayId gateway, uint64 seq) {
        bool isComplete = act.publicKey != 0 && act.account != address(0);
        require(isComplete, ReceiptLogInvalidGateway(act.publicKey, act.account));
        gateway = GatewayKeyLib.toId(act.publicKey);
        Entry storage entry = _gateways[gateway];
        require(entry.status == GatewayStatus.None, ReceiptLogGatewayAlreadyRegistered(gateway));
        (entry.account, entry.status) = (act.account, GatewayStatus.Active);
        (entry.publicKey, entry.operator) = (act.publicKey, act.operator);

        uint64 recordedAt = _now();
        bytes32 head;
        (seq, head) = _append(
            keccak256(abi.encode(GatewayRegistered.selector, gateway, act.operator, act, recordedAt))
        );
        emit GatewayRegistered(gateway, act.operator, act, recordedAt, seq, head);
    }

    function _retireGateway(GatewayRetirement calldata act) private returns (uint64 seq) {
        Entry storage entry = _gateways[act.gateway];
        bool isActive = entry.status == GatewayStatus.Active;
        require(isActive, ReceiptLogUnexpectedStatus(act.gateway, entry.status));
        require(act.operator == entry.operator, ReceiptLogNotOperator(act.gateway, act.operator));
        entry.status = GatewayStatus.Retired;

        uint64 recordedAt = _now();
        bytes32 head;
        (seq, head) = _append(
            keccak256(abi.encode(GatewayRetired.selector, act.gateway, act.operator, act, recordedAt))
        );
        emit GatewayRetired(act.gateway, act.operator, act, recordedAt, seq, head);
    }

    function _checkSigned(
        address account,
        GatewayId gateway,
        uint64 size,
        bytes32 root,
        CompactSignature calldata signature
    ) private view returns (bytes32 digest) {
        digest = _hashTypedDataV4(LogActHash.treeHeadHash(gateway, size, root));
        (address signer, , ) = ECDSA.tryRecover(digest, signature.r, signature.vs);
        // Nobody's account is zero, which is what a signature that cannot be recovered gives.
        require(signer == account, ReceiptLogInvalidSignature(gateway, digest));
    }
}
