// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Base64} from "@openzeppelin/contracts/utils/Base64.sol";
import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";
import {vm} from "./Vm.sol";

/// @dev One officer of a department account: how it is named there and what it signed.
struct OfficerSignature {
    bytes signer;
    bytes signature;
}

/// @dev Signatures of officers of all three kinds, and their combination in the layout of {MultiSignerERC7913}.
library Officers {
    function ofAddress(uint256 key) internal pure returns (bytes memory) {
        return abi.encodePacked(vm.addr(key));
    }

    function ofP256(address verifier, uint256 key) internal pure returns (bytes memory) {
        (uint256 x, uint256 y) = vm.publicKeyP256(key);
        return abi.encodePacked(verifier, x, y);
    }

    function signByAddress(uint256 key, bytes32 digest) internal pure returns (OfficerSignature memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return OfficerSignature({signer: ofAddress(key), signature: abi.encodePacked(r, s, v)});
    }

    function signByP256(address verifier, uint256 key, bytes32 digest) internal pure returns (OfficerSignature memory) {
        (bytes32 r, bytes32 s) = lowS(key, digest);
        return OfficerSignature({signer: ofP256(verifier, key), signature: abi.encodePacked(r, s)});
    }

    /// @dev As a browser does: the authenticator signs the hash of what the browser says that it was asked.
    function signByPasskey(
        address verifier,
        uint256 key,
        bytes32 digest
    ) internal pure returns (OfficerSignature memory) {
        bytes memory authenticatorData = abi.encodePacked(sha256("dxl.example"), bytes1(0x05), uint32(1));
        string memory clientDataJSON = string.concat(
            '{"type":"webauthn.get","challenge":"',
            Base64.encodeURL(abi.encodePacked(digest)),
            '","origin":"https://dxl.example","crossOrigin":false}'
        );
        (bytes32 r, bytes32 s) = lowS(key, sha256(abi.encodePacked(authenticatorData, sha256(bytes(clientDataJSON)))));
        // The members of `WebAuthnAuth` in order: r, s, challengeIndex, typeIndex, authenticatorData, clientDataJSON.
        bytes memory assertion = abi.encode(r, s, uint256(23), uint256(1), authenticatorData, clientDataJSON);
        return OfficerSignature({signer: ofP256(verifier, key), signature: assertion});
    }

    function together(
        OfficerSignature memory first,
        OfficerSignature memory second
    ) internal pure returns (bytes memory) {
        bytes[] memory signers = new bytes[](2);
        bytes[] memory signatures = new bytes[](2);
        (signers[0], signers[1]) = (first.signer, second.signer);
        (signatures[0], signatures[1]) = (first.signature, second.signature);
        return abi.encode(signers, signatures);
    }

    function alone(OfficerSignature memory only) internal pure returns (bytes memory) {
        bytes[] memory signers = new bytes[](1);
        bytes[] memory signatures = new bytes[](1);
        (signers[0], signatures[0]) = (only.signer, only.signature);
        return abi.encode(signers, signatures);
    }

    /// @dev Authenticators do not normalise `s`; the contracts take only the lower of the two.
    function lowS(uint256 key, bytes32 digest) private pure returns (bytes32 r, bytes32 s) {
        (r, s) = vm.signP256(key, digest);
        if (uint256(s) > P256.N / 2) s = bytes32(P256.N - uint256(s));
    }
}
