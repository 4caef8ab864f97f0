// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    AccessKeyRegistration,
    AccountsRestoration,
    DepartmentAccountsChange,
    DepartmentRegistration,
    IDepartmentRegistry
} from "../../../contracts/interfaces/IDepartmentRegistry.sol";
import {IReceiptLog} from "../../../contracts/interfaces/IReceiptLog.sol";
import {ILedgerHistory} from "../../../contracts/interfaces/ILedgerHistory.sol";
import {Vm} from "./Vm.sol";

/// @dev A reader that knows nothing but emitted events: it recomputes act hashes as {ILedgerHistory} describes.
library History {
    struct Head {
        uint64 seq;
        bytes32 head;
    }

    /// @dev Signatures belong to the entry before them, and tree heads follow from one another.
    function isEntry(Vm.Log memory log) internal pure returns (bool) {
        bytes32 topic = log.topics[0];
        return topic != ILedgerHistory.ActSigned.selector && topic != IReceiptLog.HeadAnchored.selector;
    }

    /// @dev The head after `log`; reverts if `log` is not the entry that follows `before`.
    function follow(Head memory before, Vm.Log memory log) internal pure returns (Head memory) {
        (bytes32 actHash, uint64 seq, bytes32 head) = parse(log);
        require(seq == before.seq + 1, "gap in the history");
        require(head == keccak256(abi.encode(before.head, seq, actHash)), "head does not follow");
        return Head({seq: seq, head: head});
    }

    function parse(Vm.Log memory log) internal pure returns (bytes32 actHash, uint64 seq, bytes32 head) {
        bytes32 topic = log.topics[0];
        if (topic == IDepartmentRegistry.DepartmentRegistered.selector) return parseRegistration(log);
        if (topic == IDepartmentRegistry.DepartmentAccountsChanged.selector) return parseAccountsChange(log);
        if (topic == IDepartmentRegistry.DepartmentAccountsRestored.selector) return parseRestoration(log);
        if (topic == IDepartmentRegistry.AccessKeyRegistered.selector) return parseKeyRegistration(log);
        // All other acts have no dynamic member, so the words of an event are those of the arguments, in order.
        uint256 length = log.data.length - 64;
        bytes memory arguments = new bytes(length);
        for (uint256 i = 0; i < length; ++i) arguments[i] = log.data[i];
        actHash = keccak256(abi.encodePacked(log.topics, arguments));
        (seq, head) = abi.decode(tail(log.data, length), (uint64, bytes32));
    }

    function parseRegistration(Vm.Log memory log) private pure returns (bytes32 actHash, uint64 seq, bytes32 head) {
        DepartmentRegistration memory act;
        uint64 recordedAt;
        (act, recordedAt, seq, head) = abi.decode(log.data, (DepartmentRegistration, uint64, uint64, bytes32));
        actHash = keccak256(abi.encode(log.topics[0], log.topics[1], log.topics[2], act, recordedAt));
    }

    function parseAccountsChange(Vm.Log memory log) private pure returns (bytes32 actHash, uint64 seq, bytes32 head) {
        DepartmentAccountsChange memory act;
        uint64 recordedAt;
        (act, recordedAt, seq, head) = abi.decode(log.data, (DepartmentAccountsChange, uint64, uint64, bytes32));
        actHash = keccak256(abi.encode(log.topics[0], log.topics[1], act, recordedAt));
    }

    function parseRestoration(Vm.Log memory log) private pure returns (bytes32 actHash, uint64 seq, bytes32 head) {
        AccountsRestoration memory act;
        uint64 recordedAt;
        (act, recordedAt, seq, head) = abi.decode(log.data, (AccountsRestoration, uint64, uint64, bytes32));
        actHash = keccak256(abi.encode(log.topics[0], log.topics[1], log.topics[2], act, recordedAt));
    }

    function parseKeyRegistration(Vm.Log memory log) private pure returns (bytes32 actHash, uint64 seq, bytes32 head) {
        AccessKeyRegistration memory act;
        uint64 recordedAt;
        (act, recordedAt, seq, head) = abi.decode(log.data, (AccessKeyRegistration, uint64, uint64, bytes32));
        actHash = keccak256(abi.encode(log.topics[0], log.topics[1], log.topics[2], act, recordedAt));
    }

    function tail(bytes memory data, uint256 start) private pure returns (bytes memory rest) {
        rest = new bytes(data.length - start);
        for (uint256 i = 0; i < rest.length; ++i) rest[i] = data[start + i];
    }
}
