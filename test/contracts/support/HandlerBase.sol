// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ResourceSubmission, ShareClass} from "../../../contracts/interfaces/IResourceCatalog.sol";

import {RequestKind, ShareRequest} from "../../../contracts/interfaces/IShareRequests.sol";
import {DepartmentId, ResourceId} from "../../../contracts/types/Ids.sol";
import {JointStep, Step} from "../../../contracts/types/Step.sol";
import {LedgerActs} from "./LedgerActs.sol";
import {LedgerReplay} from "./LedgerReplay.sol";
import {JointKind, StepKind} from "./Steps.sol";
import {vm} from "./Vm.sol";

/**
 * @dev What all random acts share. Whatever the contracts emit goes to a replay that knows nothing else; the invariants
 * compare the two. Acts are mostly of the department that may take them, or nothing deep would ever be reached.
 */
abstract contract HandlerBase is LedgerActs {
    uint256 internal constant RESOURCES = 5;

    LedgerReplay public replay;
    uint64 internal _time = NOW;
    /// @dev Which of its two sets of keys the accounts of a department are of.
    mapping(DepartmentId department => bool) internal _isRotated;

    constructor() {
        vm.recordLogs();
        deployLedger();
        for (uint256 code = 0; code < RESOURCES; ++code) {
            ResourceSubmission memory act = submission(ShareClass(code == 4 ? 3 : 1 + (code % 2)));
            act.codeHash = bytes32(code);
            ResourceId id = submit(act);
            publish(id);
            if (code < 4) for (uint256 i = 0; i < 2; ++i) submitRequest(i == 0 ? request(id) : reflow(id));
        }
        address[4] memory all = [address(registry), address(catalog), address(shares), address(cases)];
        replay = new LedgerReplay(all, calendar);
        replay.read(vm.getRecordedLogs());
    }

    function ledgers() external view returns (address[4] memory) {
        return [address(registry), address(catalog), address(shares), address(cases)];
    }

    function byOffice(DepartmentId department, bytes32 actDigest) internal view override returns (bytes memory) {
        return signed(keyOf(officeKey(department), _isRotated[department]), actDigest);
    }

    function byHead(DepartmentId department, bytes32 actDigest) internal view override returns (bytes memory) {
        return signed(keyOf(headKey(department), _isRotated[department]), actDigest);
    }

    function byMaker(DepartmentId department, bytes32 actDigest) internal view override returns (bytes memory) {
        return signed(keyOf(makerKey(department), _isRotated[department]), actDigest);
    }

    function keyOf(uint256 firstKey, bool isRotated) internal pure returns (uint256) {
        return isRotated ? uint256(keccak256(abi.encode(firstKey))) >> 1 : firstKey;
    }

    function reflow(ResourceId id) internal returns (ShareRequest memory act) {
        act = request(id);
        (act.requester, act.kind, act.regionPrefix) = (BRANCH, RequestKind.Reflow, "9901020");
    }

    /// @dev The runner likes small numbers; here every bit is to be as likely set as not.
    function mixed(uint256 seed) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed)));
    }

    /// @dev A refused act must leave no event; the replay would otherwise follow it.
    function attempt(address target, bytes memory data) internal returns (bool done) {
        vm.recordLogs();
        (done, ) = target.call(data);
        replay.read(vm.getRecordedLogs());
    }

    function attempt(StepKind kind, Step memory act) internal returns (bool) {
        return attempt(targetOf(kind), callOf(kind, act));
    }

    function attempt(JointKind kind, JointStep memory act) internal returns (bool) {
        return attempt(targetOf(kind), callOf(kind, act));
    }

    /// @dev Mostly `department`, now and then another one.
    function mostly(DepartmentId department, uint256 seed) internal pure returns (DepartmentId) {
        return seed % 5 == 0 ? departmentFrom(seed >> 8) : department;
    }

    function departmentFrom(uint256 seed) internal pure returns (DepartmentId) {
        DepartmentId[10] memory all = [
            AUTHORITY,
            PROVIDER,
            REQUESTER,
            REGULATOR,
            GOVERNMENT,
            OPERATOR,
            COUNTY,
            COUNTY_AUTHORITY,
            BRANCH,
            STRANGER
        ];
        return all[seed % 10];
    }

    function resourceFrom(uint256 seed) internal pure returns (ResourceId) {
        return ResourceId.wrap(keccak256(abi.encode(PROVIDER, bytes32(seed % RESOURCES))));
    }
}
