// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {DepartmentRegistry} from "../../../contracts/DepartmentRegistry.sol";
import {Directory} from "../../../contracts/Directory.sol";
import {
    AccessKeyRegistration,
    AccessKeyRevocation,
    DepartmentAccountsChange,
    DepartmentKind,
    DepartmentRegistration,
    DepartmentStatus,
    DepartmentStatusChange
} from "../../../contracts/interfaces/IDepartmentRegistry.sol";
import {ResourcePublication, ResourceSubmission, ShareClass} from "../../../contracts/interfaces/IResourceCatalog.sol";
import {
    GrantRevocation,
    ShareAgreement,
    ShareRefusal,
    ShareRequest
} from "../../../contracts/interfaces/IShareLedger.sol";
import {ResourceCatalog} from "../../../contracts/ResourceCatalog.sol";
import {ShareLedger} from "../../../contracts/ShareLedger.sol";
import {
    AccessKeyId,
    DepartmentId,
    GrantId,
    HashAlgorithm,
    KeyAlgorithm,
    RequestId,
    ResourceId
} from "../../../contracts/types/Ids.sol";
import "./ActTypes.sol";
import {vm} from "./Vm.sol";

/// @dev A ledger with one department of each kind, two of kind Department, and a factory and a signer for each act.
abstract contract LedgerFixture {
    DepartmentId internal constant AUTHORITY = DepartmentId.wrap("11990100MB00000L2J");
    DepartmentId internal constant PROVIDER = DepartmentId.wrap("11990100MB0000019L");
    DepartmentId internal constant REQUESTER = DepartmentId.wrap("11990100MB00000435");
    DepartmentId internal constant REGULATOR = DepartmentId.wrap("11990100MB00000P5Y");
    DepartmentId internal constant GOVERNMENT = DepartmentId.wrap("11990000MB00000M08");
    DepartmentId internal constant OPERATOR = DepartmentId.wrap("12990100MB00000F3D");
    DepartmentId internal constant STRANGER = DepartmentId.wrap("13990100MB00000HXW");
    DepartmentId internal constant NOBODY = DepartmentId.wrap(bytes18(0));

    bytes32 internal constant CODE_HASH = keccak256("population-base");
    bytes32 internal constant DOCUMENT = sha256("document");
    bytes32 internal constant REASON = "PURPOSE_NOT_COVERED";
    uint64 internal constant NOW = 1_790_000_000;
    uint64 internal constant DEADLINE = NOW + 1 hours;

    AccessManager internal manager;
    DepartmentRegistry internal registry;
    ResourceCatalog internal catalog;
    ShareLedger internal shares;
    Directory internal directory;

    uint192 private _nonceKey;

    function deployLedger() internal {
        vm.warp(NOW);
        manager = new AccessManager(address(this));
        registry = new DepartmentRegistry(address(manager));
        catalog = new ResourceCatalog(registry);
        shares = new ShareLedger(registry, catalog);
        directory = new Directory(address(manager));
        registry.admitAuthority(registration(AUTHORITY, DepartmentKind.Authority));
        register(PROVIDER, DepartmentKind.Department);
        register(REQUESTER, DepartmentKind.Department);
        register(REGULATOR, DepartmentKind.Regulator);
        register(GOVERNMENT, DepartmentKind.Government);
        register(OPERATOR, DepartmentKind.Operator);
    }

    // ----- keys and signatures

    function officeKey(DepartmentId department) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(department, "office"))) >> 1;
    }

    function headKey(DepartmentId department) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(department, "head"))) >> 1;
    }

    function accountOf(uint256 key) internal pure returns (bytes memory) {
        return abi.encodePacked(vm.addr(key));
    }

    function nextNonce() internal returns (uint256) {
        return uint256(++_nonceKey) << 64;
    }

    function digestOf(
        address verifyingContract,
        string memory name,
        string memory typeText,
        bytes memory act
    ) internal view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256(bytes(name)),
                keccak256("1"),
                block.chainid,
                verifyingContract
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, vm.eip712HashStruct(typeText, act)));
    }

    function digest(DepartmentRegistration memory act) internal view returns (bytes32) {
        return digestOf(address(registry), "DepartmentRegistry", REGISTRATION_TYPE, abi.encode(act));
    }

    function digest(DepartmentAccountsChange memory act) internal view returns (bytes32) {
        return digestOf(address(registry), "DepartmentRegistry", ACCOUNTS_CHANGE_TYPE, abi.encode(act));
    }

    function digest(DepartmentStatusChange memory act) internal view returns (bytes32) {
        return digestOf(address(registry), "DepartmentRegistry", STATUS_CHANGE_TYPE, abi.encode(act));
    }

    function digest(AccessKeyRegistration memory act) internal view returns (bytes32) {
        return digestOf(address(registry), "DepartmentRegistry", KEY_REGISTRATION_TYPE, abi.encode(act));
    }

    function digest(AccessKeyRevocation memory act) internal view returns (bytes32) {
        return digestOf(address(registry), "DepartmentRegistry", KEY_REVOCATION_TYPE, abi.encode(act));
    }

    function digest(ResourceSubmission memory act) internal view returns (bytes32) {
        return digestOf(address(catalog), "ResourceCatalog", SUBMISSION_TYPE, abi.encode(act));
    }

    function digest(ResourcePublication memory act) internal view returns (bytes32) {
        return digestOf(address(catalog), "ResourceCatalog", PUBLICATION_TYPE, abi.encode(act));
    }

    function digest(ShareRequest memory act) internal view returns (bytes32) {
        return digestOf(address(shares), "ShareLedger", REQUEST_TYPE, abi.encode(act));
    }

    function digest(ShareAgreement memory act) internal view returns (bytes32) {
        return digestOf(address(shares), "ShareLedger", AGREEMENT_TYPE, abi.encode(act));
    }

    function digest(ShareRefusal memory act) internal view returns (bytes32) {
        return digestOf(address(shares), "ShareLedger", REFUSAL_TYPE, abi.encode(act));
    }

    function digest(GrantRevocation memory act) internal view returns (bytes32) {
        return digestOf(address(shares), "ShareLedger", REVOCATION_TYPE, abi.encode(act));
    }

    function signed(uint256 key, bytes32 actDigest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, actDigest);
        return abi.encodePacked(r, s, v);
    }

    function byOffice(DepartmentId department, bytes32 actDigest) internal pure returns (bytes memory) {
        return signed(officeKey(department), actDigest);
    }

    function byHead(DepartmentId department, bytes32 actDigest) internal pure returns (bytes memory) {
        return signed(headKey(department), actDigest);
    }

    // ----- acts that are valid as they come

    function registration(
        DepartmentId department,
        DepartmentKind kind
    ) internal returns (DepartmentRegistration memory) {
        return
            DepartmentRegistration({
                authority: AUTHORITY,
                department: department,
                kind: kind,
                superior: NOBODY,
                region: "990100",
                office: accountOf(officeKey(department)),
                head: accountOf(headKey(department)),
                nonce: nextNonce(),
                expiresAt: DEADLINE
            });
    }

    function accountsChange(DepartmentId department) internal returns (DepartmentAccountsChange memory) {
        return
            DepartmentAccountsChange({
                authority: AUTHORITY,
                department: department,
                office: abi.encodePacked(address(0xa1)),
                head: abi.encodePacked(address(0xa2)),
                nonce: nextNonce(),
                expiresAt: DEADLINE
            });
    }

    function statusChange(
        DepartmentId department,
        DepartmentStatus status
    ) internal returns (DepartmentStatusChange memory) {
        return
            DepartmentStatusChange({
                authority: AUTHORITY,
                department: department,
                status: status,
                reasonCode: REASON,
                nonce: nextNonce(),
                expiresAt: DEADLINE
            });
    }

    function keyRegistration(DepartmentId department) internal returns (AccessKeyRegistration memory) {
        return
            AccessKeyRegistration({
                department: department,
                algorithm: KeyAlgorithm.Ed25519,
                publicKey: abi.encodePacked(keccak256(abi.encode(department, _nonceKey))),
                notBefore: NOW,
                notAfter: NOW + 365 days,
                nonce: nextNonce(),
                expiresAt: DEADLINE
            });
    }

    function keyRevocation(DepartmentId department, AccessKeyId keyId) internal returns (AccessKeyRevocation memory) {
        return AccessKeyRevocation({department: department, keyId: keyId, nonce: nextNonce(), expiresAt: DEADLINE});
    }

    function submission(ShareClass shareClass) internal returns (ResourceSubmission memory) {
        return
            ResourceSubmission({
                provider: PROVIDER,
                codeHash: CODE_HASH,
                version: 1,
                shareClass: shareClass,
                level: 3,
                fieldCount: 8,
                conditionsHash: shareClass == ShareClass.Conditional ? keccak256("conditions") : bytes32(0),
                denyBasisHash: shareClass == ShareClass.Denied ? keccak256("law") : bytes32(0),
                documentHash: DOCUMENT,
                hashAlgorithm: HashAlgorithm.Sha256,
                nonce: nextNonce(),
                expiresAt: DEADLINE
            });
    }

    function publication(ResourceId id) internal returns (ResourcePublication memory) {
        return
            ResourcePublication({
                authority: AUTHORITY,
                resourceId: id,
                version: 1,
                documentHash: DOCUMENT,
                nonce: nextNonce(),
                expiresAt: DEADLINE
            });
    }

    function request(ResourceId id) internal returns (ShareRequest memory) {
        return
            ShareRequest({
                requester: REQUESTER,
                resourceId: id,
                resourceVersion: 1,
                fields: 0x0f,
                notBefore: NOW,
                notAfter: NOW + 30 days,
                documentHash: DOCUMENT,
                hashAlgorithm: HashAlgorithm.Sha256,
                nonce: nextNonce(),
                expiresAt: DEADLINE
            });
    }

    function agreement(RequestId requestId) internal returns (ShareAgreement memory) {
        return
            ShareAgreement({
                provider: PROVIDER,
                requestId: requestId,
                fields: 0x07,
                notBefore: NOW + 1 days,
                notAfter: NOW + 20 days,
                documentHash: DOCUMENT,
                hashAlgorithm: HashAlgorithm.Sha256,
                nonce: nextNonce(),
                expiresAt: DEADLINE
            });
    }

    function refusal(RequestId requestId) internal returns (ShareRefusal memory) {
        return
            ShareRefusal({
                provider: PROVIDER,
                requestId: requestId,
                reasonCode: REASON,
                documentHash: DOCUMENT,
                hashAlgorithm: HashAlgorithm.Sha256,
                nonce: nextNonce(),
                expiresAt: DEADLINE
            });
    }

    function revocation(DepartmentId department, GrantId grantId) internal returns (GrantRevocation memory) {
        return
            GrantRevocation({
                department: department,
                grantId: grantId,
                reasonCode: REASON,
                documentHash: DOCUMENT,
                hashAlgorithm: HashAlgorithm.Sha256,
                nonce: nextNonce(),
                expiresAt: DEADLINE
            });
    }

    // ----- steps

    function register(DepartmentId department, DepartmentKind kind) internal {
        DepartmentRegistration memory act = registration(department, kind);
        registry.registerDepartmentBySig(act, byOffice(AUTHORITY, digest(act)));
    }

    function setStatus(DepartmentId department, DepartmentStatus status) internal {
        DepartmentStatusChange memory act = statusChange(department, status);
        registry.changeDepartmentStatusBySig(act, byOffice(AUTHORITY, digest(act)));
    }

    /// @dev The id of the resource that {submission} enters.
    function resourceId() internal pure returns (ResourceId) {
        return ResourceId.wrap(keccak256(abi.encode(PROVIDER, CODE_HASH)));
    }

    function submit(ResourceSubmission memory act) internal returns (ResourceId) {
        return catalog.submitResourceBySig(act, byHead(act.provider, digest(act)));
    }

    function publish(ResourcePublication memory act) internal {
        catalog.publishResourceBySig(act, byOffice(act.authority, digest(act)));
    }

    function publishedResource(ShareClass shareClass) internal returns (ResourceId id) {
        id = submit(submission(shareClass));
        publish(publication(id));
    }

    function submitRequest(ShareRequest memory act) internal returns (RequestId) {
        return shares.submitRequestBySig(act, byOffice(act.requester, digest(act)));
    }

    function openRequest() internal returns (RequestId) {
        return submitRequest(request(publishedResource(ShareClass.Conditional)));
    }

    function agree(ShareAgreement memory act) internal returns (GrantId) {
        return shares.agreeBySig(act, byOffice(act.provider, digest(act)));
    }

    function refuse(ShareRefusal memory act) internal {
        shares.refuseBySig(act, byOffice(act.provider, digest(act)));
    }

    function revoke(GrantRevocation memory act) internal {
        shares.revokeBySig(act, byOffice(act.department, digest(act)));
    }
}
