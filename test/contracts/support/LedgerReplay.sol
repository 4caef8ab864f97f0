// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerHistory} from "../../../contracts/interfaces/ILedgerHistory.sol";
import {IWorkingDayCalendar} from "../../../contracts/interfaces/IWorkingDayCalendar.sol";
import {CaseReplay} from "./CaseReplay.sol";
import {History} from "./History.sol";
import {RequestReplay} from "./RequestReplay.sol";
import {Vm} from "./Vm.sol";

/// @dev The state of the ledger as a reader of events has it: registry, catalogue, shares and cases, in this order.
contract LedgerReplay is CaseReplay {
    address[4] private _ledgers;

    mapping(address ledger => History.Head) public headOf;

    constructor(address[4] memory ledgers, IWorkingDayCalendar calendar) RequestReplay(calendar) {
        _ledgers = ledgers;
    }

    function read(Vm.Log[] calldata logs) external {
        for (uint256 i = 0; i < logs.length; ++i) {
            // Not what OpenZeppelin announces when a contract is made.
            if (logs[i].topics.length > 1) _read(logs[i]);
        }
    }

    function _read(Vm.Log calldata log) private {
        address emitter = log.emitter;
        bool isOurs = false;
        for (uint256 i = 0; i < _ledgers.length; ++i) if (emitter == _ledgers[i]) isOurs = true;
        if (!isOurs) return;
        if (log.topics[0] == ILedgerHistory.ActSigned.selector) {
            _check("I8", uint256(log.topics[1]) == headOf[emitter].seq);
            (bytes memory signer, ) = abi.decode(log.data, (bytes, bytes));
            return _see(signer);
        }
        headOf[emitter] = History.follow(headOf[emitter], log);
        if (emitter == _ledgers[0]) _readRegistryEntry(log);
        else if (emitter == _ledgers[1]) _readCatalogEntry(log);
        else if (emitter == _ledgers[2]) _readShareEntry(log);
        else _readCaseEntry(log);
    }
}
