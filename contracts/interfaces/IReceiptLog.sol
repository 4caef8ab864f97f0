// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DepartmentId, GatewayId} from "../types/Ids.sol";
import {ISignedActs} from "./ISignedActs.sol";

/// @dev `Equivocated` is for ever: two heads of one size were signed, so no head of this gateway can be relied on.
enum GatewayStatus {
    None,
    Active,
    Retired,
    Equivocated
}

/**
 * @dev A department answers for a gateway. `publicKey` is the Ed25519 key (32 bytes) of its answers and of the notes of
 * its log; `account` signs the heads of the log, because the EVM cannot check Ed25519.
 */
struct GatewayRegistration {
    DepartmentId operator;
    bytes32 publicKey;
    address account;
    uint256 nonce;
    uint64 expiresAt;
}

struct GatewayRetirement {
    DepartmentId operator;
    GatewayId gateway;
    uint256 nonce;
    uint64 expiresAt;
}

/**
 * @dev A tree head, as the account of its gateway signs it (EIP-712). `size` counts the receipts (leaves), `root` is
 * the Merkle tree hash over them with SHA-256 (RFC 9162 section 2.1.1).
 */
struct TreeHead {
    GatewayId gateway;
    uint64 size;
    bytes32 root;
}

/// @dev ECDSA signature of 64 bytes (EIP-2098): the highest bit of `vs` is the parity of y, the others are s, the lower
/// of the two that there are.
struct CompactSignature {
    bytes32 r;
    bytes32 vs;
}

/**
 * @title IReceiptLog
 * @notice The heads of the logs in which gateways keep their receipts. A log only grows: a head is replaced only by one
 * of a longer log that begins with the same leaves.
 *
 * Gateways coming and going, and equivocations, are entries of the history. Heads are state and events without an
 * entry: each follows from the last one by a proof that was checked here.
 */
interface IReceiptLog is ISignedActs {
    /// @dev `account` and `publicKey` as registered.
    struct Gateway {
        GatewayStatus status;
        DepartmentId operator;
        address account;
        bytes32 publicKey;
    }

    event GatewayRegistered(
        GatewayId indexed gateway,
        DepartmentId indexed operator,
        GatewayRegistration act,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    event GatewayRetired(
        GatewayId indexed gateway,
        DepartmentId indexed operator,
        GatewayRetirement act,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    /// @notice {ActSigned} follows twice: what the gateway's account signed over `root`, and over `otherRoot`. The
    /// digests are those of two {TreeHead}s; no department signed.
    event GatewayEquivocated(
        GatewayId indexed gateway,
        uint64 size,
        bytes32 root,
        bytes32 otherRoot,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );
    /// @notice No entry of the history. `anchoredAt` is the block's timestamp in Unix seconds.
    event HeadAnchored(GatewayId indexed gateway, uint64 size, bytes32 root, uint64 anchoredAt);

    /// @notice The public key or the account is zero.
    error ReceiptLogInvalidGateway(bytes32 publicKey, address account);
    /// @notice Active, retired or equivocated: a public key is registered once.
    error ReceiptLogGatewayAlreadyRegistered(GatewayId gateway);
    /// @notice The gateway is not in a status in which this may be done; `None` if it is unknown.
    error ReceiptLogUnexpectedStatus(GatewayId gateway, GatewayStatus status);
    error ReceiptLogNotOperator(GatewayId gateway, DepartmentId department);
    /// @notice Not larger than the anchored size, or 2^40 and more.
    error ReceiptLogInvalidSize(GatewayId gateway, uint64 size, uint64 anchoredSize);
    /// @notice The signature is not one of the gateway's account over `digest`, or its s is the higher one.
    error ReceiptLogInvalidSignature(GatewayId gateway, bytes32 digest);
    /// @notice The proof does not show that the log of this head begins with the anchored one, or is not of the very
    /// length that such a proof has.
    error ReceiptLogInconsistent(GatewayId gateway, uint64 size, bytes32 root);
    /// @notice Two heads with one root are no equivocation.
    error ReceiptLogSameRoot(GatewayId gateway, bytes32 root);

    /**
     * @notice Signed by the office of `act.operator`, which must be active.
     *
     * Requirements: `act.publicKey` and `act.account` are not zero; the public key was never registered before.
     * Emits {GatewayRegistered}.
     */
    function registerGatewayBySig(
        GatewayRegistration calldata act,
        bytes calldata signature
    ) external returns (GatewayId gateway);

    /**
     * @notice Ends a gateway for ever. Signed by the office of `act.operator`, also while it is suspended: taking a
     * right away is never blocked.
     *
     * Requirements: the gateway is active and of this operator.
     * Emits {GatewayRetired}.
     */
    function retireGatewayBySig(GatewayRetirement calldata act, bytes calldata signature) external;

    /**
     * @notice Replaces the head of a gateway's log. By anyone: the signature is that of the gateway's account over
     * {TreeHead}, whether or not its operator is suspended.
     *
     * Requirements: the gateway is active; `size` is larger than the anchored one, and less than 2^40; `proof` is the
     * consistency proof between the two heads, SUBPROOF(m, D_n, false) of RFC 9162 section 2.1.4.1, which is checked by
     * section 2.1.4.2: the proof of the RFC with the anchored root in front of it where the anchored size is a power
     * of two. From size 0, before the first head, it is empty. Emits {HeadAnchored}.
     */
    function anchor(
        GatewayId gateway,
        uint64 size,
        bytes32 root,
        bytes32[] calldata proof,
        CompactSignature calldata signature
    ) external;

    /**
     * @notice Records that a gateway signed two logs: two heads of one size with different roots. By anyone, also of a
     * gateway that is retired. Neither head needs to be anchored.
     *
     * Requirements: the gateway is active or retired; the roots differ; its account signed both heads.
     * Emits {GatewayEquivocated}.
     */
    function proveEquivocation(
        GatewayId gateway,
        uint64 size,
        bytes32 root,
        CompactSignature calldata signature,
        bytes32 otherRoot,
        CompactSignature calldata otherSignature
    ) external;

    /// @notice All members are zero for a gateway that was never registered.
    function gatewayOf(GatewayId gateway) external view returns (Gateway memory);

    /**
     * @notice The anchored head: all zero before the first. It stays when the gateway retires or equivocates.
     * @return size leaves of the tree
     * @return rootPrefix the first 27 bytes of its root; {HeadAnchored} has all of it
     */
    function headOf(GatewayId gateway) external view returns (uint64 size, bytes27 rootPrefix);
}
