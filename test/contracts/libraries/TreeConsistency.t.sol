// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {TreeConsistency} from "../../../contracts/libraries/TreeConsistency.sol";
import {Check} from "../support/Check.sol";
import {ReferenceTree} from "../support/ReferenceTree.sol";
import {UniformTree} from "../support/UniformTree.sol";

/// @dev The iterative check on proofs that the recursive definitions give.
contract TreeConsistencyTest {
    uint256 private constant MOST = 40;

    function test_isConsistent_takesTheProofOfEveryPair() public view {
        for (uint256 to = 2; to <= MOST; ++to) {
            for (uint256 from = 1; from < to; ++from) {
                Check.isTrue(isConsistent(0, from, to, ReferenceTree.proofOf(0, from, to)), "proof");
            }
        }
    }

    function test_isConsistent_takesOnlyAnEmptyProofFromNothing() public view {
        bytes32 root = ReferenceTree.rootOf(0, 3);
        bytes32[] memory proof = new bytes32[](0);
        Check.isTrue(this.check(0, bytes27(sha256("")), 3, root, proof), "of the empty tree");
        Check.isTrue(this.check(0, 0, 3, root, proof), "of nothing");
        Check.isTrue(!this.check(0, 0, 3, root, ReferenceTree.append(proof, root)), "one node");
    }

    /// @dev The roots and the proof of RFC 9162 section 2.1.5, with the leaves d0 to d6.
    function test_isConsistent_takesTheExampleOfTheRfc() public view {
        // PROOF(3, D[7]) = [c, d, g, l]
        bytes32[] memory proof = ReferenceTree.proofOf(7, 3, 7);
        Check.equal(proof.length, 4, "nodes");
        Check.equal(proof[0], ReferenceTree.leafOf(7, 2), "c");
        Check.equal(proof[1], ReferenceTree.leafOf(7, 3), "d");
        bytes32 g = ReferenceTree.hashNode(ReferenceTree.leafOf(7, 0), ReferenceTree.leafOf(7, 1));
        Check.equal(proof[2], g, "g");
        Check.isTrue(isConsistent(7, 3, 7, proof), "PROOF(3, D[7])");
        // PROOF(4, D[7]) = [l], and the first node, which the RFC leaves out, is the root of the smaller tree.
        Check.equal(ReferenceTree.proofOf(7, 4, 7).length, 2, "l");
        Check.equal(ReferenceTree.proofOf(7, 4, 7)[0], ReferenceTree.rootOf(7, 4), "root");
        Check.equal(ReferenceTree.proofOf(7, 4, 7)[1], proof[3], "l");
        // PROOF(6, D[7]) = [i, j, k]
        Check.equal(ReferenceTree.proofOf(7, 6, 7).length, 3, "i, j, k");
    }

    function test_isConsistent_takesTreesOfAMillionLeaves() public view {
        uint64[8] memory sizes = [
            uint64(1),
            2 ** 19,
            2 ** 19 + 1,
            699_051,
            1_000_000,
            2 ** 20 - 1,
            2 ** 20,
            2 ** 20 + 1
        ];
        for (uint256 i = 0; i + 1 < sizes.length; ++i) {
            for (uint256 j = i + 1; j < sizes.length; ++j) {
                (uint64 from, uint64 to) = (sizes[i], sizes[j]);
                bytes32[] memory proof = UniformTree.proofOf(from, to);
                bool found = this.check(from, bytes27(UniformTree.rootOf(from)), to, UniformTree.rootOf(to), proof);
                Check.isTrue(found, "proof");
            }
        }
    }

    /// @dev A head of another size, of another tree or with another proof is never taken.
    function test_fuzz_isConsistent_refusesEverythingElse(uint256 salt, uint256 seed) public view {
        uint256 to = 2 + (seed % (MOST - 1));
        uint256 from = 1 + ((seed >> 8) % (to - 1));
        bytes32[] memory proof = ReferenceTree.proofOf(salt, from, to);
        Check.isTrue(isConsistent(salt, from, to, proof), "the proof itself");
        (bytes27 prefix, bytes32 toRoot) = (bytes27(ReferenceTree.rootOf(salt, from)), ReferenceTree.rootOf(salt, to));
        bytes32 bit = bytes32(1 << ((seed >> 16) % 256));
        Check.isTrue(
            !this.check(from, prefix ^ bytes27(uint216(1 << ((seed >> 16) % 216))), to, toRoot, proof),
            "another smaller tree"
        );
        Check.isTrue(!this.check(from, prefix, to, toRoot ^ bit, proof), "another larger tree");
        Check.isTrue(!this.check(from, prefix, to, ReferenceTree.rootOf(salt, from), proof), "the smaller tree twice");
        Check.isTrue(!this.check(from, prefix, to, toRoot, ReferenceTree.append(proof, bit)), "a node more");
        Check.isTrue(!this.check(from, prefix, to, toRoot, shortened(proof)), "a node less");
        uint256 index = (seed >> 24) % proof.length;
        proof[index] ^= bit;
        Check.isTrue(!this.check(from, prefix, to, toRoot, proof), "another node");
    }

    /// @dev What follows an argument in the data of a call is no part of the proof.
    function test_isConsistent_readsNothingBehindTheProof() public view {
        bytes32[] memory proof = ReferenceTree.proofOf(0, 3, 7);
        (bytes27 prefix, bytes32 toRoot) = (bytes27(ReferenceTree.rootOf(0, 3)), ReferenceTree.rootOf(0, 7));
        bytes memory data = abi.encodeCall(this.check, (3, prefix, 7, toRoot, proof));
        // The number of nodes is the word before them.
        uint256 last = data.length - 32 * proof.length - 1;
        for (uint256 length = 0; length <= proof.length; ++length) {
            data[last] = bytes1(uint8(length));
            (bool done, bytes memory answer) = address(this).staticcall(data);
            Check.isTrue(done, "call");
            Check.isTrue(abi.decode(answer, (bool)) == (length == proof.length), "length");
        }
    }

    function check(
        uint256 from,
        bytes27 prefix,
        uint256 to,
        bytes32 toRoot,
        bytes32[] calldata proof
    ) external view returns (bool) {
        return TreeConsistency.isConsistent(from, prefix, to, toRoot, proof);
    }

    function isConsistent(uint256 salt, uint256 from, uint256 to, bytes32[] memory proof) private view returns (bool) {
        return this.check(from, bytes27(ReferenceTree.rootOf(salt, from)), to, ReferenceTree.rootOf(salt, to), proof);
    }

    function shortened(bytes32[] memory proof) private pure returns (bytes32[] memory shorter) {
        shorter = new bytes32[](proof.length - 1);
        for (uint256 i = 0; i < shorter.length; ++i) shorter[i] = proof[i];
    }
}
