// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDepartmentRegistry} from "../../../contracts/interfaces/IDepartmentRegistry.sol";
import {
    IResourceCatalog,
    ResourcePublication,
    ResourceSubmission,
    ShareClass
} from "../../../contracts/interfaces/IResourceCatalog.sol";
import {ILedgerHistory} from "../../../contracts/interfaces/ILedgerHistory.sol";
import {
    GrantRevocation,
    GrantStatus,
    IShareLedger,
    RequestStatus,
    ShareAgreement,
    ShareRefusal,
    ShareRequest
} from "../../../contracts/interfaces/IShareLedger.sol";
import {DepartmentId, GrantId, RequestId, ResourceId} from "../../../contracts/types/Ids.sol";
import {History} from "./History.sol";
import {RegistryReplay} from "./RegistryReplay.sol";
import {Vm} from "./Vm.sol";

/// @dev The state of the ledger as a reader of events has it, with what the invariants want to know of each entry.
contract LedgerReplay is RegistryReplay {
    struct Submission {
        ResourceId resourceId;
        uint32 version;
    }

    struct RequestEntry {
        RequestStatus status;
        ShareRequest act;
        bytes32 refusalReason;
        bytes32 refusalDocument;
    }

    struct GrantEntry {
        GrantStatus status;
        ShareAgreement act;
        // What the catalogue announced last when the grant was issued.
        ShareClass classWhenIssued;
        bytes officeWhenIssued;
        bytes signer;
    }

    address private immutable _registry;
    address private immutable _catalog;
    address private immutable _shares;

    mapping(address ledger => History.Head) public headOf;
    mapping(address ledger => uint64) public signaturesOf;
    mapping(ResourceId resourceId => mapping(uint32 version => ShareClass)) public classOf;
    mapping(ResourceId resourceId => uint32) public publishedVersionOf;
    mapping(RequestId requestId => RequestEntry) private _requests;
    mapping(GrantId grantId => GrantEntry) private _grants;

    Submission[] private _submissions;
    RequestId[] private _requestIds;
    GrantId[] private _grantIds;
    DepartmentId[] private _actors;

    constructor(IDepartmentRegistry registry, IResourceCatalog catalog, IShareLedger shares) {
        (_registry, _catalog, _shares) = (address(registry), address(catalog), address(shares));
    }

    function read(Vm.Log[] calldata logs) external {
        for (uint256 i = 0; i < logs.length; ++i) {
            bool ours = logs[i].emitter == _registry || logs[i].emitter == _catalog || logs[i].emitter == _shares;
            if (!ours) continue;
            bytes32 topic = logs[i].topics[0];
            if (topic == ILedgerHistory.ActSigned.selector) _readSignature(logs[i]);
            else if (logs[i].topics.length > 1) _readEntry(logs[i]);
        }
    }

    function submissionCount() external view returns (uint256) {
        return _submissions.length;
    }

    function submissionAt(uint256 index) external view returns (ResourceId, uint32) {
        return (_submissions[index].resourceId, _submissions[index].version);
    }

    function requestCount() external view returns (uint256) {
        return _requestIds.length;
    }

    function requestAt(uint256 index) external view returns (RequestId) {
        return _requestIds[index];
    }

    function requestEntry(RequestId requestId) external view returns (RequestEntry memory) {
        return _requests[requestId];
    }

    function grantCount() external view returns (uint256) {
        return _grantIds.length;
    }

    function grantAt(uint256 index) external view returns (GrantId) {
        return _grantIds[index];
    }

    function grantEntry(GrantId grantId) external view returns (GrantEntry memory) {
        return _grants[grantId];
    }

    /// @dev Departments that provided, announced, requested, answered or revoked, in order.
    function actors() external view returns (DepartmentId[] memory) {
        return _actors;
    }

    function _readSignature(Vm.Log calldata log) private {
        ++signaturesOf[log.emitter];
        require(uint256(log.topics[1]) == headOf[log.emitter].seq, "signature of another entry");
        if (log.emitter != _shares || _grantIds.length == 0) return;
        GrantEntry storage last = _grants[_grantIds[_grantIds.length - 1]];
        if (last.signer.length == 0) (last.signer, ) = abi.decode(log.data, (bytes, bytes));
    }

    function _readEntry(Vm.Log calldata log) private {
        bytes32 topic = log.topics[0];
        if (topic == keccak256("EIP712DomainChanged()")) return;
        if (topic == keccak256("AuthorityUpdated(address)")) return;
        headOf[log.emitter] = History.follow(headOf[log.emitter], log);
        if (log.emitter == _registry) _readRegistryEntry(log);
        else if (topic == IResourceCatalog.ResourceSubmitted.selector) _readSubmission(log);
        else if (topic == IResourceCatalog.ResourcePublished.selector) _readPublication(log);
        else if (topic == IShareLedger.ShareRequested.selector) _readRequest(log);
        else if (topic == IShareLedger.GrantIssued.selector) _readGrant(log);
        else if (topic == IShareLedger.ShareRefused.selector) _readRefusal(log);
        else if (topic == IShareLedger.GrantRevoked.selector) _readRevocation(log);
    }

    function _readSubmission(Vm.Log calldata log) private {
        ResourceSubmission memory act = abi.decode(log.data, (ResourceSubmission));
        ResourceId resourceId = ResourceId.wrap(log.topics[1]);
        classOf[resourceId][act.version] = act.shareClass;
        _submissions.push(Submission(resourceId, act.version));
        _actors.push(act.provider);
    }

    function _readPublication(Vm.Log calldata log) private {
        ResourcePublication memory act = abi.decode(log.data, (ResourcePublication));
        publishedVersionOf[act.resourceId] = act.version;
        _actors.push(act.authority);
    }

    function _readRequest(Vm.Log calldata log) private {
        RequestId requestId = RequestId.wrap(log.topics[1]);
        RequestEntry storage entry = _requests[requestId];
        (entry.status, entry.act) = (RequestStatus.Submitted, abi.decode(log.data, (ShareRequest)));
        _requestIds.push(requestId);
        _actors.push(entry.act.requester);
    }

    function _readGrant(Vm.Log calldata log) private {
        GrantId grantId = GrantId.wrap(log.topics[1]);
        ResourceId resourceId = ResourceId.wrap(log.topics[3]);
        (, ShareAgreement memory act) = abi.decode(log.data, (uint32, ShareAgreement));
        GrantEntry storage entry = _grants[grantId];
        require(entry.status == GrantStatus.None, "a grant is issued once");
        (entry.status, entry.act) = (GrantStatus.Active, act);
        entry.classWhenIssued = classOf[resourceId][publishedVersionOf[resourceId]];
        entry.officeWhenIssued = _departments[act.provider].office;
        _requests[act.requestId].status = RequestStatus.Agreed;
        _grantIds.push(grantId);
        _actors.push(act.provider);
    }

    function _readRefusal(Vm.Log calldata log) private {
        ShareRefusal memory act = abi.decode(log.data, (ShareRefusal));
        RequestEntry storage entry = _requests[act.requestId];
        entry.status = RequestStatus.Refused;
        (entry.refusalReason, entry.refusalDocument) = (act.reasonCode, act.documentHash);
        _actors.push(act.provider);
    }

    function _readRevocation(Vm.Log calldata log) private {
        GrantRevocation memory act = abi.decode(log.data, (GrantRevocation));
        require(_grants[act.grantId].status == GrantStatus.Active, "only an active grant is revoked");
        _grants[act.grantId].status = GrantStatus.Revoked;
        _actors.push(act.department);
    }
}
