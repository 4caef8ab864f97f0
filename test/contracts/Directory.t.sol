// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {Directory} from "../../contracts/Directory.sol";
import {IDirectory} from "../../contracts/interfaces/IDirectory.sol";
import {ResourceCatalog} from "../../contracts/ResourceCatalog.sol";
import {Check} from "./support/Check.sol";
import {LedgerTest} from "./support/LedgerTest.sol";
import {vm} from "./support/Vm.sol";

contract DirectoryTest is LedgerTest {
    /// @dev A directory in which nothing is listed.
    function setUp() public override {
        super.setUp();
        directory = new Directory(address(manager));
    }

    function test_list_countsVersionsOfAName() public {
        ResourceCatalog second = new ResourceCatalog(registry, calendar, directory);
        Check.equal(directory.list("ResourceCatalog", address(catalog)), 1, "first version");
        Check.equal(directory.list("ResourceCatalog", address(second)), 2, "second version");
        Check.equal(directory.list("ShareLedger", address(shares)), 1, "another name");
        Check.equal(directory.versionsOf("ResourceCatalog"), 2, "versions");
        Check.equal(directory.addressOf("ResourceCatalog", 1), address(catalog), "the old one stays");
        Check.equal(directory.addressOf("ResourceCatalog", 2), address(second), "the new one");
    }

    function test_list_revertsForAnyoneElse() public {
        vm.prank(address(0xbad));
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, address(0xbad)));
        directory.list("ShareLedger", address(shares));
    }

    function test_list_revertsWithoutCode() public {
        vm.expectRevert(abi.encodeWithSelector(IDirectory.DirectoryNotAContract.selector, address(0xbad)));
        directory.list("ShareLedger", address(0xbad));
    }

    function test_list_revertsForListedContract() public {
        directory.list("ShareLedger", address(shares));
        vm.expectRevert(abi.encodeWithSelector(IDirectory.DirectoryAlreadyListed.selector, address(shares)));
        directory.list("Other", address(shares));
    }

    function test_addressOf_revertsForUnknownVersion() public {
        directory.list("ShareLedger", address(shares));
        uint32[2] memory wrong = [uint32(0), 2];
        for (uint256 i = 0; i < wrong.length; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(IDirectory.DirectoryUnknownVersion.selector, bytes32("ShareLedger"), wrong[i])
            );
            directory.addressOf("ShareLedger", wrong[i]);
        }
    }

    function test_headsOf_answersForItselfAndTheGivenOnes() public {
        directory.list("DepartmentRegistry", address(registry));
        address[] memory accounts = new address[](2);
        (accounts[0], accounts[1]) = (address(registry), address(catalog));
        IDirectory.Head[] memory heads = directory.headsOf(accounts);

        (uint64 seq, bytes32 head) = registry.historyHead();
        Check.equal(heads.length, 3, "count");
        Check.equal(heads[0].account, address(directory), "the directory comes first");
        Check.equal(heads[0].seq, 1, "entries of the directory");
        Check.equal(heads[1].account, address(registry), "registry");
        Check.equal(heads[1].seq, seq, "entries of the registry");
        Check.equal(heads[1].head, head, "head of the registry");
        Check.equal(heads[2].seq, 0, "entries of the catalogue");
        Check.equal(heads[2].head, 0, "head of the catalogue");
    }

    function test_fuzz_list_recordsTheEntry(bytes32 name) public {
        directory.list(name, address(shares));
        bytes32 topic = keccak256("ContractListed(bytes32,uint32,address,uint64,uint64,bytes32)");
        bytes32 actHash = keccak256(abi.encode(topic, name, uint32(1), address(shares), NOW));
        (uint64 seq, bytes32 head) = directory.historyHead();
        Check.equal(seq, 1, "seq");
        Check.equal(head, keccak256(abi.encode(bytes32(0), uint64(1), actHash)), "head");
    }
}
