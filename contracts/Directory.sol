// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IDirectory} from "./interfaces/IDirectory.sol";
import {ILedgerHistory} from "./interfaces/ILedgerHistory.sol";
import {LedgerHistory} from "./LedgerHistory.sol";

/**
 * @title Directory
 * @dev See {IDirectory}.
 */
contract Directory is LedgerHistory, AccessManaged, IDirectory {
    mapping(bytes32 name => address[] accounts) private _versions;
    mapping(address account => bool listed) private _listed;

    constructor(address accessManager) AccessManaged(accessManager) {}

    /// @inheritdoc IDirectory
    function list(bytes32 name, address account) external restricted returns (uint32 version) {
        require(account.code.length != 0, DirectoryNotAContract(account));
        require(!_listed[account], DirectoryAlreadyListed(account));

        _listed[account] = true;
        _versions[name].push(account);
        version = versionsOf(name);
        uint64 recordedAt = _now();
        bytes32 actHash = keccak256(abi.encode(ContractListed.selector, name, version, account, recordedAt));
        (uint64 seq, bytes32 head) = _append(actHash);
        emit ContractListed(name, version, account, recordedAt, seq, head);
    }

    /// @inheritdoc IDirectory
    function addressOf(bytes32 name, uint32 version) external view returns (address) {
        require(version != 0 && version <= versionsOf(name), DirectoryUnknownVersion(name, version));
        return _versions[name][version - 1];
    }

    /// @inheritdoc IDirectory
    function versionsOf(bytes32 name) public view returns (uint32) {
        return uint32(_versions[name].length);
    }

    /// @inheritdoc IDirectory
    function headsOf(address[] calldata accounts) external view returns (Head[] memory heads) {
        heads = new Head[](accounts.length + 1);
        heads[0] = _headOf(address(this));
        for (uint256 i = 0; i < accounts.length; ++i) {
            heads[i + 1] = _headOf(accounts[i]);
        }
    }

    function _headOf(address account) private view returns (Head memory) {
        (uint64 seq, bytes32 head) = ILedgerHistory(account).historyHead();
        return Head({account: account, seq: seq, head: head});
    }
}
