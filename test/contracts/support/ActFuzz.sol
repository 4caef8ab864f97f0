// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerHistory} from "../../../contracts/interfaces/ILedgerHistory.sol";
import {DepartmentId, HashAlgorithm} from "../../../contracts/types/Ids.sol";
import {Check} from "./Check.sol";
import {LedgerTest} from "./LedgerTest.sol";

/**
 * @dev Every act with every field at random: it is recorded exactly when a second statement of its rules, written in
 * the test, holds, and otherwise changes nothing. Seeds are folded so that about half of the runs are valid.
 */
abstract contract ActFuzz is LedgerTest {
    struct Attempt {
        address target;
        bytes data;
        // A read of the state that the act changes.
        bytes query;
    }

    function expectOutcome(Attempt memory attempt, bool valid) internal {
        bytes32 headsBefore = otherHeads(attempt.target);
        (uint64 seqBefore, bytes32 headBefore) = ILedgerHistory(attempt.target).historyHead();
        bytes memory stateBefore = stateOf(attempt);

        (bool done, ) = attempt.target.call(attempt.data);
        Check.isTrue(done == valid, valid ? "a valid act was refused" : "an invalid act was recorded");

        (uint64 seq, bytes32 head) = ILedgerHistory(attempt.target).historyHead();
        Check.equal(seq, seqBefore + (valid ? 1 : 0), "entries");
        Check.isTrue((head == headBefore) != valid, "head");
        Check.isTrue((keccak256(stateOf(attempt)) == keccak256(stateBefore)) != valid, "state");
        Check.equal(otherHeads(attempt.target), headsBefore, "another contract");
    }

    function mixed(uint256 seed) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed)));
    }

    function departmentFrom(uint256 seed) internal pure returns (DepartmentId) {
        DepartmentId[6] memory all = [AUTHORITY, PROVIDER, REQUESTER, REGULATOR, GOVERNMENT, OPERATOR];
        return all[seed % 6];
    }

    function algorithmFrom(uint256 seed) internal pure returns (HashAlgorithm) {
        return (seed >> 128) % 4 != 0 ? HashAlgorithm.Sha256 : HashAlgorithm((seed >> 130) % 4);
    }

    function isDocument(bytes32 documentHash, HashAlgorithm hashAlgorithm) internal pure returns (bool) {
        return documentHash != 0 && hashAlgorithm == HashAlgorithm.Sha256;
    }

    function isWindow(uint64 notBefore, uint64 notAfter) internal pure returns (bool) {
        return notBefore < notAfter && notAfter > NOW;
    }

    function stateOf(Attempt memory attempt) private view returns (bytes memory state) {
        bool done;
        (done, state) = attempt.target.staticcall(attempt.query);
        Check.isTrue(done, "a query was refused");
    }

    function otherHeads(address target) private view returns (bytes32 heads) {
        ILedgerHistory[7] memory all = [
            ILedgerHistory(registry),
            catalog,
            shares,
            cases,
            directory,
            calendar,
            receipts
        ];
        for (uint256 i = 0; i < all.length; ++i) {
            if (address(all[i]) == target) continue;
            (uint64 seq, bytes32 head) = all[i].historyHead();
            heads = keccak256(abi.encode(heads, seq, head));
        }
    }
}
