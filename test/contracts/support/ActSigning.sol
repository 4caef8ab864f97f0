// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CorrectionFiling, DisputeOpening} from "../../../contracts/interfaces/ICaseBook.sol";
import {
    AccessKeyRegistration,
    AccessKeyRevocation,
    DepartmentAccountsChange,
    DepartmentRegistration,
    DepartmentStatusChange
} from "../../../contracts/interfaces/IDepartmentRegistry.sol";
import {ResourceSubmission, SourceDesignation} from "../../../contracts/interfaces/IResourceCatalog.sol";
import {
    CompactSignature,
    GatewayRegistration,
    GatewayRetirement,
    TreeHead
} from "../../../contracts/interfaces/IReceiptLog.sol";
import {GrantChange, ShareAgreement} from "../../../contracts/interfaces/IShareLedger.sol";
import {ShareRefusal, ShareRequest} from "../../../contracts/interfaces/IShareRequests.sol";
import {CalendarYear} from "../../../contracts/interfaces/IWorkingDayCalendar.sol";
import {DepartmentId} from "../../../contracts/types/Ids.sol";
import {JointStep, Step} from "../../../contracts/types/Step.sol";
import "./ActTypes.sol";
import {JointKind, StepKind, Steps} from "./Steps.sol";
import {vm} from "./Vm.sol";

/// @dev The keys of the departments, and the digest of each act.
abstract contract ActSigning is Steps {
    function officeKey(DepartmentId department) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(department, "office"))) >> 1;
    }

    function headKey(DepartmentId department) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(department, "head"))) >> 1;
    }

    function makerKey(DepartmentId department) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(department, "maker"))) >> 1;
    }

    /// @dev Of the account that signs the heads of the log of the department's gateways.
    function gatewayKey(DepartmentId operator) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(operator, "gateway"))) >> 1;
    }

    function accountOf(uint256 key) internal pure returns (bytes memory) {
        return abi.encodePacked(vm.addr(key));
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

    function digest(SourceDesignation memory act) internal view returns (bytes32) {
        return digestOf(address(catalog), "ResourceCatalog", DESIGNATION_TYPE, abi.encode(act));
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

    function digest(GrantChange memory act) internal view returns (bytes32) {
        return digestOf(address(shares), "ShareLedger", CHANGE_TYPE, abi.encode(act));
    }

    function digest(CorrectionFiling memory act) internal view returns (bytes32) {
        return digestOf(address(cases), "CaseBook", FILING_TYPE, abi.encode(act));
    }

    function digest(DisputeOpening memory act) internal view returns (bytes32) {
        return digestOf(address(cases), "CaseBook", OPENING_TYPE, abi.encode(act));
    }

    function digest(CalendarYear memory act) internal view returns (bytes32) {
        return digestOf(address(calendar), "WorkingDayCalendar", CALENDAR_YEAR_TYPE, abi.encode(act));
    }

    function digest(GatewayRegistration memory act) internal view returns (bytes32) {
        return digestOf(address(receipts), "ReceiptLog", GATEWAY_REGISTRATION_TYPE, abi.encode(act));
    }

    function digest(GatewayRetirement memory act) internal view returns (bytes32) {
        return digestOf(address(receipts), "ReceiptLog", GATEWAY_RETIREMENT_TYPE, abi.encode(act));
    }

    function digest(TreeHead memory head) internal view returns (bytes32) {
        return digestOf(address(receipts), "ReceiptLog", TREE_HEAD_TYPE, abi.encode(head));
    }

    function digest(StepKind kind, Step memory act) internal view returns (bytes32) {
        string memory typeText = string.concat(infoOf(kind).typeName, STEP_MEMBERS);
        return digestOf(targetOf(kind), nameOf(targetOf(kind)), typeText, abi.encode(act));
    }

    function digest(JointKind kind, JointStep memory act) internal view returns (bytes32) {
        string memory typeText = string.concat(infoOf(kind).typeName, JOINT_STEP_MEMBERS);
        return digestOf(targetOf(kind), nameOf(targetOf(kind)), typeText, abi.encode(act));
    }

    function signed(uint256 key, bytes32 actDigest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, actDigest);
        return abi.encodePacked(r, s, v);
    }

    function compactlySigned(uint256 key, TreeHead memory head) internal view returns (CompactSignature memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest(head));
        return CompactSignature({r: r, vs: bytes32((uint256(v - 27) << 255) | uint256(s))});
    }

    function byOffice(DepartmentId department, bytes32 actDigest) internal view virtual returns (bytes memory) {
        return signed(officeKey(department), actDigest);
    }

    function byHead(DepartmentId department, bytes32 actDigest) internal view virtual returns (bytes memory) {
        return signed(headKey(department), actDigest);
    }

    function byMaker(DepartmentId department, bytes32 actDigest) internal view virtual returns (bytes memory) {
        return signed(makerKey(department), actDigest);
    }

    function nameOf(address target) private view returns (string memory) {
        if (target == address(catalog)) return "ResourceCatalog";
        return target == address(shares) ? "ShareLedger" : "CaseBook";
    }
}
