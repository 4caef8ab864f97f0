// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {MultiSignerERC7913} from "@openzeppelin/contracts/utils/cryptography/signers/MultiSignerERC7913.sol";

/**
 * @title DepartmentAccount
 * @notice An account of a department with several officers, of whom `threshold` must sign. Officers and threshold never
 * change: after a change of officers an authority gives the department a new account.
 * @dev An officer is an address (20 bytes) or an ERC-7913 signer (verifier address, then the key), for example a P-256
 * key or a passkey. Acts name the acting department, so the same officer in two accounts cannot be replayed.
 */
contract DepartmentAccount is MultiSignerERC7913, IERC1271 {
    /**
     * @dev Requirements: no officer twice, each at least 20 bytes; `officerThreshold` from 1 to the number of officers.
     */
    constructor(bytes[] memory officers, uint64 officerThreshold) MultiSignerERC7913(officers, officerThreshold) {}

    /// @inheritdoc IERC1271
    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4 magicValue) {
        if (_rawSignatureValidation(hash, signature)) return IERC1271.isValidSignature.selector;
        return 0xffffffff;
    }
}
