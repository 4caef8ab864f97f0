// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ShareClass} from "../../contracts/interfaces/IResourceCatalog.sol";
import {ILedgerHistory} from "../../contracts/interfaces/ILedgerHistory.sol";
import {ShareRequest} from "../../contracts/interfaces/IShareRequests.sol";
import {RequestId} from "../../contracts/types/Ids.sol";
import {Check} from "./support/Check.sol";
import {EveryAct} from "./support/EveryAct.sol";
import {History} from "./support/History.sol";
import {Vm, vm} from "./support/Vm.sol";

contract LedgerHistoryTest is EveryAct {
    function test_historyHead_startsAtZero() public view {
        (uint64 seq, bytes32 head) = catalog.historyHead();
        Check.equal(seq, 0, "seq");
        Check.equal(head, 0, "head");
    }

    function test_historyHead_liesInTheFirstTwoSlots() public {
        performEveryAct();
        ILedgerHistory[7] memory ledgers = [
            ILedgerHistory(registry),
            catalog,
            shares,
            cases,
            calendar,
            directory,
            receipts
        ];
        for (uint256 i = 0; i < ledgers.length; ++i) {
            (uint64 seq, bytes32 head) = ledgers[i].historyHead();
            Check.isTrue(seq > 0, "entries");
            Check.equal(vm.load(address(ledgers[i]), bytes32(uint256(0))), head, "slot 0");
            Check.equal(vm.load(address(ledgers[i]), bytes32(uint256(1))), bytes32(uint256(seq)), "slot 1");
        }
    }

    /// @dev The entry, and then one signature for each account that signed, in the order of the function.
    function test_append_emitsTheEventAndThenItsSignatures() public {
        ShareRequest memory act = request(publishedResource(ShareClass.Conditional));
        vm.recordLogs();
        RequestId requestId = submitRequest(act);
        Vm.Log[] memory logs = vm.getRecordedLogs();

        Check.equal(logs.length, 3, "events");
        (ShareRequest memory recorded, uint64 dueAt, uint64 recordedAt, uint64 seq, bytes32 head) = abi.decode(
            logs[0].data,
            (ShareRequest, uint64, uint64, uint64, bytes32)
        );
        Check.equal(logs[0].topics[1], RequestId.unwrap(requestId), "request id");
        Check.equal(abi.encode(recorded), abi.encode(act), "act");
        Check.equal(recordedAt, NOW, "recorded at");
        Check.equal(seq, 1, "seq");
        bytes32 actHash = keccak256(
            abi.encode(logs[0].topics[0], requestId, act.requester, act.resourceId, act, dueAt, recordedAt)
        );
        Check.equal(head, keccak256(abi.encode(bytes32(0), seq, actHash)), "head");
        bytes32 actDigest = digest(act);
        expectSigned(logs[1], actDigest, officeKey(REQUESTER), byOffice(REQUESTER, actDigest));
        expectSigned(logs[2], actDigest, makerKey(REQUESTER), byMaker(REQUESTER, actDigest));
    }

    function test_append_everyActCanBeReplayedFromItsEventAlone() public {
        (uint64 seq, bytes32 head) = registry.historyHead();
        History.Head memory registryHead = History.Head({seq: seq, head: head});
        History.Head[4] memory heads;
        ILedgerHistory[4] memory ledgers = [ILedgerHistory(catalog), shares, cases, receipts];
        vm.recordLogs();
        performEveryAct();
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            if (!History.isEntry(logs[i])) continue;
            if (logs[i].emitter == address(registry)) registryHead = History.follow(registryHead, logs[i]);
            for (uint256 j = 0; j < ledgers.length; ++j) {
                if (logs[i].emitter == address(ledgers[j])) heads[j] = History.follow(heads[j], logs[i]);
            }
        }
        expectHead(registry, registryHead);
        for (uint256 j = 0; j < ledgers.length; ++j) expectHead(ledgers[j], heads[j]);
        Check.equal(registryHead.seq, seq + 7, "entries of the registry");
    }

    function perform(string memory, address target, bytes memory data) internal override returns (bytes memory) {
        return carry(target, data);
    }

    function expectSigned(Vm.Log memory log, bytes32 actDigest, uint256 key, bytes memory signature) private pure {
        (bytes memory signer, bytes memory recorded) = abi.decode(log.data, (bytes, bytes));
        Check.equal(log.topics[0], ILedgerHistory.ActSigned.selector, "signature event");
        Check.equal(log.topics[1], bytes32(uint256(1)), "signature of the same entry");
        Check.equal(log.topics[2], actDigest, "digest");
        Check.equal(signer, accountOf(key), "signer");
        Check.equal(recorded, signature, "signature");
    }

    function expectHead(ILedgerHistory ledger, History.Head memory expected) private view {
        (uint64 seq, bytes32 head) = ledger.historyHead();
        Check.isTrue(seq > 0, "entries");
        Check.equal(expected.seq, seq, "replayed entries");
        Check.equal(expected.head, head, "replayed head");
    }
}
