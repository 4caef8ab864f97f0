// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev Consistency proofs between two trees of RFC 9162 (SHA-256). The names `fn`, `sn`, `fr` and `sr` are those of
/// the RFC.
library TreeConsistency {
    /**
     * @dev Whether `proof` shows that the tree of `to` leaves with `toRoot` begins with one of `from` leaves whose root
     * begins with `fromPrefix` (RFC 9162 section 2.1.4.2). `proof` is SUBPROOF(from, D[to], false) of section 2.1.4.1:
     * its first node is there also where `from` is a power of two. The tree of no leaves begins every tree, and its
     * proof is empty. `from` is less than `to`, and both less than 2^255.
     */
    function isConsistent(
        uint256 from,
        bytes27 fromPrefix,
        uint256 to,
        bytes32 toRoot,
        bytes32[] calldata proof
    ) internal view returns (bool) {
        if (from == 0) return proof.length == 0;
        unchecked {
            // Steps 3 and 4: up the right edge of the smaller tree.
            uint256 lowestBit = from & (0 - from);
            uint256 fn = (from - 1) / lowestBit;
            uint256 sn = (to - 1) / lowestBit;
            (bytes32 fr, bytes32 sr, bool isExact) = _climb(fn, sn, proof);
            return isExact && bytes27(fr) == fromPrefix && sr == toRoot;
        }
    }

    /// @dev Steps 2, 5 and 6: both roots that follow from the proof, and whether it ends where the larger tree does.
    // solhint-disable-next-line function-max-lines
    function _climb(
        uint256 fn,
        uint256 sn,
        bytes32[] calldata proof
    ) private view returns (bytes32 fr, bytes32 sr, bool isExact) {
        // Solidity would allocate and copy for each of up to 41 hashes, at twice the price of the hashes themselves.
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            // Two inputs of 65 bytes, one beside the other past the free memory: 0x01, left node, right node. Each hash
            // is written over the right node, where it is wanted when the next node is on its left.
            let f := mload(0x40)
            mstore8(f, 1)
            let fLeft := add(f, 1)
            fr := add(f, 33)
            let s := add(f, 65)
            mstore8(s, 1)
            let sLeft := add(s, 1)
            sr := add(s, 33)
            let next := proof.offset
            let node := calldataload(next)
            next := add(next, 32)
            mstore(fr, node)
            mstore(sr, node)

            // While there are leaves of the larger tree on the right. A hash fails only for want of gas, and then
            // leaves too little for the next instruction.
            for {} xor(fn, sn) {} {
                node := calldataload(next)
                next := add(next, 32)
                switch and(fn, 1)
                case 0 {
                    mstore(sLeft, mload(sr))
                    mstore(sr, node)
                }
                default {
                    mstore(sLeft, node)
                    mstore(fLeft, node)
                    pop(staticcall(gas(), 2, f, 65, fr, 32))
                }
                pop(staticcall(gas(), 2, s, 65, sr, 32))
                fn := shr(1, fn)
                sn := shr(1, sn)
            }
            // Then both trees have the same nodes on their left, one for each bit that is set.
            for {} sn {
                sn := and(sn, sub(sn, 1))
            } {
                node := calldataload(next)
                next := add(next, 32)
                mstore(fLeft, node)
                mstore(sLeft, node)
                pop(staticcall(gas(), 2, f, 65, fr, 32))
                pop(staticcall(gas(), 2, s, 65, sr, 32))
            }
            fr := mload(fr)
            sr := mload(sr)
            // A proof that is too short was read past its end.
            isExact := eq(next, add(proof.offset, shl(5, proof.length)))
        }
    }
}
