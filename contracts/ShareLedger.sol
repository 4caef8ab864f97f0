// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {DepartmentKind, DepartmentStatus, IDepartmentRegistry} from "./interfaces/IDepartmentRegistry.sol";
import {IResourceCatalog, ShareClass} from "./interfaces/IResourceCatalog.sol";
import {
    GrantRevocation,
    GrantStatus,
    IShareLedger,
    RequestStatus,
    ShareAgreement,
    ShareRefusal,
    ShareRequest
} from "./interfaces/IShareLedger.sol";
import {DepartmentRole} from "./interfaces/ISignedActs.sol";
import {ShareActHash} from "./libraries/ShareActHash.sol";
import {SignedActs} from "./SignedActs.sol";
import {GrantTerms, GrantTermsLib} from "./types/GrantTerms.sol";
import {DepartmentId, GrantId, RequestId, ResourceId} from "./types/Ids.sol";

/**
 * @title ShareLedger
 * @dev See {IShareLedger}.
 */
contract ShareLedger is SignedActs, IShareLedger {
    using GrantTermsLib for GrantTerms;
    using ShareActHash for ShareRequest;
    using ShareActHash for ShareAgreement;
    using ShareActHash for ShareRefusal;
    using ShareActHash for GrantRevocation;

    IDepartmentRegistry private immutable _registry;
    IResourceCatalog private immutable _catalog;

    mapping(RequestId requestId => Request) private _requests;
    mapping(GrantId grantId => Grant) private _grants;

    constructor(IDepartmentRegistry registry, IResourceCatalog catalog) EIP712("ShareLedger", "1") {
        _registry = registry;
        _catalog = catalog;
    }

    /// @inheritdoc IShareLedger
    function submitRequestBySig(
        ShareRequest calldata act,
        bytes calldata signature
    ) external returns (RequestId requestId) {
        Approval memory approval = _approve(
            act.requester,
            act.structHash(),
            act.nonce,
            act.expiresAt,
            false,
            signature
        );
        bool mayRequest = approval.kind == DepartmentKind.Department || approval.kind == DepartmentKind.Authority;
        require(mayRequest, ShareLedgerNotRequester(act.requester));
        // The digest holds the nonce that was just consumed, so no other request can have this id.
        requestId = RequestId.wrap(approval.actDigest);
        uint64 seq = _submitRequest(requestId, act);
        emit ActSigned(seq, approval.actDigest, approval.signer, signature);
    }

    /// @inheritdoc IShareLedger
    function agreeBySig(ShareAgreement calldata act, bytes calldata signature) external returns (GrantId grantId) {
        Approval memory approval = _approve(act.provider, act.structHash(), act.nonce, act.expiresAt, false, signature);
        uint64 seq;
        (grantId, seq) = _agree(act);
        emit ActSigned(seq, approval.actDigest, approval.signer, signature);
    }

    /// @inheritdoc IShareLedger
    function refuseBySig(ShareRefusal calldata act, bytes calldata signature) external {
        Approval memory approval = _approve(act.provider, act.structHash(), act.nonce, act.expiresAt, false, signature);
        uint64 seq = _refuse(act);
        emit ActSigned(seq, approval.actDigest, approval.signer, signature);
    }

    /// @inheritdoc IShareLedger
    function revokeBySig(GrantRevocation calldata act, bytes calldata signature) external {
        Approval memory approval = _approve(
            act.department,
            act.structHash(),
            act.nonce,
            act.expiresAt,
            true,
            signature
        );
        uint64 seq = _revoke(act, approval.kind);
        emit ActSigned(seq, approval.actDigest, approval.signer, signature);
    }

    /// @inheritdoc IShareLedger
    function requestOf(RequestId requestId) external view returns (Request memory) {
        return _requests[requestId];
    }

    /// @inheritdoc IShareLedger
    function grantOf(GrantId grantId) external view returns (Grant memory) {
        return _grants[grantId];
    }

    function _signerOf(
        DepartmentId department,
        DepartmentRole role
    ) internal view override returns (bytes memory account, DepartmentKind kind, DepartmentStatus status) {
        return _registry.signerOf(department, role);
    }

    /// @dev All acts of this contract are signed by an office.
    function _approve(
        DepartmentId department,
        bytes32 structHash,
        uint256 nonce,
        uint64 expiresAt,
        bool evenIfSuspended,
        bytes calldata signature
    ) private returns (Approval memory) {
        return
            _authenticate(
                Act({
                    department: department,
                    role: DepartmentRole.Office,
                    structHash: structHash,
                    nonce: nonce,
                    expiresAt: expiresAt,
                    evenIfSuspended: evenIfSuspended
                }),
                signature
            );
    }

    function _submitRequest(RequestId requestId, ShareRequest calldata act) private returns (uint64 seq) {
        _checkRequest(act);
        _requests[requestId] = Request({
            status: RequestStatus.Submitted,
            requester: act.requester,
            resourceId: act.resourceId,
            resourceVersion: act.resourceVersion,
            notBefore: act.notBefore,
            notAfter: act.notAfter,
            fields: act.fields
        });

        uint64 recordedAt = _now();
        bytes32 actHash = keccak256(
            abi.encode(ShareRequested.selector, requestId, act.requester, act.resourceId, act, recordedAt)
        );
        bytes32 head;
        (seq, head) = _append(actHash);
        emit ShareRequested(requestId, act.requester, act.resourceId, act, recordedAt, seq, head);
    }

    function _agree(ShareAgreement calldata act) private returns (GrantId grantId, uint64 seq) {
        Request storage request = _openRequest(act.requestId, act.provider);
        (, , DepartmentStatus status) = _signerOf(request.requester, DepartmentRole.Office);
        bool isActive = status == DepartmentStatus.Active;
        require(isActive, ShareLedgerRequesterNotActive(act.requestId, request.requester));
        _checkNotDenied(request.resourceId);
        _checkFields(act.fields, request.fields);
        bool isWithin = act.notBefore >= request.notBefore && act.notAfter <= request.notAfter;
        require(isWithin, ShareLedgerInvalidWindow(act.notBefore, act.notAfter));
        _checkWindow(act.notBefore, act.notAfter);
        _checkDocument(act.documentHash, act.hashAlgorithm);
        grantId = GrantTerms({
            requestId: act.requestId,
            fields: act.fields,
            notBefore: act.notBefore,
            notAfter: act.notAfter,
            documentHash: act.documentHash,
            hashAlgorithm: act.hashAlgorithm
        }).toId();
        request.status = RequestStatus.Agreed;
        _grants[grantId] = Grant({status: GrantStatus.Active, provider: act.provider, requestId: act.requestId});
        seq = _recordGrant(grantId, request, act);
    }

    function _recordGrant(
        GrantId grantId,
        Request storage request,
        ShareAgreement calldata act
    ) private returns (uint64 seq) {
        DepartmentId requester = request.requester;
        ResourceId resourceId = request.resourceId;
        uint32 version = request.resourceVersion;
        uint64 recordedAt = _now();
        bytes32 actHash = keccak256(
            abi.encode(GrantIssued.selector, grantId, requester, resourceId, version, act, recordedAt)
        );
        bytes32 head;
        (seq, head) = _append(actHash);
        emit GrantIssued(grantId, requester, resourceId, version, act, recordedAt, seq, head);
    }

    function _refuse(ShareRefusal calldata act) private returns (uint64 seq) {
        Request storage request = _openRequest(act.requestId, act.provider);
        require(act.reasonCode != 0, ShareLedgerReasonMissing());
        _checkDocument(act.documentHash, act.hashAlgorithm);
        request.status = RequestStatus.Refused;

        uint64 recordedAt = _now();
        bytes32 actHash = keccak256(
            abi.encode(ShareRefused.selector, act.requestId, act.provider, act.reasonCode, act, recordedAt)
        );
        bytes32 head;
        (seq, head) = _append(actHash);
        emit ShareRefused(act.requestId, act.provider, act.reasonCode, act, recordedAt, seq, head);
    }

    function _revoke(GrantRevocation calldata act, DepartmentKind kind) private returns (uint64 seq) {
        Grant storage grant = _grants[act.grantId];
        require(grant.status == GrantStatus.Active, ShareLedgerUnexpectedGrantStatus(act.grantId, grant.status));
        bool mayRevoke =
            grant.provider == act.department || kind == DepartmentKind.Authority || kind == DepartmentKind.Regulator;
        require(mayRevoke, ShareLedgerNotRevoker(act.grantId, act.department));
        require(act.reasonCode != 0, ShareLedgerReasonMissing());
        _checkDocument(act.documentHash, act.hashAlgorithm);
        grant.status = GrantStatus.Revoked;

        uint64 recordedAt = _now();
        bytes32 actHash = keccak256(
            abi.encode(GrantRevoked.selector, act.grantId, act.department, act.reasonCode, act, recordedAt)
        );
        bytes32 head;
        (seq, head) = _append(actHash);
        emit GrantRevoked(act.grantId, act.department, act.reasonCode, act, recordedAt, seq, head);
    }

    function _checkRequest(ShareRequest calldata act) private view {
        (DepartmentId provider, uint32 publishedVersion) = _catalog.resourceOf(act.resourceId);
        // Only the latest version: an older one may predate a change of class to Denied.
        bool isPublished = act.resourceVersion != 0 && act.resourceVersion == publishedVersion;
        require(isPublished, ShareLedgerResourceNotPublished(act.resourceId, act.resourceVersion));
        require(act.requester != provider, ShareLedgerOwnResource(act.resourceId, act.requester));
        IResourceCatalog.ResourceVersion memory entry = _catalog.versionOf(act.resourceId, act.resourceVersion);
        require(entry.shareClass != ShareClass.Denied, ShareLedgerResourceDenied(act.resourceId));
        _checkFields(act.fields, type(uint256).max >> (256 - entry.fieldCount));
        _checkWindow(act.notBefore, act.notAfter);
        _checkDocument(act.documentHash, act.hashAlgorithm);
    }

    /// @dev The request, still unanswered, if `provider` is the one to answer it.
    function _openRequest(RequestId requestId, DepartmentId provider) private view returns (Request storage request) {
        request = _requests[requestId];
        RequestStatus status = request.status;
        require(status == RequestStatus.Submitted, ShareLedgerUnexpectedRequestStatus(requestId, status));
        (DepartmentId answerer, ) = _catalog.resourceOf(request.resourceId);
        require(provider == answerer, ShareLedgerNotProvider(requestId, provider));
    }

    /// @dev A class may have become Denied after the request was made (I3).
    function _checkNotDenied(ResourceId resourceId) private view {
        (, uint32 publishedVersion) = _catalog.resourceOf(resourceId);
        ShareClass shareClass = _catalog.versionOf(resourceId, publishedVersion).shareClass;
        require(shareClass != ShareClass.Denied, ShareLedgerResourceDenied(resourceId));
    }

    function _checkWindow(uint64 notBefore, uint64 notAfter) private view {
        bool isOpen = notBefore < notAfter && block.timestamp < notAfter;
        require(isOpen, ShareLedgerInvalidWindow(notBefore, notAfter));
    }

    function _checkFields(uint256 fields, uint256 allowed) private pure {
        require(fields != 0 && fields & ~allowed == 0, ShareLedgerInvalidFields(fields, allowed));
    }
}
