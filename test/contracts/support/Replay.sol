// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DepartmentId} from "../../../contracts/types/Ids.sol";
import {JointStep, Step} from "../../../contracts/types/Step.sol";
import {Vm} from "./Vm.sol";

/// @dev What all parts of a replay share: steps as they are read, who must have signed, and what was found wrong.
abstract contract Replay {
    /// @dev A step of either kind; `authority` is zero for one that only a department signs.
    struct StepEntry {
        bytes32 subject;
        DepartmentId department;
        DepartmentId authority;
        bytes32 reasonCode;
        uint64 dueAt;
        uint64 recordedAt;
    }

    /// @dev Entries that break an invariant, by its name.
    mapping(bytes32 invariantName => uint256) public violationsOf;
    /// @dev How often a state was reached, by its name.
    mapping(bytes32 state => uint256) public reached;

    bytes[] private _unseen;

    function _check(bytes32 invariantName, bool holds) internal {
        if (!holds) ++violationsOf[invariantName];
    }

    function _reach(bytes32 state) internal {
        ++reached[state];
    }

    /// @dev The accounts whose signatures must follow the entry, in order.
    function _expectSigners(bytes memory first, bytes memory second) internal {
        _check("I1", _unseen.length == 0);
        delete _unseen;
        // The last one is seen first.
        if (second.length != 0) _unseen.push(second);
        if (first.length != 0) _unseen.push(first);
    }

    function _see(bytes memory signer) internal {
        bool isExpected = _unseen.length != 0 && keccak256(_unseen[_unseen.length - 1]) == keccak256(signer);
        _check("I1", isExpected);
        if (_unseen.length != 0) _unseen.pop();
    }

    function _stepOf(Vm.Log calldata log, bool isJoint) internal pure returns (StepEntry memory entry) {
        entry.subject = log.topics[1];
        entry.department = DepartmentId.wrap(bytes18(log.topics[2]));
        entry.reasonCode = log.topics[3];
        if (isJoint) {
            JointStep memory joint;
            (joint, entry.dueAt, entry.recordedAt) = abi.decode(log.data, (JointStep, uint64, uint64));
            entry.authority = joint.authority;
        } else (, entry.dueAt, entry.recordedAt) = abi.decode(log.data, (Step, uint64, uint64));
    }
}
