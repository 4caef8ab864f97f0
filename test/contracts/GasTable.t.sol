// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ResourceSubmission, ShareClass} from "../../contracts/interfaces/IResourceCatalog.sol";
import {ShareAgreement} from "../../contracts/interfaces/IShareLedger.sol";
import {IShareRequests} from "../../contracts/interfaces/IShareRequests.sol";
import {ResourceId} from "../../contracts/types/Ids.sol";
import {Check} from "./support/Check.sol";
import {EveryAct} from "./support/EveryAct.sol";
import {StepKind} from "./support/Steps.sol";
import {vm} from "./support/Vm.sol";

/// @dev What each act costs as a transaction of its own, in a table that `--verbosity 3` prints.
contract GasTableTest is EveryAct {
    event GasUsed(string act, uint256 gas);

    uint256 private constant MOST_GAS = 250_000;
    uint256 private constant MOST_GAS_FIRST = 270_000;
    uint256 private constant TRANSACTION = 21_000;
    /// @dev The contract that a transaction calls is never touched for the first time by it; here it is.
    uint256 private constant COLD_TARGET = 2_600;
    uint256 private constant ZERO_BYTE = 4;
    uint256 private constant OTHER_BYTE = 16;

    /// @dev What a slot costs less to write if the test has written it before: the head and the number of entries, and
    /// for an act that does not create its subject two slots more.
    uint256 private constant WRITTEN_BEFORE = 2_800;

    /// @dev The first entry of a contract pays for slots that all others find in use; so it is made before.
    function setUp() public override {
        super.setUp();
        ResourceSubmission memory act = submission(ShareClass.Unconditional);
        act.codeHash = keccak256("another");
        ResourceId id = submit(act);
        publish(id);
        submitRequest(request(id));
        fileCorrection(filing(id));
        enterGateway(OPERATOR);
    }

    function test_everyAct_costsLessThanTheLimit() public {
        performEveryAct();
    }

    /// @dev The first grant of a resource pays for the count of its grants; it is measured by itself.
    function prepare(ResourceId id) internal override {
        ShareAgreement memory act = agreement(submitRequest(requestOfLatest(id)));
        act.conditionsHash = CONDITIONS;
        (uint256 used, bytes memory answer) = measure(address(shares), callOf(act));
        emit GasUsed("ShareAgreement (first of a resource)", used);
        Check.isTrue(used < MOST_GAS_FIRST || countsItself(), "first agreement");
        take(StepKind.Release, REQUESTER, abi.decode(answer, (bytes32)));
    }

    function perform(
        string memory name,
        address target,
        bytes memory data
    ) internal override returns (bytes memory answer) {
        uint256 used;
        (used, answer) = measure(target, data);
        emit GasUsed(name, used);
        Check.isTrue(used < MOST_GAS || countsItself(), name);
    }

    function measure(address target, bytes memory data) private returns (uint256 used, bytes memory answer) {
        address[7] memory all = [
            address(registry),
            address(catalog),
            address(shares),
            address(cases),
            address(calendar),
            address(directory),
            address(receipts)
        ];
        for (uint256 i = 0; i < all.length; ++i) vm.cool(all[i]);
        uint256 before = gasleft();
        answer = carry(target, data);
        used = before - gasleft();
        used += againOf(data) + TRANSACTION + costOf(data) - COLD_TARGET;
    }

    function againOf(bytes memory data) private pure returns (uint256) {
        bool creates = bytes4(data) == IShareRequests.submitRequestBySig.selector;
        return creates ? 2 * WRITTEN_BEFORE : 4 * WRITTEN_BEFORE;
    }

    function costOf(bytes memory data) private pure returns (uint256 cost) {
        for (uint256 i = 0; i < data.length; ++i) cost += data[i] == 0 ? ZERO_BYTE : OTHER_BYTE;
    }
}
