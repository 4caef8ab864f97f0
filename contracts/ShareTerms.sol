// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DepartmentStatus} from "./interfaces/IDepartmentRegistry.sol";
import {IResourceCatalog, ResourceRestraint, ShareClass} from "./interfaces/IResourceCatalog.sol";
import {IShareLedger, ShareAgreement} from "./interfaces/IShareLedger.sol";
import {RequestKind} from "./interfaces/IShareRequests.sol";
import {DepartmentRole} from "./interfaces/ISignedActs.sol";
import {RegionPrefix} from "./libraries/RegionPrefix.sol";
import {SignedSteps} from "./SignedSteps.sol";
import {GrantId, RequestId, ResourceId} from "./types/Ids.sol";
import {ReasonCodes} from "./types/ReasonCodes.sol";

/// @dev What may be asked for and granted, as part of {ShareLedger}.
abstract contract ShareTerms is SignedSteps, IShareLedger {
    uint16 private constant MOST_DISPOSAL_DAYS = 366;

    IResourceCatalog internal immutable _catalog;

    mapping(RequestId requestId => Request) internal _requests;
    mapping(GrantId grantId => Grant) internal _grants;

    constructor(IResourceCatalog catalog) {
        _catalog = catalog;
    }

    /// @dev What may be granted of a request, now.
    function _checkAgreement(Request storage request, ShareAgreement calldata act) internal view {
        _checkTerms(act.requestId, request, act.fields, act.notBefore, act.notAfter);
        bytes12 asked = request.regionPrefix;
        bool isWithin = RegionPrefix.isValid(act.regionPrefix) && RegionPrefix.isWithin(act.regionPrefix, asked);
        require(isWithin, ShareLedgerInvalidRegion(act.regionPrefix, asked));
        bool isBound = act.conditionsHash == 0 || _arePublished(request, act.conditionsHash);
        require(isBound, ShareLedgerConditionNotPublished(act.requestId, act.conditionsHash));
        bool isBounded = act.disposalDays != 0 && act.disposalDays <= MOST_DISPOSAL_DAYS;
        require(isBounded, ShareLedgerInvalidDisposalDays(act.disposalDays));
        _checkDocument(act.documentHash, act.hashAlgorithm);
    }

    function _checkTerms(
        RequestId requestId,
        Request storage request,
        uint256 fields,
        uint64 notBefore,
        uint64 notAfter
    ) internal view {
        (, , DepartmentStatus status) = _signerOf(request.requester, DepartmentRole.Office);
        bool isActive = status == DepartmentStatus.Active;
        require(isActive, ShareLedgerRequesterNotActive(requestId, request.requester));
        // A class may have become Denied after the request was made (I3).
        _sharedVersion(request.resourceId);
        _checkFields(fields, request.fields);
        bool isWithin = notBefore >= request.notBefore && notAfter <= request.notAfter;
        require(isWithin, ShareLedgerInvalidWindow(notBefore, notAfter));
        _checkWindow(notBefore, notAfter);
    }

    /// @dev A return has no conditions whatever the catalogue says (R27).
    function _arePublished(Request storage request, bytes32 conditionsHash) internal view returns (bool) {
        bytes32 published = _catalog.versionOf(request.resourceId, request.resourceVersion).conditionsHash;
        return request.kind != RequestKind.Reflow && conditionsHash == published;
    }

    /// @dev The resource, if the version published last may be shared (I3) and nothing restrains it.
    function _sharedVersion(
        ResourceId resourceId
    )
        internal
        view
        returns (IResourceCatalog.Resource memory resource, IResourceCatalog.ResourceVersion memory version)
    {
        resource = _catalog.resourceOf(resourceId);
        bool isOpen = resource.publishedVersion != 0 && resource.restraint == ResourceRestraint.None;
        require(isOpen, ShareLedgerResourceNotPublished(resourceId, resource.publishedVersion));
        version = _catalog.versionOf(resourceId, resource.publishedVersion);
        require(version.shareClass != ShareClass.Denied, ShareLedgerResourceDenied(resourceId));
    }

    function _checkWindow(uint64 notBefore, uint64 notAfter) internal view {
        bool isOpen = notBefore < notAfter && block.timestamp < notAfter;
        require(isOpen, ShareLedgerInvalidWindow(notBefore, notAfter));
    }

    function _checkFields(uint256 fields, uint256 allowed) internal pure {
        require(fields != 0 && fields & ~allowed == 0, ShareLedgerInvalidFields(fields, allowed));
    }

    /// @dev A published condition, never for a return (R9, R27), or a law that is cited.
    function _isGrounded(
        Request storage request,
        bytes32 reasonCode,
        bytes32 groundsHash
    ) internal view returns (bool) {
        if (groundsHash == 0) return false;
        if (reasonCode == ReasonCodes.FORBIDDEN_BY_LAW) return true;
        return reasonCode == ReasonCodes.CONDITION_NOT_MET && _arePublished(request, groundsHash);
    }
}
