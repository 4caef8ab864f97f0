// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DepartmentKind, IDepartmentRegistry} from "../../contracts/interfaces/IDepartmentRegistry.sol";
import {IResourceCatalog, ShareClass} from "../../contracts/interfaces/IResourceCatalog.sol";
import {ILedgerHistory} from "../../contracts/interfaces/ILedgerHistory.sol";
import {GrantStatus, IShareLedger, RequestStatus} from "../../contracts/interfaces/IShareLedger.sol";
import {AccessKeyId, DepartmentId, GrantId, RequestId, ResourceId} from "../../contracts/types/Ids.sol";
import {Check} from "./support/Check.sol";
import {LedgerHandler} from "./support/LedgerHandler.sol";
import {LedgerReplay} from "./support/LedgerReplay.sol";
import {Vm, vm} from "./support/Vm.sol";

/// @dev The invariants I1-I4, I8 and I11 of the domain rules, after any sequence of acts.
contract LedgerInvariantsTest {
    LedgerHandler private _handler;
    LedgerReplay private _replay;
    IDepartmentRegistry private _registry;
    IResourceCatalog private _catalog;
    IShareLedger private _shares;

    function setUp() public {
        _handler = new LedgerHandler();
        _replay = _handler.replay();
        (_registry, _catalog, _shares) = _handler.ledgers();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @dev I1: behind every grant is an agreed request, answered by the office of the resource's provider.
    function invariant_I1_everyGrantWasAgreedByTheProvidersOffice() public view {
        for (uint256 i = 0; i < _replay.grantCount(); ++i) {
            GrantId grantId = _replay.grantAt(i);
            LedgerReplay.GrantEntry memory entry = _replay.grantEntry(grantId);
            IShareLedger.Request memory request = _shares.requestOf(_shares.grantOf(grantId).requestId);
            (DepartmentId provider, ) = _catalog.resourceOf(request.resourceId);
            Check.isTrue(request.status == RequestStatus.Agreed, "I1: request");
            Check.isTrue(entry.act.provider == provider && request.requester != provider, "I1: provider");
            Check.equal(entry.signer, entry.officeWhenIssued, "I1: signer");
        }
    }

    /// @dev I1: nothing is recorded that another account signed.
    function invariant_I1_noForgeryIsRecorded() public view {
        Check.equal(_handler.forgeries(), 0, "I1: forgery");
    }

    /// @dev I2: granted fields are among those asked for, and these among those of the version; so is the window.
    function invariant_I2_grantsLieWithinTheirRequests() public view {
        for (uint256 i = 0; i < _replay.grantCount(); ++i) {
            LedgerReplay.GrantEntry memory entry = _replay.grantEntry(_replay.grantAt(i));
            IShareLedger.Request memory request = _shares.requestOf(entry.act.requestId);
            uint256 count = _catalog.versionOf(request.resourceId, request.resourceVersion).fieldCount;
            Check.isTrue(entry.act.fields != 0, "I2: no field");
            Check.equal(entry.act.fields & ~request.fields, 0, "I2: fields asked for");
            Check.isTrue(count == 256 || request.fields >> count == 0, "I2: fields of the version");
            bool within = entry.act.notBefore >= request.notBefore && entry.act.notAfter <= request.notAfter;
            Check.isTrue(within && entry.act.notBefore < entry.act.notAfter, "I2: window");
        }
    }

    /// @dev I3, the part of the contracts: nothing is requested of, or granted on, a resource whose class is Denied at
    /// that time. Grants from before stand, but `ledger/decide.ts` permits no read under them (RESOURCE_WITHDRAWN).
    function invariant_I3_deniedResourcesHaveNoGrants() public view {
        for (uint256 i = 0; i < _replay.grantCount(); ++i) {
            ShareClass class = _replay.grantEntry(_replay.grantAt(i)).classWhenIssued;
            Check.isTrue(class == ShareClass.Unconditional || class == ShareClass.Conditional, "I3: grant");
        }
        for (uint256 i = 0; i < _replay.requestCount(); ++i) {
            IShareLedger.Request memory request = _shares.requestOf(_replay.requestAt(i));
            ShareClass class = _catalog.versionOf(request.resourceId, request.resourceVersion).shareClass;
            Check.isTrue(class == ShareClass.Unconditional || class == ShareClass.Conditional, "I3: request");
        }
    }

    /// @dev I4: a refusal has a reason code and a document.
    function invariant_I4_refusalsStateTheirReasons() public view {
        for (uint256 i = 0; i < _replay.requestCount(); ++i) {
            LedgerReplay.RequestEntry memory entry = _replay.requestEntry(_replay.requestAt(i));
            if (entry.status != RequestStatus.Refused) continue;
            Check.isTrue(entry.refusalReason != 0 && entry.refusalDocument != 0, "I4: reason");
        }
    }

    /// @dev I8: the heads are those of the emitted entries, each appended to the one before.
    function invariant_I8_eventsGiveTheHeads() public view {
        ILedgerHistory[3] memory ledgers = [ILedgerHistory(_registry), _catalog, _shares];
        for (uint256 i = 0; i < ledgers.length; ++i) {
            (uint64 seq, bytes32 head) = ledgers[i].historyHead();
            (uint64 replayedSeq, bytes32 replayedHead) = _replay.headOf(address(ledgers[i]));
            Check.equal(replayedSeq, seq, "I8: entries");
            Check.equal(replayedHead, head, "I8: head");
            uint64 unsigned = i == 0 ? _replay.unsignedEntries() : 0;
            Check.equal(_replay.signaturesOf(address(ledgers[i])), seq - unsigned, "I8: signatures");
        }
    }

    /// @dev I8: the state is that of the emitted entries.
    function invariant_I8_eventsGiveTheState() public view {
        for (uint256 i = 0; i < _replay.requestCount(); ++i) {
            RequestId requestId = _replay.requestAt(i);
            LedgerReplay.RequestEntry memory entry = _replay.requestEntry(requestId);
            IShareLedger.Request memory request = _shares.requestOf(requestId);
            Check.isTrue(request.status == entry.status, "I8: request");
            Check.isTrue(request.requester == entry.act.requester, "I8: requester");
            Check.equal(request.fields, entry.act.fields, "I8: fields");
        }
        for (uint256 i = 0; i < _replay.grantCount(); ++i) {
            GrantId grantId = _replay.grantAt(i);
            Check.isTrue(_shares.grantOf(grantId).status == _replay.grantEntry(grantId).status, "I8: grant");
        }
        for (uint256 i = 0; i < _replay.submissionCount(); ++i) {
            (ResourceId resourceId, ) = _replay.submissionAt(i);
            (, uint32 published) = _catalog.resourceOf(resourceId);
            Check.equal(published, _replay.publishedVersionOf(resourceId), "I8: resource");
        }
    }

    /// @dev I8: so are departments and access keys.
    function invariant_I8_eventsGiveTheRegistry() public view {
        for (uint256 i = 0; i < _replay.departmentCount(); ++i) {
            DepartmentId department = _replay.departmentAt(i);
            bytes memory replayed = abi.encode(_replay.departmentEntry(department));
            Check.equal(replayed, abi.encode(_registry.departmentOf(department)), "I8: department");
        }
        for (uint256 i = 0; i < _replay.accessKeyCount(); ++i) {
            AccessKeyId keyId = _replay.accessKeyAt(i);
            bytes memory replayed = abi.encode(_replay.accessKeyEntry(keyId));
            Check.equal(replayed, abi.encode(_registry.accessKeyOf(keyId)), "I8: access key");
        }
    }

    /// @dev I11: an operator takes part in no business act (and a government body in none of these).
    function invariant_I11_operatorsDoNoBusiness() public view {
        DepartmentId[] memory actors = _replay.actors();
        for (uint256 i = 0; i < actors.length; ++i) {
            DepartmentKind kind = _replay.departmentEntry(actors[i]).kind;
            bool business =
                kind == DepartmentKind.Department ||
                    kind == DepartmentKind.Authority ||
                    kind == DepartmentKind.Regulator;
            Check.isTrue(business, "I11: actor");
        }
    }
}
