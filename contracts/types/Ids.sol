// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev The 18 ASCII characters of a unified social credit code (GB 32100-2015).
type DepartmentId is bytes18;

/// @dev `keccak256(abi.encode(provider, codeHash))`, see {ResourceKeyLib-toId}.
type ResourceId is bytes32;

/// @dev The EIP-712 digest of the `ShareRequest` act that created the request.
type RequestId is bytes32;

/// @dev `keccak256(abi.encode(terms))`, see {GrantTermsLib-toId}: a grant id commits to all of its terms.
type GrantId is bytes32;

/// @dev The EIP-712 digest of the act that opened the correction or the dispute.
type CaseId is bytes32;

/// @dev `keccak256(abi.encode(department, algorithm, publicKey))`, see {AccessKeyLib-toId}.
type AccessKeyId is bytes32;

/// @dev `keccak256(abi.encode(algorithm, publicKey))` of the key that signs a gateway's log, see {GatewayKeyLib-toId}.
type GatewayId is bytes32;

/// @dev How a document was hashed. `Keccak256` and `Sm3` are reserved and refused until the gateway can check them.
enum HashAlgorithm {
    None,
    Sha256,
    Keccak256,
    Sm3
}

/// @dev Signature algorithm of an access key: RFC 9421 section 3.3.6 (Ed25519) and 3.3.4 (ECDSA P-256 with SHA-256).
enum KeyAlgorithm {
    None,
    Ed25519,
    EcdsaP256
}

using {equals as ==, notEquals as !=} for DepartmentId global;

function equals(DepartmentId a, DepartmentId b) pure returns (bool) {
    return DepartmentId.unwrap(a) == DepartmentId.unwrap(b);
}

function notEquals(DepartmentId a, DepartmentId b) pure returns (bool) {
    return DepartmentId.unwrap(a) != DepartmentId.unwrap(b);
}
