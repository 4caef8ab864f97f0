// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ReferenceTree} from "./ReferenceTree.sol";

/// @dev As {ReferenceTree}, of equal leaves: so trees of a million leaves are there at once.
library UniformTree {
    function rootOf(uint256 size) internal pure returns (bytes32) {
        if (size == 1) return sha256(hex"00");
        uint256 split = ReferenceTree.splitOf(size);
        // A complete tree has two equal halves.
        if (split * 2 == size) return _double(rootOf(split));
        return ReferenceTree.hashNode(rootOf(split), rootOf(size - split));
    }

    function _double(bytes32 node) private pure returns (bytes32) {
        return ReferenceTree.hashNode(node, node);
    }

    function proofOf(uint256 from, uint256 size) internal pure returns (bytes32[] memory) {
        if (from == size) return ReferenceTree.append(new bytes32[](0), rootOf(size));
        uint256 split = ReferenceTree.splitOf(size);
        if (from <= split) return ReferenceTree.append(proofOf(from, split), rootOf(size - split));
        return ReferenceTree.append(proofOf(from - split, size - split), rootOf(split));
    }
}
