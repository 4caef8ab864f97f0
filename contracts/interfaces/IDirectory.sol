// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerHistory} from "./ILedgerHistory.sol";

/**
 * @title IDirectory
 * @notice Which contracts make up the ledger. Contracts are immutable: a new version is a new address listed here, and
 * the old one stays valid.
 */
interface IDirectory is ILedgerHistory {
    struct Head {
        address account;
        uint64 seq;
        bytes32 head;
    }

    event ContractListed(
        bytes32 indexed name,
        uint32 indexed version,
        address indexed account,
        uint64 recordedAt,
        uint64 seq,
        bytes32 head
    );

    /// @notice The address holds no code.
    error DirectoryNotAContract(address account);
    error DirectoryAlreadyListed(address account);
    error DirectoryUnknownVersion(bytes32 name, uint32 version);

    /// @notice Lists the next version of `name`. Only the administrator. Emits {ContractListed}.
    function list(bytes32 name, address account) external returns (uint32 version);

    /// @notice Address of `version` of `name`, versions counting from 1.
    function addressOf(bytes32 name, uint32 version) external view returns (address);

    /// @notice Number of versions of `name`.
    function versionsOf(bytes32 name) external view returns (uint32);

    /// @notice History heads of this directory and of `accounts`, in that order, all in one call.
    function headsOf(address[] calldata accounts) external view returns (Head[] memory);
}
