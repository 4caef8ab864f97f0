// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/**
 * @dev A tree of RFC 9162 and its consistency proofs by the recursive definitions of sections 2.1.1 and 2.1.4.1, which
 * share nothing with the iterative check of section 2.1.4.2. Leaf number `i` is the text "leaf" with `salt` and `i`.
 */
library ReferenceTree {
    function leafOf(uint256 salt, uint256 index) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(hex"00", "leaf", salt, index));
    }

    function rootOf(uint256 salt, uint256 size) internal pure returns (bytes32) {
        return _rootOf(salt, 0, size);
    }

    /// @dev SUBPROOF(from, D[to], false), which has its first node also where `from` is a power of two. `from` is more
    /// than 0 and less than `to`.
    function proofOf(uint256 salt, uint256 from, uint256 to) internal pure returns (bytes32[] memory) {
        return _subproof(salt, from, 0, to);
    }

    function hashNode(bytes32 left, bytes32 right) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(hex"01", left, right));
    }

    /// @dev The largest power of two that is less than `size`.
    function splitOf(uint256 size) internal pure returns (uint256 split) {
        split = 1;
        while (split * 2 < size) split *= 2;
    }

    function append(bytes32[] memory nodes, bytes32 node) internal pure returns (bytes32[] memory longer) {
        longer = new bytes32[](nodes.length + 1);
        for (uint256 i = 0; i < nodes.length; ++i) longer[i] = nodes[i];
        longer[nodes.length] = node;
    }

    function _rootOf(uint256 salt, uint256 start, uint256 size) private pure returns (bytes32) {
        if (size == 0) return sha256("");
        if (size == 1) return leafOf(salt, start);
        uint256 split = splitOf(size);
        return hashNode(_rootOf(salt, start, split), _rootOf(salt, start + split, size - split));
    }

    function _subproof(
        uint256 salt,
        uint256 from,
        uint256 start,
        uint256 size
    ) private pure returns (bytes32[] memory) {
        if (from == size) return append(new bytes32[](0), _rootOf(salt, start, size));
        uint256 split = splitOf(size);
        if (from <= split) {
            bytes32 right = _rootOf(salt, start + split, size - split);
            return append(_subproof(salt, from, start, split), right);
        }
        bytes32 left = _rootOf(salt, start, split);
        return append(_subproof(salt, from - split, start + split, size - split), left);
    }
}
