// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {MultiSignerERC7913} from "@openzeppelin/contracts/utils/cryptography/signers/MultiSignerERC7913.sol";
import {IDepartmentAccount} from "./interfaces/IDepartmentAccount.sol";
import {SignerBytes} from "./libraries/SignerBytes.sol";

/**
 * @title DepartmentAccount
 * @notice See {IDepartmentAccount}.
 * @dev An officer is an address (20 bytes) or an ERC-7913 signer (verifier address, then the key), for example a P-256
 * key or a passkey. Acts name the acting department, so the same officer in two accounts cannot be replayed.
 */
contract DepartmentAccount is MultiSignerERC7913, IDepartmentAccount {
    /**
     * @dev Requirements: no officer twice, each at least 20 bytes; every verifier has code; `officerThreshold` from 1
     * to the number of officers.
     */
    constructor(bytes[] memory officers, uint64 officerThreshold) MultiSignerERC7913(officers, officerThreshold) {
        for (uint256 i = 0; i < officers.length; ++i) {
            require(!SignerBytes.lacksVerifier(officers[i]), DepartmentAccountVerifierMissing(officers[i]));
        }
    }

    /// @inheritdoc IERC1271
    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4 magicValue) {
        if (_rawSignatureValidation(hash, signature)) return IERC1271.isValidSignature.selector;
        return 0xffffffff;
    }
}
