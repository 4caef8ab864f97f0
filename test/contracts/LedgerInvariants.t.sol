// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICaseBook} from "../../contracts/interfaces/ICaseBook.sol";
import {IDepartmentRegistry} from "../../contracts/interfaces/IDepartmentRegistry.sol";
import {IResourceCatalog, ResourceStatus} from "../../contracts/interfaces/IResourceCatalog.sol";
import {ILedgerHistory} from "../../contracts/interfaces/ILedgerHistory.sol";
import {IShareLedger} from "../../contracts/interfaces/IShareLedger.sol";
import {IShareRequests, RequestStatus} from "../../contracts/interfaces/IShareRequests.sol";
import {AccessKeyId, CaseId, DepartmentId, GrantId, RequestId, ResourceId} from "../../contracts/types/Ids.sol";
import {CatalogReplay} from "./support/CatalogReplay.sol";
import {Check} from "./support/Check.sol";
import {LedgerHandler} from "./support/LedgerHandler.sol";
import {LedgerReplay} from "./support/LedgerReplay.sol";

/**
 * @dev The invariants I1-I8 and I11-I14 of the domain rules, after any sequence of acts. What the rules ask of a single
 * entry is checked where the replay reads it and counted by the name of the invariant; what they ask of the state is
 * checked here.
 */
contract LedgerInvariantsTest {
    LedgerHandler private _handler;
    LedgerReplay private _replay;
    IDepartmentRegistry private _registry;
    IResourceCatalog private _catalog;
    IShareLedger private _shares;
    ICaseBook private _cases;

    function setUp() public {
        _handler = new LedgerHandler();
        _replay = _handler.replay();
        address[4] memory all = _handler.ledgers();
        (_registry, _catalog) = (IDepartmentRegistry(all[0]), IResourceCatalog(all[1]));
        (_shares, _cases) = (IShareLedger(all[2]), ICaseBook(all[3]));
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @dev I1: every grant in force follows an agreed request, signed by office and maker of the provider; I11.
    function invariant_I1_I7_I11_onlyTheRightSidesSign() public view {
        expectNone("I1");
        expectNone("I7");
        expectNone("I11");
        Check.equal(_handler.forgeries(), 0, "I1: forgery");
        for (uint256 i = 0; i < _replay.grantCount(); ++i) {
            IShareLedger.Grant memory grant = _shares.grantOf(_replay.grantAt(i));
            IShareRequests.Request memory request = _shares.requestOf(grant.requestId);
            Check.isTrue(request.status == RequestStatus.Agreed, "I1: request");
            DepartmentId provider = _catalog.resourceOf(request.resourceId).provider;
            Check.isTrue(grant.provider == provider && request.requester != provider, "I1: provider");
        }
    }

    /// @dev I2: within the request and the version; I3: never of a denied resource; I14: returns.
    function invariant_I2_I3_I14_onlyWhatMayBeGrantedIsGranted() public view {
        expectNone("I2");
        expectNone("I3");
        expectNone("I14");
    }

    /// @dev I4: reasons; I5: one demand; I6: ten working days more; I13: no right by time alone.
    function invariant_I4_I5_I6_I13_clocksTakeAndGiveNothing() public view {
        expectNone("I4");
        expectNone("I5");
        expectNone("I6");
        expectNone("I13");
        Check.equal(_handler.changesByTime(), 0, "I13: time");
    }

    /// @dev I12: the source of an element is the one that the entries name, and it was published.
    function invariant_I12_anElementHasOneSource() public view {
        expectNone("I12");
        for (uint256 i = 0; i < _replay.elementCount(); ++i) {
            (CatalogReplay.Element memory entry, ResourceId expected) = _replay.elementAt(i);
            ResourceId source = _catalog.sourceOf(entry.government, entry.element);
            Check.equal(ResourceId.unwrap(source), ResourceId.unwrap(expected), "I12: source");
            uint32 version = _catalog.resourceOf(source).publishedVersion;
            Check.isTrue(_catalog.versionOf(source, version).status == ResourceStatus.Published, "I12: published");
        }
    }

    /// @dev I8: the heads are those of the emitted entries, each appended to the one before.
    function invariant_I8_eventsGiveTheHeads() public view {
        expectNone("I8");
        address[4] memory all = _handler.ledgers();
        for (uint256 i = 0; i < all.length; ++i) {
            (uint64 seq, bytes32 head) = ILedgerHistory(all[i]).historyHead();
            (uint64 replayedSeq, bytes32 replayedHead) = _replay.headOf(all[i]);
            Check.equal(replayedSeq, seq, "I8: entries");
            Check.equal(replayedHead, head, "I8: head");
        }
    }

    /// @dev I8: the state is that of the emitted entries.
    function invariant_I8_eventsGiveTheState() public view {
        for (uint256 i = 0; i < _replay.requestCount(); ++i) {
            RequestId requestId = _replay.requestAt(i);
            bytes memory replayed = abi.encode(_replay.requestEntry(requestId));
            Check.equal(replayed, abi.encode(_shares.requestOf(requestId)), "I8: request");
        }
        for (uint256 i = 0; i < _replay.grantCount(); ++i) {
            GrantId grantId = _replay.grantAt(i);
            bytes memory replayed = abi.encode(_replay.grantEntry(grantId));
            Check.equal(replayed, abi.encode(_shares.grantOf(grantId)), "I8: grant");
        }
        for (uint256 i = 0; i < _replay.caseCount(); ++i) {
            CaseId caseId = _replay.caseAt(i);
            bytes memory replayed = abi.encode(_replay.caseEntry(caseId));
            Check.equal(replayed, abi.encode(_cases.caseOf(caseId)), "I8: case");
        }
    }

    /// @dev I8: so are resources, departments and access keys.
    function invariant_I8_eventsGiveTheCatalogueAndTheRegistry() public view {
        for (uint256 i = 0; i < _replay.resourceCount(); ++i) expectResource(_replay.resourceAt(i));
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

    function expectResource(ResourceId id) private view {
        bytes memory replayed = abi.encode(_replay.resourceEntry(id));
        IResourceCatalog.Resource memory resource = _catalog.resourceOf(id);
        Check.equal(replayed, abi.encode(resource), "I8: resource");
        for (uint32 version = 1; version <= resource.publishedVersion + 1; ++version) {
            replayed = abi.encode(_replay.versionEntry(id, version));
            Check.equal(replayed, abi.encode(_catalog.versionOf(id, version)), "I8: version");
        }
        (uint64 open, uint64 latestEnd) = _shares.openGrantsOf(id);
        (uint64 replayedOpen, uint64 replayedEnd) = _replay.openGrantsEntry(id);
        Check.isTrue(open == replayedOpen && latestEnd == replayedEnd, "I8: open grants");
    }

    function expectNone(bytes32 invariantName) private view {
        Check.equal(_replay.violationsOf(invariantName), 0, string(bytes.concat(invariantName)));
    }
}
