// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {NoncesKeyed} from "@openzeppelin/contracts/utils/NoncesKeyed.sol";
import {DepartmentKind, DepartmentStatus} from "./interfaces/IDepartmentRegistry.sol";
import {DepartmentRole, ISignedActs} from "./interfaces/ISignedActs.sol";
import {LedgerHistory} from "./LedgerHistory.sol";
import {DepartmentId, HashAlgorithm} from "./types/Ids.sol";

/// @dev Authenticates signed acts. Everything here is about the signer; the sender of the transaction plays no part.
abstract contract SignedActs is LedgerHistory, EIP712, NoncesKeyed, ISignedActs {
    /// @dev What must hold for an act before its content is looked at.
    struct Act {
        DepartmentId department;
        DepartmentRole role;
        bytes32 structHash;
        uint256 nonce;
        uint64 expiresAt;
        // Taking a right away is accepted from a suspended department too, see {IShareLedger-suspendBySig}.
        bool evenIfSuspended;
    }

    /// @dev Who signed what; `cosigner` is empty if one signature is enough.
    struct Approval {
        bytes32 actDigest;
        bytes signer;
        DepartmentKind kind;
        bytes cosigner;
    }

    /// @dev Forty officers with passkeys fit, also in accounts within accounts; and a line of evidence holds it.
    uint256 internal constant MAX_SIGNATURE_BYTES = 32_768;

    /// @inheritdoc ISignedActs
    function nonceOf(DepartmentId department, uint192 key) external view returns (uint256) {
        return nonces(_nonceOwner(department), key);
    }

    /**
     * @dev Consumes the nonce of `act` if its department is active and the account of the role signed it in time.
     *
     * Requirements: `expiresAt` has not passed; the department is known and active (or suspended, if the act allows
     * that); `signature` is one of its account over the EIP-712 digest, of {MAX_SIGNATURE_BYTES} at most; the nonce is
     * the next one under its key.
     */
    function _authenticate(Act memory act, bytes calldata signature) internal returns (Approval memory approval) {
        require(block.timestamp <= act.expiresAt, SignedActsExpired(act.expiresAt, block.timestamp));

        DepartmentStatus status;
        (approval.signer, approval.kind, status) = _signerOf(act.department, act.role);
        bool mayAct =
            status == DepartmentStatus.Active || (act.evenIfSuspended && status == DepartmentStatus.Suspended);
        require(mayAct, SignedActsDepartmentNotActive(act.department));

        approval.actDigest = _hashTypedDataV4(act.structHash);
        _checkSignature(approval.signer, approval.actDigest, signature, act.department, act.role);

        _useCheckedNonce(_nonceOwner(act.department), act.nonce);
    }

    /**
     * @dev A second signature over the act of `approval`: of the officer who made what the first one approves, or of an
     * authority that consents. Its department must be active.
     */
    function _cosign(
        Approval memory approval,
        DepartmentId department,
        DepartmentRole role,
        bytes calldata signature
    ) internal view {
        DepartmentStatus status;
        (approval.cosigner, , status) = _signerOf(department, role);
        require(status == DepartmentStatus.Active, SignedActsDepartmentNotActive(department));
        _checkSignature(approval.cosigner, approval.actDigest, signature, department, role);
    }

    /// @dev Announces the signature behind entry `seq`.
    function _emitSigned(uint64 seq, Approval memory approval, bytes calldata signature) internal {
        emit ActSigned(seq, approval.actDigest, approval.signer, signature);
    }

    /// @dev Announces both signatures behind entry `seq`, in the order in which the function takes them.
    function _emitCosigned(
        uint64 seq,
        Approval memory approval,
        bytes calldata signature,
        bytes calldata cosignature
    ) internal {
        emit ActSigned(seq, approval.actDigest, approval.signer, signature);
        emit ActSigned(seq, approval.actDigest, approval.cosigner, cosignature);
    }

    /// @dev The account of `department` that signs in `role`, as {IDepartmentRegistry-signerOf} answers.
    function _signerOf(
        DepartmentId department,
        DepartmentRole role
    ) internal view virtual returns (bytes memory account, DepartmentKind kind, DepartmentStatus status);

    /// @dev Requires a document hash by an algorithm that the gateway can check.
    function _checkDocument(bytes32 documentHash, HashAlgorithm hashAlgorithm) internal pure {
        require(hashAlgorithm == HashAlgorithm.Sha256, SignedActsHashAlgorithmUnsupported(hashAlgorithm));
        require(documentHash != 0, SignedActsDocumentMissing());
    }

    function _checkSignature(
        bytes memory signer,
        bytes32 actDigest,
        bytes calldata signature,
        DepartmentId department,
        DepartmentRole role
    ) private view {
        uint256 length = signature.length;
        require(length <= MAX_SIGNATURE_BYTES, SignedActsSignatureTooLong(length, MAX_SIGNATURE_BYTES));
        bool valid = SignatureChecker.isValidSignatureNow(signer, actDigest, signature);
        require(valid, SignedActsInvalidSignature(department, role, actDigest));
    }

    /// @dev {NoncesKeyed} counts per address: the code, padded on the right, is no address that anyone can hold.
    function _nonceOwner(DepartmentId department) private pure returns (address) {
        return address(bytes20(DepartmentId.unwrap(department)));
    }
}
