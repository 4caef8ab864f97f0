// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev What {SignatureChecker} takes as a signer: an address (20 bytes), or an ERC-7913 verifier and then a key.
library SignerBytes {
    /// @dev Keys of every known kind fit, RSA of 4,096 bits too; and a log with three of them in a line of evidence.
    uint256 internal constant MAX_BYTES = 1_024;

    function isAccount(bytes memory signer) internal pure returns (bool) {
        return signer.length >= 20 && signer.length <= MAX_BYTES && bytes20(signer) != 0;
    }

    /// @dev Precompiles have no code, and identity (0x04) answers a call with the very bytes that mean "valid".
    function lacksVerifier(bytes memory signer) internal view returns (bool) {
        return signer.length > 20 && address(bytes20(signer)).code.length == 0;
    }
}
