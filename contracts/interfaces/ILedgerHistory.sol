// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/**
 * @title ILedgerHistory
 * @notice One storage read that proves a list of events complete and unaltered.
 *
 * Every event that changes business state ends with `(uint64 recordedAt, uint64 seq, bytes32 head)`, where
 *
 * - `recordedAt` is the block's timestamp in Unix seconds,
 * - `seq` counts the entries of this contract from 1 without a gap,
 * - `head = keccak256(abi.encode(previousHead, seq, actHash))`, the first previous head being zero, and
 * - `actHash = keccak256(abi.encode(topic0, every argument before seq))`.
 *
 * So a reader recomputes `actHash` from an event alone and compares its own head with {historyHead}.
 */
interface ILedgerHistory {
    /**
     * @notice A signature behind entry `seq`: one for each account that must sign, in the order in which the function
     * takes them; none for the entries that an administrator makes.
     * @param actDigest EIP-712 digest that was signed.
     * @param signer An address (20 bytes) or an ERC-7913 signer (verifier address, then the key).
     */
    event ActSigned(uint64 indexed seq, bytes32 indexed actDigest, bytes signer, bytes signature);

    /// @notice Number of entries and the rolling head over them.
    function historyHead() external view returns (uint64 seq, bytes32 head);
}
