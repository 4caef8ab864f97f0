// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerHistory} from "./interfaces/ILedgerHistory.sol";

/**
 * @dev Storage of the history head. Derived contracts list this base first, so that slot 0 holds the head and slot 1
 * the sequence number: a verifier asks one storage proof for slot 0 without knowing the rest of the layout.
 */
abstract contract LedgerHistory is ILedgerHistory {
    bytes32 private _head;
    // A whole word, or the compiler would pack the next base's first variable beside it.
    uint256 private _seq;

    /// @inheritdoc ILedgerHistory
    function historyHead() public view returns (uint64 seq, bytes32 head) {
        return (uint64(_seq), _head);
    }

    /// @dev Appends one entry. The caller emits the event that `actHash` was made of, with the values returned here.
    function _append(bytes32 actHash) internal returns (uint64 seq, bytes32 head) {
        seq = uint64(_seq + 1);
        head = keccak256(abi.encode(_head, seq, actHash));
        _seq = seq;
        _head = head;
    }

    function _now() internal view returns (uint64) {
        return uint64(block.timestamp);
    }
}
