// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    AccessKeyRegistration,
    AccessKeyRevocation,
    DepartmentKind,
    DepartmentStatus
} from "../../contracts/interfaces/IDepartmentRegistry.sol";
import {ShareClass} from "../../contracts/interfaces/IResourceCatalog.sol";
import {ILedgerHistory} from "../../contracts/interfaces/ILedgerHistory.sol";
import {ShareRequest} from "../../contracts/interfaces/IShareLedger.sol";
import {AccessKeyId, RequestId} from "../../contracts/types/Ids.sol";
import {Check} from "./support/Check.sol";
import {History} from "./support/History.sol";
import {LedgerTest} from "./support/LedgerTest.sol";
import {Vm, vm} from "./support/Vm.sol";

contract LedgerHistoryTest is LedgerTest {
    function test_historyHead_startsAtZero() public view {
        (uint64 seq, bytes32 head) = catalog.historyHead();
        Check.equal(seq, 0, "seq");
        Check.equal(head, 0, "head");
    }

    function test_historyHead_liesInTheFirstTwoSlots() public {
        agree(agreement(openRequest()));
        directory.list("ShareLedger", address(shares));
        ILedgerHistory[4] memory ledgers = [ILedgerHistory(registry), catalog, shares, directory];
        for (uint256 i = 0; i < ledgers.length; ++i) {
            (uint64 seq, bytes32 head) = ledgers[i].historyHead();
            Check.isTrue(seq > 0, "entries");
            Check.equal(vm.load(address(ledgers[i]), bytes32(uint256(0))), head, "slot 0");
            Check.equal(vm.load(address(ledgers[i]), bytes32(uint256(1))), bytes32(uint256(seq)), "slot 1");
        }
    }

    function test_append_emitsTheEventAndThenItsSignature() public {
        ShareRequest memory act = request(publishedResource(ShareClass.Conditional));
        bytes memory signature = byOffice(REQUESTER, digest(act));
        vm.recordLogs();
        RequestId requestId = shares.submitRequestBySig(act, signature);
        Vm.Log[] memory logs = vm.getRecordedLogs();

        Check.equal(logs.length, 2, "events");
        (ShareRequest memory recorded, uint64 recordedAt, uint64 seq, bytes32 head) = abi.decode(
            logs[0].data,
            (ShareRequest, uint64, uint64, bytes32)
        );
        Check.equal(logs[0].topics[1], RequestId.unwrap(requestId), "request id");
        Check.equal(abi.encode(recorded), abi.encode(act), "act");
        Check.equal(recordedAt, NOW, "recorded at");
        Check.equal(seq, 1, "seq");
        bytes32 actHash = keccak256(
            abi.encode(logs[0].topics[0], requestId, act.requester, act.resourceId, act, recordedAt)
        );
        Check.equal(head, keccak256(abi.encode(bytes32(0), seq, actHash)), "head");

        (bytes memory signer, bytes memory recordedSignature) = abi.decode(logs[1].data, (bytes, bytes));
        Check.equal(logs[1].topics[0], ILedgerHistory.ActSigned.selector, "signature event");
        Check.equal(logs[1].topics[1], bytes32(uint256(1)), "signature of the same entry");
        Check.equal(logs[1].topics[2], RequestId.unwrap(requestId), "digest");
        Check.equal(signer, accountOf(officeKey(REQUESTER)), "signer");
        Check.equal(recordedSignature, signature, "signature");
    }

    function test_append_everyActCanBeReplayedFromItsEventAlone() public {
        (uint64 seq, bytes32 head) = registry.historyHead();
        History.Head memory registryHead = History.Head({seq: seq, head: head});
        History.Head memory catalogHead;
        History.Head memory sharesHead;
        vm.recordLogs();
        performEveryAct();
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            if (History.isSignature(logs[i])) continue;
            if (logs[i].emitter == address(registry)) registryHead = History.follow(registryHead, logs[i]);
            if (logs[i].emitter == address(catalog)) catalogHead = History.follow(catalogHead, logs[i]);
            if (logs[i].emitter == address(shares)) sharesHead = History.follow(sharesHead, logs[i]);
        }
        expectHead(registry, registryHead, seq + 7);
        expectHead(catalog, catalogHead, 2);
        expectHead(shares, sharesHead, 5);
    }

    /// @dev All eleven signed acts, a request twice, and both orders of governance.
    function performEveryAct() private {
        register(STRANGER, DepartmentKind.Department);
        changeAccounts(accountsChange(STRANGER));
        setStatus(STRANGER, DepartmentStatus.Suspended);
        registry.restoreAccounts(restoration(STRANGER));
        registry.governStatus(statusOrder(STRANGER, DepartmentStatus.Active));
        AccessKeyRegistration memory key = keyRegistration(REQUESTER);
        AccessKeyId keyId = registry.registerAccessKeyBySig(key, byOffice(REQUESTER, digest(key)));
        AccessKeyRevocation memory end = keyRevocation(REQUESTER, keyId);
        registry.revokeAccessKeyBySig(end, byOffice(REQUESTER, digest(end)));
        revoke(revocation(PROVIDER, agree(agreement(openRequest()))));
        refuse(refusal(submitRequest(request(resourceId()))));
    }

    function expectHead(ILedgerHistory ledger, History.Head memory expected, uint64 entries) private view {
        (uint64 seq, bytes32 head) = ledger.historyHead();
        Check.equal(seq, entries, "entries");
        Check.equal(expected.seq, seq, "replayed entries");
        Check.equal(expected.head, head, "replayed head");
    }
}
